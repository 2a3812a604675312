"""Ends assignments without an answer and tells the others; the caller has locked their worker_job rows."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from services.runtime.database import Transaction
from services.tasks import answer_events
from services.tasks.domain.lease import AssignmentState
from services.tasks.store.queries import endings


async def end_assignments(tx: Transaction, assignment_ids: Sequence[UUID], state: AssignmentState) -> list[UUID]:
    """Ends those that are live; gives their ids, sorted."""
    if not assignment_ids:
        return []
    ended = await endings.end_assignments(tx.connection, assignment_ids, state)
    for group in ended:
        for event in answer_events.assignments_ended(group.job_id, group.worker_id, state, group.assignment_ids):
            tx.emit(event)
    return sorted(assignment_id for group in ended for assignment_id in group.assignment_ids)
