"""Beginning and renewing sessions: what every way of signing in ends with."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from services.accounts import events
from services.accounts.credentials import secrets
from services.accounts.credentials.tokens import AccessToken, Signer, Subject
from services.accounts.domain.accounts import RoleGrant
from services.accounts.domain.keys import key_that_signs
from services.accounts.domain.sessions import REFRESH_TOKEN_LIFETIME, SESSION_LIFETIME, Session
from services.accounts.store.queries import accounts as account_store
from services.accounts.store.queries import keys as key_store
from services.accounts.store.queries import sessions as store
from services.core.errors import UnavailableError
from services.core.ids import new_id
from services.runtime.database import Transaction

SESSIONS_PER_ACCOUNT_MAX = 50


@dataclass(frozen=True)
class IssuedSession:
    """What a caller needs from now on. A session of an API key has no refresh token."""

    session_id: UUID
    account_id: UUID
    access: AccessToken = field(repr=False)
    grants: list[RoleGrant]
    refresh_token: str = field(repr=False, default="")
    refresh_expire_time: datetime | None = None


async def begin_session(tx: Transaction, signer: Signer, account_id: UUID, now: datetime) -> IssuedSession:
    """Begins a session for a person who has just proved who they are; the one unused longest ends when there are too many."""
    session = Session(new_id(), account_id, now, now, now, now + SESSION_LIFETIME)
    await store.add_session(tx.connection, session)
    surplus = await store.end_surplus_sessions(tx.connection, account_id, SESSIONS_PER_ACCOUNT_MAX, now)
    for ended in surplus:
        tx.emit(events.session_revoked(*ended))
    return await _issue(tx, signer, session, now)


async def renew_session(
    tx: Transaction, signer: Signer, session: Session, now: datetime, *, proved: bool
) -> IssuedSession:
    """Gives new tokens for a locked live session; its refresh tokens before are used up.

    Args:
        tx: the open transaction.
        signer: signs the access token.
        session: the session, locked.
        now: the present instant.
        proved: the person has just proved once more who they are.
    """
    renewed = replace(session, last_use_time=now, auth_time=now if proved else session.auth_time)
    await store.use_refresh_tokens(tx.connection, session.session_id, now)
    await store.touch_session(tx.connection, renewed)
    return await _issue(tx, signer, renewed, now)


async def access_token(tx: Transaction, signer: Signer, subject: Subject, now: datetime) -> AccessToken:
    """An access token signed with the present key.

    Raises:
        UnavailableError: there is no signing key yet.
    """
    key = key_that_signs(await key_store.signing_keys(tx.connection), now)
    if key is None:
        raise UnavailableError("no signing key yet, try again")
    return signer.sign(key, subject, now)


async def _issue(tx: Transaction, signer: Signer, session: Session, now: datetime) -> IssuedSession:
    refresh_token = secrets.new_refresh_token()
    refresh_expire_time = min(now + REFRESH_TOKEN_LIFETIME, session.expire_time)
    digest = secrets.digest(refresh_token)
    await store.add_refresh_token(tx.connection, session.session_id, digest, refresh_expire_time)
    grants = await account_store.grants_of(tx.connection, session.account_id)
    subject = Subject(session.account_id, session.session_id, grants, session.auth_time)
    access = await access_token(tx, signer, subject, now)
    return IssuedSession(session.session_id, session.account_id, access, grants, refresh_token, refresh_expire_time)
