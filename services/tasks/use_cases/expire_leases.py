"""Ends leases whose time is over, so that others may take the items. The answers may still come late."""

from __future__ import annotations

from services.runtime.database import Database
from services.tasks.domain.lease import AssignmentState
from services.tasks.store.queries import endings
from services.tasks.use_cases.end_assignments import end_assignments

EXPIRED_PER_TRANSACTION = 500
TRANSACTIONS_PER_RUN = 40


async def expire_leases(database: Database) -> None:
    """One run: bounded transactions until nothing is past its lease, or until only rows in use are left."""
    for _ in range(TRANSACTIONS_PER_RUN):
        async with database.transaction() as tx:
            due = await endings.lock_past_lease(tx.connection, EXPIRED_PER_TRANSACTION)
            if not due:
                return
            await end_assignments(tx, due, AssignmentState.EXPIRED)
