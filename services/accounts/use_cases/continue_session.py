"""Continuing a session for the web's edge, which holds the session's id in a signed cookie and no refresh token."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from services.accounts.credentials.tokens import Signer, Subject
from services.accounts.store.queries import accounts as account_store
from services.accounts.store.queries import sessions as store
from services.accounts.use_cases.issue_session import IssuedSession, access_token
from services.core.errors import Reason, UnauthenticatedError
from services.runtime.database import Transaction


async def continue_session(tx: Transaction, signer: Signer, session_id: UUID, now: datetime) -> IssuedSession:
    """A new access token with the present roles, as old a proof as the session's, and no refresh token.

    Using a session keeps it from ending unused, as a refresh does; the use is noted at most once a minute.

    Raises:
        UnauthenticatedError: SESSION_ENDED, also for a session that never was.
    """
    session = await store.session_by_id(tx.connection, session_id)
    if session is None or not session.may_continue(now):
        raise UnauthenticatedError(Reason.SESSION_ENDED, "the session has ended: sign in again")
    if session.use_is_old(now):
        await store.note_use(tx.connection, session_id, now)
    grants = await account_store.grants_of(tx.connection, session.account_id)
    subject = Subject(session.account_id, session_id, grants, session.auth_time)
    access = await access_token(tx, signer, subject, now)
    return IssuedSession(session_id, session.account_id, access, grants)
