"""Who calls, where the RPC needs to know."""

from __future__ import annotations

from uuid import UUID

from services.core.errors import Reason, UnauthenticatedError
from services.runtime.auth import current_caller


def own_account_id() -> UUID:
    """The caller's account; the audience makes sure that there is one."""
    return current_caller().worker_id


def own_session_id() -> UUID:
    """The caller's session.

    Raises:
        UnauthenticatedError: SESSION_ENDED, the token names none.
    """
    session_id = current_caller().session_id
    if session_id is None:
        raise UnauthenticatedError(Reason.SESSION_ENDED, "the token names no session: sign in again")
    return session_id
