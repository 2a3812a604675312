"""ReturnItems: gives items back unanswered, with what is wrong with them; their drafts stay readable."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from services.runtime.database import Transaction
from services.tasks.domain.lease import AssignmentState
from services.tasks.store.queries import assignments
from services.tasks.store.queries.problems import Problem, report_problem
from services.tasks.use_cases.end_assignments import end_assignments


async def return_items(
    tx: Transaction, worker_id: UUID, assignment_ids: Sequence[UUID], problem: Problem | None = None
) -> list[UUID]:
    """Ends those of the worker's assignments that are live; gives their ids. Others, and others', stay as they are.

    A problem is kept for those that end now: giving back once more says nothing new.
    """
    ids = sorted(set(assignment_ids))
    places = await assignments.lock_worker(tx.connection, worker_id, ids)
    holds = await assignments.lock_holds(tx.connection, worker_id, ids) if places else {}
    live = [key for key, locked in holds.items() if locked.hold.state is AssignmentState.LIVE]
    ended = await end_assignments(tx, live, AssignmentState.RETURNED)
    if problem and ended:
        await report_problem(tx.connection, ended, problem)
    return ended
