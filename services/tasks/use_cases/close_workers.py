"""Closing accounts here: work that is held goes back, drafts and free words are erased."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from services.runtime.database import Transaction
from services.tasks.domain.lease import AssignmentState
from services.tasks.store.queries import closing, endings
from services.tasks.use_cases.end_assignments import end_assignments


async def close_workers(tx: Transaction, worker_ids: Sequence[UUID]) -> None:
    """Gives back what people hold, as if they had returned it, and forgets their words; twice is the same as once."""
    live = await endings.lock_live_of_workers(tx.connection, worker_ids)
    await end_assignments(tx, live, AssignmentState.RETURNED)
    await closing.erase_words(tx.connection, worker_ids)
