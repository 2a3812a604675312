"""A request that changes something is done once: its id, its content and its response are stored with the change.

The page or SDK makes the id and keeps it over retries; the same id with the same content gives the stored response,
with other content it is refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Protocol, TypeVar
from uuid import UUID

from google.protobuf.message import Message
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.core.errors import AlreadyExistsError, Reason, ServiceError
from services.runtime.auth import current_caller
from services.runtime.database import Database, Transaction
from services.runtime.outbox_store import AnsweredRequest

KEPT_DAYS = 7
_ANONYMOUS = UUID(int=0)

_FIND = text("""
    SELECT method, request_hash, response
    FROM request
    WHERE caller_id = :caller_id AND request_id = :request_id
""")


class MutatingRequest(Protocol):
    """A request message with a request_id."""

    request_id: str

    def SerializeToString(self, *, deterministic: bool = ...) -> bytes:  # noqa: N802 - protobuf's name
        """The bytes of the message."""


R = TypeVar("R", bound=Message)


async def run_once(
    database: Database,
    request: MutatingRequest,
    response_type: type[R],
    act: Callable[[Transaction], Awaitable[R]],
    *,
    forever: bool = False,
    stored: Callable[[R], R] | None = None,
) -> R:
    """Does `act` in a transaction, once per (caller, request_id), and gives its response, or the stored one.

    Args:
        database: where the change and the response are stored together.
        request: the request; its request_id and content say whether it is the same.
        response_type: the type of the response.
        act: makes the change; it is rolled back when the request was done before, which the stored id then shows.
        forever: keep the response for ever, not 7 days (money).
        stored: gives the form of the response that may be stored; secrets are left out of it.

    Raises:
        AlreadyExistsError: REQUEST_REUSED, when the id came before with other content or for another RPC.
    """
    asked = AnsweredRequest(
        caller_id=current_caller().account_id or _ANONYMOUS,
        request_id=UUID(request.request_id),
        method=response_type.DESCRIPTOR.full_name,
        request_hash=hashlib.sha256(request.SerializeToString(deterministic=True)).digest(),
        response=b"",
        kept_days=None if forever else KEPT_DAYS,
    )
    try:
        async with database.transaction() as tx:
            response = await act(tx)
            kept = stored(response) if stored else response
            tx.answer(replace(asked, response=kept.SerializeToString()))
    except (IntegrityError, ServiceError):
        # It may have been done before, so that its id is stored or the same change is no longer possible: everything
        # here was rolled back, and the response is there to read. Looking only now costs the usual case nothing.
        async with database.statement() as connection:
            earlier = await _earlier(connection, asked)
        if earlier is None:
            raise
        return response_type.FromString(earlier)
    return response


async def _earlier(connection: AsyncConnection, asked: AnsweredRequest) -> bytes | None:
    found = await connection.execute(_FIND, {"caller_id": asked.caller_id, "request_id": asked.request_id})
    row = found.one_or_none()
    if row is None:
        return None
    if (row[0], row[1]) != (asked.method, asked.request_hash):
        raise AlreadyExistsError(
            Reason.REQUEST_REUSED, "request_id: this id came before with other content; make a new one"
        )
    return bytes(row[2])
