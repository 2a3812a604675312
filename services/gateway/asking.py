"""What pages of every audience ask: ids in addresses, and parts that a page can do without."""

from __future__ import annotations

from collections.abc import Awaitable
from http import HTTPStatus
from typing import TypeVar
from uuid import UUID

from starlette.exceptions import HTTPException
from starlette.requests import Request

from services.gateway.people import ENDED_REASONS
from services.runtime.logs import logger
from services.sdk import IlgamError

Answer = TypeVar("Answer")
log = logger()


async def answer_or_none(call: Awaitable[Answer]) -> Answer | None:
    """What a service says; None when it says nothing now, so that the page shows what the others say.

    Raises:
        IlgamError: the session has ended, or the person may not ask.
    """
    try:
        return await call
    except IlgamError as error:
        if error.reason in ENDED_REASONS or error.reason == "AUDIENCE_DENIED":
            raise
        log.warning("part_of_page_missing", reason=error.reason or error.code.name, error=error.message[:200])
        return None


def uuid_of(request: Request, name: str) -> str:
    """An id in the address.

    Raises:
        HTTPException: 404, it is none.
    """
    try:
        return str(UUID(request.path_params[name]))
    except ValueError:
        raise HTTPException(HTTPStatus.NOT_FOUND) from None
