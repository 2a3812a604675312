"""What callers send, read from bytes: bounded, and checked against the rules that the contract gives to fields."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from typing import Final

from google.protobuf.message import Message

from services.core.errors import FieldViolation, InvalidArgumentError, Reason
from services.runtime.field_rules import violations_of
from services.runtime.logs import logger
from services.runtime.redaction import redacted

# How long a refusal waits for the first message of a caller who is still about to send it.
_FIRST_MESSAGE_SECONDS: Final = 1.0

log = logger()


class Malformed:
    """Stands where a request could not be read."""

    def __init__(self, text: str) -> None:
        self.text = text


def reader(deserialize: Callable[[bytes], Message], bytes_max: int) -> Callable[[bytes], Message | Malformed]:
    """Reads messages of at most `bytes_max` bytes; what is none is refused later, where words can be said."""

    def read(data: bytes) -> Message | Malformed:
        if len(data) > bytes_max:
            return Malformed(f"the request has {len(data)} bytes, at most {bytes_max} are taken")
        try:
            return deserialize(data)
        except Exception:  # noqa: BLE001 - protobuf raises several kinds; all mean that the bytes are no such message
            return Malformed("the bytes are not a message of the expected type")

    return read


def check_request(request: Message | Malformed) -> Message:
    """The request, when it could be read and obeys its contract.

    Raises:
        InvalidArgumentError: MESSAGE_MALFORMED, or FIELD_INVALID with every wrong field.
    """
    if isinstance(request, Malformed):
        raise InvalidArgumentError(
            request.text, reason=Reason.MESSAGE_MALFORMED, violations=(FieldViolation("request", request.text),)
        )
    violations = violations_of(request)
    if violations:
        text = "; ".join(f"{v.field} {v.description}" for v in violations[:3])
        raise InvalidArgumentError(text, violations=violations)
    if log.is_enabled_for(logging.DEBUG):
        log.debug("rpc_request", request=redacted(request))
    return request


class Requests:
    """The messages of a stream, each checked as it is read."""

    def __init__(self, requests: AsyncIterator[Message | Malformed]) -> None:
        self._requests = requests
        self._begun = False

    def __aiter__(self) -> Requests:
        return self

    async def __anext__(self) -> Message:
        self._begun = True
        return check_request(await anext(self._requests))

    async def begin(self) -> None:
        """Takes the first message if nobody did: who is answered while sending it may hear of a broken call alone."""
        if not self._begun:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_FIRST_MESSAGE_SECONDS):
                    await anext(self._requests, None)
