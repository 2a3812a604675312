"""A new password for somebody who has forgotten theirs: a link goes to the address, good once and for half an hour.

What is answered and what is written is the same for every address; without an account the letter goes nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.accounts.credentials import secrets
from services.accounts.domain.accounts import normal_email
from services.accounts.domain.limits import LIVE_RESETS_MAX, RESET_LIFETIME
from services.accounts.store.queries import accounts as account_store
from services.accounts.store.queries import attempts
from services.accounts.store.queries import mail as mail_store
from services.accounts.store.queries import recovery as store
from services.accounts.use_cases.api_keys import revoke_all_api_keys
from services.accounts.use_cases.sessions import NewPassword, set_password
from services.accounts.use_cases.verify_email import set_verified
from services.accounts.use_cases.write_letters import Desk
from services.core.errors import FailedPreconditionError, NotFoundError, Reason
from services.runtime.database import Transaction


async def request_reset(tx: Transaction, desk: Desk, email: str, now: datetime) -> None:
    """Writes a link to an address, unless it has as many good ones as it may have."""
    # Locked, so that several who ask at once do not get more links than there may be.
    account = await account_store.locked_account_by_email(tx.connection, normal_email(email))
    receiver: UUID | None = account.account_id if account else None
    if receiver and await store.live_reset_count(tx.connection, receiver, now) >= LIVE_RESETS_MAX:
        receiver = None
    letter, digest = desk.reset(account.language if account else "")
    await store.add_reset(tx.connection, receiver, digest, now + RESET_LIFETIME)
    await mail_store.add_mail(tx.connection, receiver, letter, now)


async def account_of_token(tx: Transaction, token: str, now: datetime) -> UUID | None:
    """Whose a link is, while it is good."""
    return await store.account_of_reset(tx.connection, secrets.digest(token), now)


@dataclass(frozen=True)
class Reset:
    """A new password that comes with a link, and from where."""

    token: str = field(repr=False)
    password_hash: str = field(repr=False)
    place: str = field(repr=False)


async def reset_password(tx: Transaction, desk: Desk, reset: Reset, now: datetime) -> None:
    """Sets a new password with a link: all sessions end, the other links are void, and the address is proved.

    Where it was not proved before, a stranger may have signed up with it: keys made until then are void too.

    Raises:
        FailedPreconditionError: CODE_INVALID.
    """
    account_id = await store.use_reset(tx.connection, secrets.digest(reset.token), now)
    if account_id is None:
        raise FailedPreconditionError(Reason.CODE_INVALID, "the link was used or is too old: ask for a new one")
    try:
        account = await set_password(tx, desk, NewPassword(account_id, None, reset.password_hash), now)
    except NotFoundError:
        raise FailedPreconditionError(Reason.CODE_INVALID, "the link is void") from None
    if account.email_verify_time is None:
        await revoke_all_api_keys(tx, account_id, now)
    await set_verified(tx, account_id, now)
    # Whoever mistyped too often here may sign in with the new password at once.
    await attempts.forget_failures(tx.connection, secrets.digest(account.email), reset.place)
