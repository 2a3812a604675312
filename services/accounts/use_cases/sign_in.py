"""Signing in and re-authenticating, by password or by a code for the first sign-in.

An unknown address, an account without a password and a wrong password take the same path, do the same work and get
the same answer. Every password is counted as failed before it is checked, and forgotten when it succeeds: so attempts
in parallel, and processes that die, are counted too.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
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
    """One try to sign in by password: the normal address, and from where."""

    email: str = field(repr=False)
    place: str = field(repr=False)
    password: str = field(repr=False)

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

    async def by_password(self, email: str, place: str, password: str) -> IssuedSession:
        """Begins a session.

        Raises:
            UnauthenticatedError: CREDENTIALS_WRONG.
            ResourceExhaustedError: SIGN_IN_LIMITED, with retry_seconds.
        """
        attempt = Attempt(normal_email(email), place, password)
        async with self._slots:
            account = await self._proved(await self._count_attempt(attempt), attempt)
            async with self._database.transaction() as tx:
                if not await _is_unchanged(tx, account):
                    raise _wrong()
                await attempts.forget_failures(tx.connection, attempt.email_digest, attempt.place)
                return await begin_session(tx, self._signer, account.account_id, utc_now())

    async def by_code(self, email: str, sign_in_code: str) -> IssuedSession:
        """Begins a session and uses up the code. Tries are not limited: nobody guesses 130 random bits.

        Raises:
            UnauthenticatedError: CREDENTIALS_WRONG.
        """
        digest = secrets.digest(secrets.normal_code(sign_in_code))
        async with self._slots, self._database.transaction() as tx:
            now = utc_now()
            # Locked, so that no session begins in an account that is being closed.
            account = await account_store.locked_account_by_email(tx.connection, normal_email(email))
            account_id = account.account_id if account else None
            used = await store.use_sign_in_code(tx.connection, account_id, digest, now)
            if not used or account_id is None:
                raise _wrong()
            return await begin_session(tx, self._signer, account_id, now)

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
            await self._proved(await self._count_attempt(attempt), attempt)
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

    async def _proved(self, account: Account | None, attempt: Attempt) -> Account:
        """The account whose password it is; the work is the same where there is none."""
        matches = await self._passwords.matches(account.password_hash if account else None, attempt.password)
        if account is None or not matches:
            raise _wrong()
        return account


async def _is_unchanged(tx: Transaction, account: Account) -> bool:
    """Whether the password is still the one that was checked; the account is locked from here on."""
    locked = await account_store.locked_account(tx.connection, account.account_id)
    return locked is not None and locked.password_hash == account.password_hash


def _wrong() -> UnauthenticatedError:
    return UnauthenticatedError(Reason.CREDENTIALS_WRONG, "e-mail, password or code do not match")
