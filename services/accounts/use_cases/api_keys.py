"""Keys for programs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.accounts import events
from services.accounts.credentials import secrets
from services.accounts.credentials.tokens import Signer, Subject
from services.accounts.store.queries import accounts as account_store
from services.accounts.store.queries import keys as store
from services.accounts.use_cases.issue_session import IssuedSession, access_token
from services.core.errors import FailedPreconditionError, NotFoundError, Reason, UnauthenticatedError
from services.core.ids import new_id
from services.runtime.database import Transaction

API_KEYS_PER_ACCOUNT_MAX = 50


@dataclass(frozen=True)
class NewApiKey:
    """A key and its secret, which is told once and not stored."""

    api_key_id: UUID
    secret: str = field(repr=False)


async def create_api_key(tx: Transaction, account_id: UUID, name: str, now: datetime) -> NewApiKey:
    """Makes a key.

    Raises:
        NotFoundError: there is no such account.
        FailedPreconditionError: CONFLICT, the account has as many as it may.
    """
    if await account_store.locked_account(tx.connection, account_id) is None:
        raise NotFoundError("account")
    if await store.live_api_key_count(tx.connection, account_id) >= API_KEYS_PER_ACCOUNT_MAX:
        message = f"an account has at most {API_KEYS_PER_ACCOUNT_MAX} keys: revoke one first"
        raise FailedPreconditionError(Reason.CONFLICT, message, limit=API_KEYS_PER_ACCOUNT_MAX)
    made = NewApiKey(new_id(), secrets.new_api_key())
    key = store.ApiKey(made.api_key_id, account_id, name.strip(), now, None)
    await store.add_api_key(tx.connection, key, secrets.digest(made.secret))
    return made


async def revoke_api_key(tx: Transaction, account_id: UUID, api_key_id: UUID, now: datetime) -> None:
    """Makes a key void; one that is void already stays so.

    Raises:
        NotFoundError: the key is not this account's.
    """
    if not await store.api_key_exists(tx.connection, account_id, api_key_id):
        raise NotFoundError("API key")
    if await store.revoke_api_key(tx.connection, account_id, api_key_id, now):
        tx.emit(events.api_key_revoked(api_key_id, account_id))


async def revoke_all_api_keys(tx: Transaction, account_id: UUID, now: datetime) -> None:
    """Makes all keys of an account void."""
    for api_key_id in await store.revoke_all_api_keys(tx.connection, account_id, now):
        tx.emit(events.api_key_revoked(api_key_id, account_id))


async def exchange_api_key(tx: Transaction, signer: Signer, secret: str, now: datetime) -> IssuedSession:
    """An access token for a program.

    Its session id is the key's, and its person last proved who they are when the key was made: a key in wrong hands
    never passes for a fresh sign-in.

    Raises:
        UnauthenticatedError: CREDENTIALS_WRONG.
    """
    key = await store.use_api_key(tx.connection, secrets.digest(secret), now)
    if key is None:
        raise UnauthenticatedError(Reason.CREDENTIALS_WRONG, "the API key is not known or void")
    grants = await account_store.grants_of(tx.connection, key.account_id)
    subject = Subject(key.account_id, key.api_key_id, grants, key.create_time)
    access = await access_token(tx, signer, subject, now)
    return IssuedSession(key.api_key_id, key.account_id, access, grants)
