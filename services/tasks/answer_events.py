"""Builds the events about workers' work: claims, answers, assignments that ended without one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from ilgam.tasks.v1 import tasks_events_pb2 as events

from services.tasks.domain.lease import AssignmentState

IDS_PER_EVENT = 1000
"""About 40 kB: far under what one event may hold."""

_CAUSES = {
    AssignmentState.RETURNED: events.END_CAUSE_RETURNED,
    AssignmentState.EXPIRED: events.END_CAUSE_EXPIRED,
    AssignmentState.ENDED: events.END_CAUSE_FRAUD,
}


@dataclass(frozen=True)
class Submitted:
    """One answer as quality needs it."""

    answer_id: UUID
    item_id: UUID
    label: str
    schema_version: int
    publish_no: int
    active_ms: int
    late: bool
    not_sure: bool
    body_sha256: str = ""


def items_claimed(
    job_id: UUID, worker_id: UUID, claim_id: UUID, certificate_id: UUID | None, answer_ids: Iterable[UUID]
) -> events.ItemsClaimed:
    """A worker took items; at most 100, so never split."""
    return events.ItemsClaimed(
        job_id=str(job_id),
        worker_id=str(worker_id),
        claim_id=str(claim_id),
        certificate_id=str(certificate_id) if certificate_id else "",
        answer_ids=[str(answer_id) for answer_id in answer_ids],
    )


def answers_submitted(
    job_id: UUID, worker_id: UUID, job_revision: int, gold_revision: int, answers: Sequence[Submitted]
) -> events.AnswersSubmitted:
    """A worker answered items of one job; at most 100 answers with short labels, so never split."""
    return events.AnswersSubmitted(
        job_id=str(job_id),
        worker_id=str(worker_id),
        job_revision=job_revision,
        gold_revision=gold_revision,
        answers=[
            events.SubmittedAnswer(
                answer_id=str(answer.answer_id),
                item_id=str(answer.item_id),
                label=answer.label,
                schema_version=answer.schema_version,
                publish_no=answer.publish_no,
                active_ms=answer.active_ms,
                late=answer.late,
                not_sure=answer.not_sure,
                body_sha256=answer.body_sha256,
            )
            for answer in answers
        ],
    )


def assignments_ended(
    job_id: UUID, worker_id: UUID, state: AssignmentState, answer_ids: Sequence[UUID]
) -> list[events.AssignmentsEnded]:
    """Assignments of one worker in one job ended without an answer."""
    return [
        events.AssignmentsEnded(
            job_id=str(job_id),
            worker_id=str(worker_id),
            cause=_CAUSES[state],
            answer_ids=[str(answer_id) for answer_id in answer_ids[start : start + IDS_PER_EVENT]],
        )
        for start in range(0, len(answer_ids), IDS_PER_EVENT)
    ]
