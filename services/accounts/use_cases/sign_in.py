"""Signing in and re-authenticating, by password or by a code for the first sign-in.

An unknown address, an account without a password and a wrong password take the same path, do the same work and get
the same answer. Every attempt is counted as failed before it is checked, and forgotten when it succeeds: so attempts
in parallel, and processes that die, are counted too.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.accounts.credentials import secrets
from services.accounts.credentials.passwords import Passwords
from services.accounts.credentials.tokens import Signer
from services.accounts.domain.accounts import Account, normal_email
from services.accounts.domain.limits import FAILURE_WINDOW, wait_seconds
from services.accounts.store.queries import accounts as account_store
from services.accounts.store.queries import attempts
from services.accounts.store.queries import sessions as store
from services.accounts.use_cases.issue_session import IssuedSession, begin_session, renew_session
from services.core.clock import utc_now
from services.core.errors import Reason, ResourceExhaustedError, UnauthenticatedError
from services.core.ids import new_id
from services.runtime.database import Database, Transaction

_CHECKS_AT_ONCE = 8


@dataclass(frozen=True)
class Attempt:
    """One try to sign in: the normal address, from where, and either a password or a code."""

    email: str = field(repr=False)
    place: str = field(repr=False)
    password: str = field(repr=False, default="")
    sign_in_code: str = field(repr=False, default="")

    @property
    def email_digest(self) -> bytes:
        """What the address is counted under."""
        return secrets.digest(self.email)


class SignIns:
    """Checks who signs in; a few at a time, so that waiting calls are not counted as failures of their place."""

    def __init__(self, database: Database, passwords: Passwords, signer: Signer) -> None:
        self._database = database
        self._passwords = passwords
        self._signer = signer
        self._slots = asyncio.Semaphore(_CHECKS_AT_ONCE)

    async def sign_in(self, email: str, place: str, *, password: str, sign_in_code: str) -> IssuedSession:
        """Begins a session.

        Raises:
            UnauthenticatedError: CREDENTIALS_WRONG.
            ResourceExhaustedError: SIGN_IN_LIMITED, with retry_seconds.
        """
        attempt = Attempt(normal_email(email), place, password, sign_in_code)
        async with self._slots:
            account = await self._count_attempt(attempt)
            proved = not attempt.password or await self._password_matches(account, attempt)
            async with self._database.transaction() as tx:
                now = utc_now()
                found = await _confirmed(tx, account, attempt, now) if proved else None
                if found is not None:
                    await attempts.forget_failures(tx.connection, attempt.email_digest, attempt.place)
                    return await begin_session(tx, self._signer, found, now)
        raise _wrong()

    async def reauthenticate(self, account_id: UUID, session_id: UUID, place: str, password: str) -> IssuedSession:
        """Renews a session of a person who gives the password once more.

        Raises:
            UnauthenticatedError: CREDENTIALS_WRONG, or SESSION_ENDED.
            ResourceExhaustedError: SIGN_IN_LIMITED, with retry_seconds.
        """
        async with self._database.transaction() as tx:
            account = await account_store.account_by_id(tx.connection, account_id)
        attempt = Attempt(account.email if account else "", place, password)
        async with self._slots:
            account = await self._count_attempt(attempt)
            if not await self._password_matches(account, attempt):
                raise _wrong()
            async with self._database.transaction() as tx:
                now = utc_now()
                await attempts.forget_failures(tx.connection, attempt.email_digest, attempt.place)
                session = await store.locked_live_session(tx.connection, account_id, session_id, now)
                if session is not None:
                    return await renew_session(tx, self._signer, session, now, proved=True)
        raise UnauthenticatedError(Reason.SESSION_ENDED, "the session has ended: sign in again")

    async def _count_attempt(self, attempt: Attempt) -> Account | None:
        """Counts the attempt as failed until it succeeds; gives the account it is for."""
        async with self._database.transaction() as tx:
            now, digest, place = utc_now(), attempt.email_digest, attempt.place
            await attempts.lock_attempts(tx.connection, digest, place)
            failures = await attempts.failures_since(tx.connection, digest, place, now - FAILURE_WINDOW)
            seconds = wait_seconds(failures, now)
            if seconds:
                raise ResourceExhaustedError(
                    Reason.SIGN_IN_LIMITED, f"too many failed sign-ins: wait {seconds} seconds", retry_seconds=seconds
                )
            await attempts.add_failure(tx.connection, new_id(), digest, place, now)
            return await account_store.account_by_email(tx.connection, attempt.email)

    async def _password_matches(self, account: Account | None, attempt: Attempt) -> bool:
        return await self._passwords.matches(account.password_hash if account else None, attempt.password)


async def _confirmed(tx: Transaction, account: Account | None, attempt: Attempt, now: datetime) -> UUID | None:
    """The account's id if the proof still holds inside this transaction: the code unused, the password unchanged."""
    if attempt.sign_in_code:
        digest = secrets.digest(secrets.normal_code(attempt.sign_in_code))
        account_id = account.account_id if account else None
        used = await store.use_sign_in_code(tx.connection, account_id, digest, now)
        return account_id if used else None
    locked = await account_store.locked_account(tx.connection, account.account_id) if account else None
    return locked.account_id if locked and account and locked.password_hash == account.password_hash else None


def _wrong() -> UnauthenticatedError:
    return UnauthenticatedError(Reason.CREDENTIALS_WRONG, "e-mail, password or code do not match")
