"""A request that changes something is done once: its id, its content and its response are stored with the change.

The page or SDK makes the id and keeps it over retries; the same id with the same content gives the stored response,
with other content it is refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar
from uuid import UUID

from google.protobuf.message import Message
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.core.errors import AlreadyExistsError, Reason, ServiceError
from services.runtime.auth import current_caller
from services.runtime.database import Database, Transaction

KEPT_DAYS = 7
_ANONYMOUS = UUID(int=0)

_FIND = text("""
    SELECT method, request_hash, response
    FROM request
    WHERE caller_id = :caller_id AND request_id = :request_id
""")

_STORE = text("""
    INSERT INTO request (caller_id, request_id, method, request_hash, response, expire_time)
    VALUES (:caller_id, :request_id, :method, :request_hash, :response, now() + make_interval(days => :kept_days))
""")


class MutatingRequest(Protocol):
    """A request message with a request_id."""

    request_id: str

    def SerializeToString(self, *, deterministic: bool = ...) -> bytes:  # noqa: N802 - protobuf's name
        """The bytes of the message."""


R = TypeVar("R", bound=Message)


@dataclass(frozen=True)
class _Key:
    """What a request is known by: whose it is and its id, and what must not differ when it comes again."""

    caller_id: UUID
    request_id: UUID
    method: str
    digest: bytes


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
        act: makes the change; it is rolled back when a twin of the request was faster.
        forever: keep the response for ever, not 7 days (money).
        stored: gives the form of the response that may be stored; secrets are left out of it.

    Raises:
        AlreadyExistsError: REQUEST_REUSED, when the id came before with other content or for another RPC.
    """
    key = _Key(
        current_caller().account_id or _ANONYMOUS,
        UUID(request.request_id),
        response_type.DESCRIPTOR.full_name,
        hashlib.sha256(request.SerializeToString(deterministic=True)).digest(),
    )
    try:
        async with database.transaction() as tx:
            earlier = await _earlier(tx.connection, key)
            if earlier is not None:
                return response_type.FromString(earlier)
            response = await act(tx)
            kept = stored(response) if stored else response
            await _store(tx.connection, key, kept.SerializeToString(), None if forever else KEPT_DAYS)
    except (IntegrityError, ServiceError) as error:
        if isinstance(error, ServiceError) and error.reason is Reason.REQUEST_REUSED:
            raise
        # A twin may have committed meanwhile, so that its id is stored or the same change is no longer possible:
        # everything here was rolled back, and its response is there to read.
        async with database.transaction() as tx:
            earlier = await _earlier(tx.connection, key)
        if earlier is None:
            raise
        return response_type.FromString(earlier)
    return response


async def _earlier(connection: AsyncConnection, key: _Key) -> bytes | None:
    found = await connection.execute(_FIND, {"caller_id": key.caller_id, "request_id": key.request_id})
    row = found.one_or_none()
    if row is None:
        return None
    if (row[0], row[1]) != (key.method, key.digest):
        raise AlreadyExistsError(
            Reason.REQUEST_REUSED, "request_id: this id came before with other content; make a new one"
        )
    return bytes(row[2])


async def _store(connection: AsyncConnection, key: _Key, response: bytes, kept_days: int | None) -> None:
    await connection.execute(
        _STORE,
        {
            "caller_id": key.caller_id,
            "request_id": key.request_id,
            "method": key.method,
            "request_hash": key.digest,
            "response": response,
            "kept_days": kept_days,
        },
    )
