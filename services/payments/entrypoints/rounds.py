"""Work that comes round: one transaction per round of jobs, a bounded number of rounds."""

from __future__ import annotations

from services.core.clock import utc_now
from services.payments.use_cases.close_jobs import release_ended
from services.payments.use_cases.sweep_fees import sweep_fees
from services.runtime.database import Database

ROUNDS_MAX = 200


async def release_escrows(database: Database) -> None:
    """Gives back what jobs kept for appeals whose time has ended."""
    for _ in range(ROUNDS_MAX):
        async with database.transaction() as tx:
            if not await release_ended(tx, utc_now()):
                return


async def sweep_all_fees(database: Database) -> None:
    """Moves collected fees to the platform's accounts."""
    for _ in range(ROUNDS_MAX):
        async with database.transaction() as tx:
            if not await sweep_fees(tx):
                return
