"""What workers forgets when an account is closed."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from ilgam.accounts.v1 import accounts_events_pb2

from services.core.clock import utc_now
from services.runtime.database import Transaction
from services.runtime.inbox import Park
from services.workers.use_cases.close_worker import close_worker


async def on_account_closed(tx: Transaction, events: Sequence[accounts_events_pb2.AccountClosed]) -> Sequence[Park]:
    """Erases what is personal; what was done stays under the id."""
    for account_id in sorted({event.account_id for event in events}):
        await close_worker(tx, UUID(account_id), utc_now())
    return []
