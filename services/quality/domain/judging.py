"""Verdicts on the answers of a case: the job's policy on every pending one, the freeze, and when gold's leave."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import numpy as np

from services.quality.domain import noise
from services.quality.domain.case import Case, StoredAnswer
from services.quality.domain.evidence import NO_GOLD, Flags, Floats, Settlement
from services.quality.domain.job import Job
from services.quality.domain.verdicts import (
    NEWCOMER_ANSWERS,
    Evidence,
    FreezeReason,
    Policy,
    Reason,
    Verdict,
    VerdictState,
    decide,
    freeze_reason,
)

GOLD_MATCH_OVER = 0.5  # on gold an answer's likelihood is 1 or 0


@dataclass(frozen=True)
class Given:
    """One answer's new verdict, or, while its state is pending, why it waits."""

    answer_id: UUID
    item_id: UUID
    worker_id: UUID
    publish_no: int
    revision: int
    verdict: Verdict

    @property
    def final(self) -> bool:
        """Whether it is a verdict."""
        return self.verdict.state is not VerdictState.PENDING

    @property
    def rejects(self) -> bool:
        """Whether it is a rejection."""
        return self.verdict.state is VerdictState.REJECTED

    def held(self, reason: Reason) -> "Given":
        """The same answer, waiting for a reason."""
        waiting = Verdict(VerdictState.PENDING, reason, self.verdict.score)
        return replace(self, revision=0, verdict=waiting)


@dataclass(frozen=True)
class Round:
    """How answers are judged this time: finally, because no more will come; whether a freeze may follow."""

    final: bool = False
    may_freeze: bool = True


def judged(case: Case, settled: Settlement, way: Round) -> list[Given]:
    """The decision on every pending answer of a case, new ones included, in the order of its columns."""
    noise_of = _noise(case, settled)
    scored = case.scored_counts
    alone = np.bincount(case.item, minlength=len(case.items))[case.item] == 1
    gold = case.gold
    out = []
    for n, answer in enumerate(case.answers):
        if isinstance(answer, StoredAnswer) and answer.state is not VerdictState.PENDING:
            continue
        item, worker = case.item[n], case.worker[n]
        evidence = Evidence(
            policy=case.job.terms.policy,
            likelihood=_likelihood(settled, n, int(item), bool(alone[n])),
            confidence=float(settled.confidence[item]),
            resolved=bool(settled.resolved[item]),
            # The engine's threshold is fixed; the job's own is had by shifting the count.
            scored_count=NEWCOMER_ANSWERS + int(scored[worker]) - case.job.terms.newcomer_answers,
            noise=float(noise_of[worker]),
            gold_match=None if gold[item] == NO_GOLD else bool(settled.loo[n] > GOLD_MATCH_OVER),
            frozen=case.job.frozen,
            job_closed=way.final,
            reject_below=case.job.terms.reject_below,
        )
        verdict = decide(evidence)
        out.append(_given(answer.answer_id, answer.item_id, answer.worker_id, answer.publish_no, verdict))
    return out


def gold_kept_back(job: Job, given: Sequence[Given], gold_items: set[UUID], way: Round) -> list[Given]:
    """The same decisions, those on gold kept back where they would leave earlier than ordinary ones.

    Under consensus an ordinary answer waits until its item is clear; a gold one would be known at once by its early
    verdict. So it leaves with the next ordinary verdict of the same worker, or when the job ends.
    """
    if job.terms.policy is not Policy.CONSENSUS or way.final:
        return list(given)
    leaving = workers_with_verdict(given, gold_items)
    return [
        one.held(Reason.GOLD) if one.final and one.item_id in gold_items and one.worker_id not in leaving else one
        for one in given
    ]


def workers_with_verdict(given: Sequence[Given], gold_items: set[UUID]) -> set[UUID]:
    """Workers who get a verdict on an ordinary answer."""
    return {one.worker_id for one in given if one.final and one.item_id not in gold_items}


def gold_let_out(kept: Sequence[tuple[StoredAnswer, float]]) -> list[Given]:
    """Verdicts on gold answers that were kept back, from (answer, its score): 1 matched the known label, 0 not."""
    out = []
    for answer, score in kept:
        state = VerdictState.ACCEPTED if score > 0 else VerdictState.REJECTED
        verdict = Verdict(state, Reason.GOLD, score)
        out.append(_given(answer.answer_id, answer.item_id, answer.worker_id, answer.publish_no, verdict))
    return out


def frozen_where_due(job: Job, given: Sequence[Given], way: Round) -> tuple[list[Given], FreezeReason | None]:
    """The decisions, and why the job must freeze with them; then its rejections wait for an operator."""
    rejected = sum(one.rejects for one in given)
    accepted = sum(one.final for one in given) - rejected
    reason = freeze_reason(job.history(accepted, rejected)) if rejected and way.may_freeze else None
    if reason is None or job.frozen:
        return list(given), None
    return [one.held(Reason.FROZEN) if one.rejects else one for one in given], reason


def waited_out(given: Given, reason: Reason) -> Given:
    """The verdict on a pending answer that nobody judges any more, by the clock or by a person: it is accepted.

    An answer to a gold item that only waited to leave was judged, so the clock lets that verdict leave.
    """
    score = given.verdict.score
    if reason is Reason.CLOCK and given.verdict.reason is Reason.GOLD:
        state = VerdictState.ACCEPTED if score > 0 else VerdictState.REJECTED
        return replace(given, revision=1, verdict=Verdict(state, Reason.GOLD, score))
    return replace(given, revision=1, verdict=Verdict(VerdictState.ACCEPTED, reason, score))


def _given(answer_id: UUID, item_id: UUID, worker_id: UUID, publish_no: int, verdict: Verdict) -> Given:
    revision = 0 if verdict.state is VerdictState.PENDING else 1
    return Given(answer_id, item_id, worker_id, publish_no, revision, verdict)


def _likelihood(settled: Settlement, n: int, item: int, alone: bool) -> float:
    """What the others say of answer ``n``; with no others there is only what the item itself says."""
    if alone:
        return float(max(settled.loo[n], settled.confidence[item]))
    return float(settled.loo[n])


def _noise(case: Case, settled: Settlement) -> Floats:
    if case.job.terms.policy is Policy.ALL:
        return np.zeros(len(case.workers))
    return noise.worker_noise(settled.workers, settled.job)


def is_gold(case: Case) -> Flags:
    """[I] whether the item has a known label."""
    flags: Flags = case.gold != NO_GOLD
    return flags
