"""Verifying an address: a code of six digits goes there, and comes back from its owner."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from services.accounts.domain.accounts import Account
from services.accounts.domain.limits import (
    MAIL_WINDOW,
    VERIFICATION_LIFETIME,
    VERIFICATION_TRIES_MAX,
    VERIFICATIONS_MAX,
)
from services.accounts.domain.mail import MailKind
from services.accounts.store.queries import accounts as account_store
from services.accounts.store.queries import mail as mail_store
from services.accounts.store.queries import recovery as store
from services.accounts.use_cases.write_letters import Desk
from services.core.errors import FailedPreconditionError, NotFoundError, Reason, ResourceExhaustedError
from services.runtime.database import Database, Transaction


async def write_code(tx: Transaction, desk: Desk, account: Account, now: datetime) -> None:
    """Writes a new code to an account's address; the one before is void."""
    letter, digest = desk.verification(account)
    await store.set_code(tx.connection, account.account_id, digest, now + VERIFICATION_LIFETIME)
    await mail_store.add_mail(tx.connection, account.account_id, letter, now)


async def send_verification(tx: Transaction, desk: Desk, account_id: UUID, now: datetime) -> bool:
    """Writes a new code; False when the address is verified already.

    Raises:
        NotFoundError: there is no such account.
        ResourceExhaustedError: TOO_MANY, with retry_seconds.
    """
    account = await account_store.locked_account(tx.connection, account_id)
    if account is None:
        raise NotFoundError("account")
    if account.email_verify_time is not None:
        return False
    count, oldest = await mail_store.mails_since(tx.connection, account_id, MailKind.VERIFY, now - MAIL_WINDOW)
    if count >= VERIFICATIONS_MAX and oldest is not None:
        seconds = max(1, round((oldest + MAIL_WINDOW - now).total_seconds()))
        raise ResourceExhaustedError(Reason.TOO_MANY, f"wait {seconds} seconds", retry_seconds=seconds)
    await write_code(tx, desk, account, now)
    return True


async def check_code(database: Database, desk: Desk, account_id: UUID, code: str, now: datetime) -> None:
    """Counts a try and compares; the try counts whatever comes of it. A verified address needs no code any more.

    Raises:
        FailedPreconditionError: CODE_INVALID, it is wrong, too old, or was tried too often.
    """
    async with database.transaction() as tx:
        digest = await store.try_code(tx.connection, account_id, VERIFICATION_TRIES_MAX, now)
        # Read after the try: where the same request came twice, it has waited for the one that proved the address.
        account = await account_store.account_by_id(tx.connection, account_id)
    if account is not None and account.email_verify_time is not None:
        return
    if digest is None or not desk.is_code(account_id, code, digest):
        raise FailedPreconditionError(Reason.CODE_INVALID, "the code is wrong, too old, or was tried too often")


async def set_verified(tx: Transaction, account_id: UUID, now: datetime) -> None:
    """Stores that the address is its owner's.

    Raises:
        NotFoundError: there is no such account.
    """
    if await account_store.locked_account(tx.connection, account_id) is None:
        raise NotFoundError("account")
    await store.set_verified(tx.connection, account_id, now)
    await store.delete_code(tx.connection, account_id)
