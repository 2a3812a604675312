"""Builds every event that quality publishes."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TypeVar
from uuid import UUID

from ilgam.common.v1 import common_pb2
from ilgam.quality.v1 import quality_events_pb2 as pb

from services.quality.domain.judging import Given
from services.quality.domain.learning import SkillState
from services.quality.domain.results import ItemNews
from services.quality.domain.verdicts import FreezeReason, Policy, Reason, VerdictState

ENTRIES_MAX = 500
_SCORE_DIGITS = 2
_SCORE_MARGIN = 0.01

STATES = {
    VerdictState.PENDING: pb.VERDICT_STATE_PENDING,
    VerdictState.ACCEPTED: pb.VERDICT_STATE_ACCEPTED,
    VerdictState.REJECTED: pb.VERDICT_STATE_REJECTED,
}

REASONS = {
    Reason.GOLD: pb.VERDICT_REASON_GOLD,
    Reason.REVIEW: pb.VERDICT_REASON_REVIEW,
    Reason.UNLIKELY: pb.VERDICT_REASON_UNLIKELY,
    Reason.NOISE: pb.VERDICT_REASON_NOISE,
    Reason.CLOCK: pb.VERDICT_REASON_CLOCK,
    Reason.VALID: pb.VERDICT_REASON_ALL,
    Reason.AGREED: pb.VERDICT_REASON_AGREED,
    Reason.UNCERTAIN: pb.VERDICT_REASON_AGREED,
}

FREEZES = {
    FreezeReason.MANY_REJECTED: pb.FREEZE_REASON_REJECTED_HALF,
    FreezeReason.MANY_REVIEWS_REJECT: pb.FREEZE_REASON_REVIEW_CAP,
    FreezeReason.REVIEWER_BURST: pb.FREEZE_REASON_REVIEW_BURST,
}

T = TypeVar("T")


def told_reason(policy: Policy, state: VerdictState, reason: Reason) -> Reason:
    """The reason as others hear it: a verdict by gold reads like the job's ordinary ones, so that it marks no item.

    Under the policy `gold` a rejection has no ordinary fellow: there the reason is said as it is.
    """
    if reason is not Reason.GOLD:
        return reason
    if policy is Policy.CONSENSUS:
        return Reason.AGREED if state is VerdictState.ACCEPTED else Reason.UNLIKELY
    return Reason.VALID if state is VerdictState.ACCEPTED else Reason.GOLD


def told_score(score: float) -> float:
    """The score as others hear it: in hundredths and never quite 0 or 1, which only gold would give."""
    return round(min(1.0 - _SCORE_MARGIN, max(_SCORE_MARGIN, score)), _SCORE_DIGITS)


def verdict_of(policy: Policy, given: Given) -> pb.Verdict:
    """One verdict as it is told."""
    state, reason = given.verdict.state, told_reason(policy, given.verdict.state, given.verdict.reason)
    return pb.Verdict(
        answer_id=str(given.answer_id),
        item_id=str(given.item_id),
        worker_id=str(given.worker_id),
        revision=given.revision,
        state=STATES[state],
        reason=REASONS[reason],
        score=told_score(given.verdict.score),
        publish_no=given.publish_no,
    )


def verdicts_given(
    job_id: UUID, policy: Policy, verdicts: Sequence[Given], held: Sequence[UUID]
) -> Iterator[pb.VerdictsGiven]:
    """Verdicts of one job, and answers that were looked at and wait."""
    for part in _parts(verdicts):
        yield pb.VerdictsGiven(job_id=str(job_id), verdicts=[verdict_of(policy, given) for given in part])
    for waiting in _parts(held):
        yield pb.VerdictsGiven(job_id=str(job_id), held_answer_ids=[str(answer_id) for answer_id in waiting])


def items_resolved(job_id: UUID, news: Sequence[ItemNews]) -> Iterator[pb.ItemsResolved]:
    """Results of one job's items."""
    for part in _parts(news):
        yield pb.ItemsResolved(job_id=str(job_id), results=[result_of(one) for one in part])


def result_of(news: ItemNews) -> pb.ItemResult:
    """One item's result."""
    result = news.result
    return pb.ItemResult(
        item_id=str(news.item_id),
        label=result.label,
        confidence=result.confidence,
        revision=result.revision,
        tie=result.tie,
        answer_count=result.answer_count,
        body_sha256=result.body_sha256,
    )


def answers_wanted(job_id: UUID, news: Sequence[ItemNews]) -> Iterator[pb.AnswersWanted]:
    """How many answers one job's items want in all."""
    for part in _parts(news):
        wants = [pb.ItemWant(item_id=str(one.item_id), answers_wanted=one.result.answers_wanted) for one in part]
        yield pb.AnswersWanted(job_id=str(job_id), wants=wants)


def skill_measured(state: SkillState, revision: int) -> pb.SkillMeasured:
    """A worker's skill as it is now."""
    return pb.SkillMeasured(
        worker_id=str(state.worker_id),
        annotation_type=common_pb2.AnnotationType.ValueType(state.annotation_type),
        revision=revision,
        interval=interval_of(state),
    )


def interval_of(state: SkillState) -> common_pb2.Interval:
    """A skill's interval with the number of observations behind it."""
    interval = state.interval
    return common_pb2.Interval(
        lower=interval.lower, mean=interval.mean, upper=interval.upper, count=state.skill.strength - 2.0
    )


def job_frozen(job_id: UUID, revision: int, reason: FreezeReason) -> pb.JobFrozen:
    """A job stops until an operator has looked."""
    return pb.JobFrozen(job_id=str(job_id), revision=revision, reason=FREEZES[reason])


def job_unfrozen(job_id: UUID, revision: int) -> pb.JobUnfrozen:
    """An operator has looked, or the clock has."""
    return pb.JobUnfrozen(job_id=str(job_id), revision=revision)


def _parts(entries: Sequence[T]) -> Iterator[list[T]]:
    source = iter(entries)
    while part := list(islice(source, ENTRIES_MAX)):
        yield part
