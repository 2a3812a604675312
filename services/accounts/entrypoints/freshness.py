"""Fresh sign-ins, where it depends on a request's content whether one is needed."""

from __future__ import annotations

from services.core.errors import PermissionDeniedError, Reason
from services.runtime.auth import FRESH_SECONDS, Caller


def check_fresh(caller: Caller, now: float) -> None:
    """Asks for what `fresh` asks for in a contract: importing operators is granting a role.

    Raises:
        PermissionDeniedError: SIGN_IN_NOT_FRESH.
    """
    if now - caller.auth_time > FRESH_SECONDS:
        raise PermissionDeniedError(
            Reason.SIGN_IN_NOT_FRESH, "prove once more who you are: call Reauthenticate, then try again"
        )
