"""What people do with their sessions and password once they are signed in."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from services.accounts import events
from services.accounts.store.queries import accounts as account_store
from services.accounts.store.queries import sessions as store
from services.core.errors import NotFoundError
from services.runtime.database import Transaction


async def end_session(tx: Transaction, account_id: UUID, session_id: UUID, now: datetime) -> None:
    """Ends a session of an account; one that has ended already stays so.

    Raises:
        NotFoundError: the session is not this account's.
    """
    if not await store.session_exists(tx.connection, account_id, session_id):
        raise NotFoundError("session")
    for ended in await store.end_session(tx.connection, session_id, now):
        tx.emit(events.session_revoked(*ended))


async def set_password(
    tx: Transaction, account_id: UUID, session_id: UUID | None, password_hash: str, now: datetime
) -> None:
    """Stores a new password; all sessions but the present one end.

    Raises:
        NotFoundError: there is no such account.
    """
    if await account_store.locked_account(tx.connection, account_id) is None:
        raise NotFoundError("account")
    await account_store.set_password_hash(tx.connection, account_id, password_hash)
    for ended in await store.end_other_sessions(tx.connection, account_id, session_id, now):
        tx.emit(events.session_revoked(*ended))
