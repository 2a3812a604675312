"""From settled cases to verdicts, results, wants and skills: decided purely, kept set-based, told in order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import numpy as np
from sqlalchemy.ext.asyncio import AsyncConnection

from services.quality import events
from services.quality.domain.case import Case, StoredAnswer
from services.quality.domain.evidence import Settlement
from services.quality.domain.job import Counts
from services.quality.domain.judging import (
    Given,
    Round,
    frozen_where_due,
    gold_kept_back,
    gold_let_out,
    is_gold,
    judged,
    workers_with_verdict,
)
from services.quality.domain.learning import WorkerNews, worker_news
from services.quality.domain.results import ItemNews, item_news
from services.quality.domain.verdicts import FreezeReason, Policy, VerdictState
from services.quality.store.queries import cases, changes, jobs, keep
from services.quality.store.vectors import rows_to_bytes
from services.quality.use_cases.tell_skills import tell_skills
from services.runtime.bodies import Bodies, sha256_of
from services.runtime.database import Transaction

ROWS_MAX = 10_000


@dataclass(frozen=True, eq=False)
class SettledCase:
    """A case with the model's settlement, how it is judged, and [I] the items' results where they are more than a label."""

    case: Case
    settled: Settlement
    way: Round
    results: Sequence[str] = ()


@dataclass(frozen=True, eq=False)
class _Outcome:
    case: Case
    settled: Settlement
    way: Round
    given: Sequence[Given]
    let_out: Sequence[Given]
    freeze: FreezeReason | None
    items: Sequence[ItemNews]
    workers: Sequence[WorkerNews]
    results: Sequence[str]

    @property
    def job_id(self) -> UUID:
        return self.case.job.terms.job_id

    @property
    def verdicts(self) -> list[Given]:
        return [one for one in (*self.given, *self.let_out) if one.final]

    @property
    def counts(self) -> Counts:
        counts = self.case.job.counts
        rejected = sum(one.rejects for one in self.verdicts)
        return replace(counts, answers=counts.answers + len(self.case.new)).with_verdicts(
            len(self.verdicts) - rejected, rejected
        )


async def conclude(tx: Transaction, bodies: Bodies | None, settled: Sequence[SettledCase]) -> None:
    """Decides, keeps and tells what follows from settled cases of locked jobs, at most one case a job.

    Raises:
        UnavailableError: a result cannot be stored just now.
    """
    if not settled:
        return
    decided = [_decided(one) for one in settled]
    kept = await _gold_to_let_out(tx.connection, decided)
    outcomes = [
        _outcome(one, given, gold_let_out(kept.get(one.case.job.terms.job_id, ()))) for one, given, _ in decided
    ]
    for outcome in outcomes:
        await _put_results(bodies, outcome)
    await _keep(tx.connection, outcomes)
    for outcome in outcomes:
        _tell(tx, outcome)
    await tell_skills(tx, [(news, outcome.way.final) for outcome in outcomes for news in outcome.workers])
    for outcome in outcomes:
        _tell_verdicts(tx, outcome)


def _decided(one: SettledCase) -> tuple[SettledCase, list[Given], set[UUID]]:
    flags = is_gold(one.case)
    gold = {item.item_id for item, known in zip(one.case.items, flags, strict=True) if known}
    given = judged(one.case, one.settled, one.way)
    return one, gold_kept_back(one.case.job, given, gold, one.way), gold


async def _gold_to_let_out(
    connection: AsyncConnection, decided: Sequence[tuple[SettledCase, list[Given], set[UUID]]]
) -> dict[UUID, list[tuple[StoredAnswer, float]]]:
    leaving = [
        (one.case.job.terms.job_id, worker_id)
        for one, given, gold in decided
        if one.case.job.terms.policy is Policy.CONSENSUS and one.case.job.gold_revision and not one.case.job.frozen
        for worker_id in sorted(workers_with_verdict(given, gold))
    ]
    if not leaving:
        return {}
    kept = await cases.gold_kept_back(connection, leaving)
    known = {answer.answer_id for one, _, _ in decided for answer in one.case.old}
    return {job_id: [row for row in rows if row[0].answer_id not in known] for job_id, rows in kept.items()}


def _outcome(one: SettledCase, given: Sequence[Given], let_out: Sequence[Given]) -> _Outcome:
    both, freeze = frozen_where_due(one.case.job, [*given, *let_out], one.way)
    given, let_out = both[: len(given)], both[len(given) :]
    return _Outcome(
        case=one.case,
        settled=one.settled,
        way=one.way,
        given=given,
        let_out=let_out,
        freeze=freeze,
        items=item_news(
            one.case,
            one.settled,
            final=one.way.final,
            dropped=_rejected_per_item(one.case, given),
            bodies=[sha256_of(result) for result in one.results],
        ),
        workers=worker_news(one.case, one.settled),
        results=one.results,
    )


async def _put_results(bodies: Bodies | None, outcome: _Outcome) -> None:
    """Stores the results that are named from now on, before anybody hears of them."""
    if bodies is None:
        return
    for item, news, result in zip(outcome.case.items, outcome.items, outcome.results, strict=False):
        if news.result.body_sha256 != item.result.body_sha256:
            await bodies.put(outcome.job_id, result)


def _rejected_per_item(case: Case, given: Sequence[Given]) -> list[int]:
    rejected = {one.answer_id for one in case.old if one.state is VerdictState.REJECTED}
    rejected |= {one.answer_id for one in given if one.rejects}
    counts = np.zeros(len(case.items), dtype=np.int64)
    if rejected:
        flags = np.array([answer.answer_id in rejected for answer in case.answers])
        counts = np.bincount(case.item[flags], minlength=len(case.items))
    return [int(count) for count in counts]


async def _keep(connection: AsyncConnection, outcomes: Sequence[_Outcome]) -> None:
    added, changed = _answers(outcomes)
    kept = keep.Kept(
        answers=added,
        verdicts=[(outcome.job_id, given) for outcome in outcomes for given in outcome.verdicts],
        items=[change for outcome in outcomes for change in _item_changes(outcome)],
        workers=[(outcome.job_id, news) for outcome in outcomes for news in outcome.workers],
        jobs=[keep.JobProgress(outcome.job_id, outcome.counts, outcome.settled.job) for outcome in outcomes],
    )
    for part in kept.parts(ROWS_MAX):
        await keep.keep(connection, part)
    for start in range(0, len(changed), ROWS_MAX):
        await changes.update_answers(connection, changed[start : start + ROWS_MAX])
    let_out = [given for outcome in outcomes for given in outcome.let_out]
    if let_out:
        await changes.update_verdicts(connection, let_out)
    for outcome in outcomes:
        if outcome.freeze is not None:
            await jobs.set_freeze(connection, outcome.job_id, outcome.freeze)


def _answers(outcomes: Sequence[_Outcome]) -> tuple[list[keep.NewAnswer], list[changes.AnswerChange]]:
    added: list[keep.NewAnswer] = []
    changed: list[changes.AnswerChange] = []
    for outcome in outcomes:
        case = outcome.case
        given = {one.answer_id: one for one in outcome.given}
        memories = rows_to_bytes(outcome.settled.answer_memory)
        for n, old in enumerate(case.old):
            new_given = given.get(old.answer_id)
            if outcome.way.final or new_given is not None or memories[n] != old.memory:
                score = float(outcome.settled.loo[n]) if new_given is None else new_given.verdict.score
                changed.append(changes.AnswerChange(old.answer_id, score, memories[n], new_given))
        first = case.job.counts.answers + 1
        for n, new in enumerate(case.new):
            decision, memory = given[new.answer_id], memories[len(case.old) + n]
            clock = case.job.terms.clock_seconds
            added.append(keep.NewAnswer(outcome.job_id, new, first + n, clock, decision, memory))
    return added, changed


def _item_changes(outcome: _Outcome) -> Iterator[keep.ItemChange]:
    memories = rows_to_bytes(outcome.settled.item_memory)
    posteriors = rows_to_bytes(outcome.settled.posterior)
    for news, posterior, memory in zip(outcome.items, posteriors, memories, strict=True):
        yield keep.ItemChange(outcome.job_id, news, posterior, memory)


def _tell(tx: Transaction, outcome: _Outcome) -> None:
    for wanted in events.answers_wanted(outcome.job_id, [one for one in outcome.items if one.wants]):
        tx.emit(wanted)
    for resolved in events.items_resolved(outcome.job_id, [one for one in outcome.items if one.told]):
        tx.emit(resolved)
    if outcome.freeze is not None:
        tx.emit(events.job_frozen(outcome.job_id, outcome.case.job.freeze.revision + 1, outcome.freeze))


def _tell_verdicts(tx: Transaction, outcome: _Outcome) -> None:
    new = {one.answer_id for one in outcome.case.new}
    held = [one.answer_id for one in outcome.given if not one.final and one.answer_id in new]
    policy = outcome.case.job.terms.policy
    for told in events.verdicts_given(outcome.job_id, policy, outcome.verdicts, held):
        tx.emit(told)
