"""What people do with their sessions, password and name once they are signed in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.accounts import events
from services.accounts.domain.accounts import Account, normal_name
from services.accounts.store.queries import accounts as account_store
from services.accounts.store.queries import mail as mail_store
from services.accounts.store.queries import recovery as recovery_store
from services.accounts.store.queries import sessions as store
from services.accounts.use_cases.write_letters import Desk
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


async def end_other_sessions(tx: Transaction, account_id: UUID, session_id: UUID | None, now: datetime) -> int:
    """Ends all sessions of an account but one; gives how many."""
    ended = await store.end_other_sessions(tx.connection, account_id, session_id, now)
    for one in ended:
        tx.emit(events.session_revoked(*one))
    return len(ended)


@dataclass(frozen=True)
class NewPassword:
    """A password to be set, and the session that goes on; None: all end."""

    account_id: UUID
    kept_session_id: UUID | None
    password_hash: str = field(repr=False)


async def set_password(tx: Transaction, desk: Desk, new: NewPassword, now: datetime) -> Account:
    """Stores a new password and tells the owner; all sessions but the present one end.

    Links for another password and codes for the first sign-in are void.

    Raises:
        NotFoundError: there is no such account.
    """
    account = await account_store.locked_account(tx.connection, new.account_id)
    if account is None:
        raise NotFoundError("account")
    await account_store.set_password_hash(tx.connection, new.account_id, new.password_hash)
    await recovery_store.void_resets(tx.connection, new.account_id, now)
    await store.void_sign_in_codes(tx.connection, new.account_id, now)
    await end_other_sessions(tx, new.account_id, new.kept_session_id, now)
    await mail_store.add_mail(tx.connection, new.account_id, desk.words.password_changed(account.language), now)
    return account


async def set_display_name(tx: Transaction, account_id: UUID, display_name: str) -> None:
    """Stores what an account is called.

    Raises:
        NotFoundError: there is no such account.
    """
    if not await account_store.set_display_name(tx.connection, account_id, normal_name(display_name)):
        raise NotFoundError("account")
