"""What workers forgets when an account is closed."""

from __future__ import annotations

from collections.abc import Sequence

from ilgam.accounts.v1 import accounts_events_pb2

from services.runtime.database import Transaction
from services.runtime.inbox import Park


async def on_account_closed(_tx: Transaction, _events: Sequence[accounts_events_pb2.AccountClosed]) -> Sequence[Park]:
    """Erases what is personal; what was done stays under the id."""
    return []
