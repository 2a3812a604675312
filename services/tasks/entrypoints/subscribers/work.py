"""Events that concern workers' work: verdicts, results, wants, and workers' standing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar
from uuid import UUID

from ilgam.quality.v1 import quality_events_pb2 as quality
from ilgam.workers.v1 import workers_events_pb2 as workers

from services.runtime.database import Transaction
from services.runtime.inbox import Park, Subscribers
from services.runtime.wire import from_timestamp, uuid_of
from services.tasks.domain.lease import VerdictState
from services.tasks.store.queries.marks import ResultMark, VerdictMark
from services.tasks.store.queries.standing import Certificate, Restriction, Revocation, Skill
from services.tasks.use_cases.mark_results import mark_results
from services.tasks.use_cases.mark_verdicts import mark_verdicts
from services.tasks.use_cases.raise_wants import raise_wants
from services.tasks.use_cases.record_standing import (
    record_issued,
    record_restrictions,
    record_revoked,
    record_skills,
)

E = TypeVar("E", quality.VerdictsGiven, quality.ItemsResolved, quality.AnswersWanted)


def subscribe_work(subscribers: Subscribers) -> None:
    """Registers the handlers of this module."""
    subscribers.on(quality.VerdictsGiven, _on_verdicts)
    subscribers.on(quality.ItemsResolved, _on_results)
    subscribers.on(quality.AnswersWanted, _on_wants)
    subscribers.on(quality.SkillMeasured, _on_skills)
    subscribers.on(workers.CertificateIssued, _on_issued)
    subscribers.on(workers.CertificateRevoked, _on_revoked)
    subscribers.on(workers.WorkerRestricted, _on_restricted)
    subscribers.on(workers.WorkerRestored, _on_restored)


async def _on_verdicts(tx: Transaction, events: Sequence[quality.VerdictsGiven]) -> Sequence[Park]:
    unknown = await mark_verdicts(tx, [mark for event in events for mark in _marks_of(event)])
    return _park(events, unknown, lambda event: [mark.answer_id for mark in _marks_of(event)])


async def _on_results(tx: Transaction, events: Sequence[quality.ItemsResolved]) -> Sequence[Park]:
    results = [
        ResultMark(uuid_of(one.item_id), one.revision, one.label, one.confidence, one.tie, one.body_sha256)
        for event in events
        for one in event.results
    ]
    unknown = await mark_results(tx, results)
    return _park(events, unknown, lambda event: [uuid_of(one.item_id) for one in event.results])


async def _on_wants(tx: Transaction, events: Sequence[quality.AnswersWanted]) -> Sequence[Park]:
    wants = [(uuid_of(one.item_id), one.answers_wanted) for event in events for one in event.wants]
    unknown = await raise_wants(tx, wants)
    return _park(events, unknown, lambda event: [uuid_of(one.item_id) for one in event.wants])


async def _on_skills(tx: Transaction, events: Sequence[quality.SkillMeasured]) -> Sequence[Park]:
    skills = [
        Skill(
            worker_id=uuid_of(event.worker_id),
            annotation_type=event.annotation_type,
            revision=event.revision,
            lower=event.interval.lower,
            mean=event.interval.mean,
            upper=event.interval.upper,
            count=event.interval.count,
        )
        for event in events
    ]
    await record_skills(tx, skills)
    return []


async def _on_issued(tx: Transaction, events: Sequence[workers.CertificateIssued]) -> Sequence[Park]:
    certificates = [
        Certificate(
            uuid_of(event.certificate_id),
            uuid_of(event.worker_id),
            event.annotation_type,
            from_timestamp(event.expire_time),
            event.revision,
        )
        for event in events
    ]
    await record_issued(tx, certificates)
    return []


async def _on_revoked(tx: Transaction, events: Sequence[workers.CertificateRevoked]) -> Sequence[Park]:
    revocations = [
        Revocation(uuid_of(event.certificate_id), uuid_of(event.worker_id), event.revision) for event in events
    ]
    await record_revoked(tx, revocations)
    return []


async def _on_restricted(tx: Transaction, events: Sequence[workers.WorkerRestricted]) -> Sequence[Park]:
    restrictions = [
        Restriction(
            uuid_of(event.worker_id),
            workers.RestrictionKind.Name(event.kind).removeprefix("RESTRICTION_KIND_"),
            from_timestamp(event.until_time),
            active=True,
            revision=event.revision,
        )
        for event in events
    ]
    await record_restrictions(tx, restrictions)
    return []


async def _on_restored(tx: Transaction, events: Sequence[workers.WorkerRestored]) -> Sequence[Park]:
    lifted = [
        Restriction(uuid_of(event.worker_id), "", None, active=False, revision=event.revision) for event in events
    ]
    await record_restrictions(tx, lifted)
    return []


def _marks_of(event: quality.VerdictsGiven) -> list[VerdictMark]:
    marks = [VerdictMark(uuid_of(answer_id)) for answer_id in event.held_answer_ids]
    for verdict in event.verdicts:
        state = VerdictState(verdict.state)
        marks.append(
            VerdictMark(
                answer_id=uuid_of(verdict.answer_id),
                revision=verdict.revision,
                state=state,
                reason=quality.VerdictReason.Name(verdict.reason).removeprefix("VERDICT_REASON_"),
                score=verdict.score,
                first_revision=verdict.revision,
                first_accepted=state is VerdictState.ACCEPTED,
            )
        )
    return marks


def _park(events: Sequence[E], unknown: set[UUID], ids_of: Callable[[E], Iterable[UUID]]) -> list[Park]:
    """Parks each event that speaks of something not known yet, until its job is made or changed."""
    if not unknown:
        return []
    return [Park(event, f"job:{event.job_id}") for event in events if not unknown.isdisjoint(ids_of(event))]
