"""Renewing a session with its refresh token, which is good once."""

from __future__ import annotations

from datetime import datetime

from services.accounts import events
from services.accounts.credentials import secrets
from services.accounts.credentials.tokens import Signer
from services.accounts.domain.sessions import RefreshDecision, decide_refresh
from services.accounts.store.queries import sessions as store
from services.accounts.use_cases.issue_session import IssuedSession, renew_session
from services.runtime.database import Transaction


async def refresh_session(tx: Transaction, signer: Signer, refresh_token: str, now: datetime) -> IssuedSession | None:
    """New tokens for the session; None when the token is unknown, old or used.

    A used token ends the session in this transaction, so the caller commits before it refuses.
    """
    token = await store.locked_refresh_token(tx.connection, secrets.digest(refresh_token))
    decision = decide_refresh(token, now)
    if token is None or decision is RefreshDecision.REFUSE:
        return None
    if decision is RefreshDecision.END_SESSION:
        for ended in await store.end_session(tx.connection, token.session.session_id, now):
            tx.emit(events.session_revoked(*ended))
        return None
    return await renew_session(tx, signer, token.session, now, proved=False)
