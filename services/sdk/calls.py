"""A channel that makes every call of a generated stub patient, signed and traced."""

import asyncio
import functools
import random
import time
from collections.abc import AsyncIterator, Callable
from typing import Any, Protocol

import grpc
from google.protobuf import descriptor_pool, message
from ilgam.options.v1 import options_pb2

from services.sdk.errors import IlgamError
from services.sdk.requests import new_traceparent
from services.sdk.retries import Next, Patience, after

Metadata = tuple[tuple[str, str], ...]


class Tokens(Protocol):
    """Where a call's token comes from: a session, or nowhere for RPCs that are open to anybody."""

    async def token(self) -> str:
        """A token that is good now; empty for none."""

    async def renew(self, used: str) -> None:
        """Replace that token, if nobody did yet; raises IlgamError when that cannot be done."""

    async def prove(self, used: str) -> None:
        """Replace that token by one of a fresh sign-in; raises IlgamError when that cannot be done."""


class NoTokens:
    """For RPCs that are open to anybody."""

    async def token(self) -> str:
        """No token."""
        return ""

    async def renew(self, used: str) -> None:
        """Nothing to renew."""

    async def prove(self, used: str) -> None:
        """Nothing to prove."""


class Attempts:
    """One call's attempts: its time, and what follows a failure."""

    def __init__(self, tokens: Tokens, patience: Patience, attempt_seconds: float, timeout: float | None) -> None:
        self._tokens = tokens
        self._patience = patience
        self._attempt_seconds = attempt_seconds
        begin = time.monotonic()
        self._end = begin + (timeout or max(patience.overall_seconds, attempt_seconds))
        self._waits_until = begin + (timeout or patience.overall_seconds)
        self._tried = 0
        self._renewals = 0
        self._token = ""

    async def metadata(self) -> Metadata:
        """What the next attempt is sent with."""
        self._token = await self._tokens.token()
        trace = ("traceparent", new_traceparent())
        return (trace, ("authorization", f"Bearer {self._token}")) if self._token else (trace,)

    @property
    def seconds(self) -> float:
        """How long the next attempt may take."""
        return max(0.001, min(self._attempt_seconds, self._end - time.monotonic()))

    def progress(self) -> None:
        """Part of the call is done: its patience begins anew."""
        self._tried = self._renewals = 0
        self._waits_until = time.monotonic() + self._patience.overall_seconds

    async def recover(self, error: IlgamError) -> None:
        """Make the next attempt possible, or raise the error."""
        match after(error, self._renewals):
            case Next.RENEW:
                self._renewals += 1
                await self._tokens.renew(self._token)
            case Next.PROVE:
                self._renewals += 1
                await self._tokens.prove(self._token)
            case Next.WAIT:
                pause = self._patience.wait_seconds(self._tried, random.random())  # noqa: S311  (spreads load, guards nothing)
                if time.monotonic() + pause >= self._waits_until:
                    raise error
                await asyncio.sleep(pause)
            case Next.FAIL:
                raise error
        self._tried += 1


class PatientChannel:
    """Looks like a channel to a generated stub; its calls sign in, wait and repeat."""

    def __init__(self, channel: grpc.aio.Channel, tokens: Tokens, patience: Patience) -> None:
        self._channel = channel
        self._tokens = tokens
        self._patience = patience

    def _attempts(self, path: str) -> Callable[[float | None], Attempts]:
        seconds = contract_seconds(path) or self._patience.attempt_seconds
        return lambda timeout: Attempts(self._tokens, self._patience, seconds, timeout)

    def unary_unary(self, path: str, **codecs: Any) -> "UnaryUnary":  # noqa: ANN401  (gRPC's own serialisers pass through)
        """A call with one request and one answer."""
        return UnaryUnary(self._channel.unary_unary(path, **codecs), self._attempts(path))

    def unary_stream(self, path: str, **codecs: Any) -> "UnaryStream":  # noqa: ANN401  (gRPC's own serialisers pass through)
        """A call with one request and many answers."""
        return UnaryStream(self._channel.unary_stream(path, **codecs), self._attempts(path))

    def stream_stream(self, path: str, **codecs: Any) -> "StreamStream":  # noqa: ANN401  (gRPC's own serialisers pass through)
        """A call with many requests and many answers."""
        return StreamStream(self._channel.stream_stream(path, **codecs), self._attempts(path))


class UnaryUnary:
    """`await stub.GetJob(request)`: repeated until it succeeds, fails for good, or its time is over."""

    __slots__ = ("_attempts", "_raw")

    def __init__(self, raw: Any, attempts: Callable[[float | None], Attempts]) -> None:  # noqa: ANN401  (generic in messages)
        self._raw = raw
        self._attempts = attempts

    async def __call__(self, request: message.Message, *, timeout: float | None = None) -> message.Message:  # noqa: ASYNC109  (gRPC's own name)
        """Raises IlgamError."""
        attempts = self._attempts(timeout)
        while True:
            metadata = await attempts.metadata()
            try:
                answer: message.Message = await self._raw(request, timeout=attempts.seconds, metadata=metadata)
            except grpc.aio.AioRpcError as error:
                await attempts.recover(IlgamError.of(error))
            else:
                return answer


class UnaryStream:
    """`async for answer in stub.StreamAudit(request)`: repeated only while no answer has come."""

    __slots__ = ("_attempts", "_raw")

    def __init__(self, raw: Any, attempts: Callable[[float | None], Attempts]) -> None:  # noqa: ANN401  (generic in messages)
        self._raw = raw
        self._attempts = attempts

    async def __call__(
        self,
        request: message.Message,
        *,
        timeout: float | None = None,  # noqa: ASYNC109  (gRPC's own name)
    ) -> AsyncIterator[message.Message]:
        """Raises IlgamError."""
        attempts, begun = self._attempts(timeout), False
        while True:
            metadata = await attempts.metadata()
            try:
                async for answer in self._raw(request, timeout=attempts.seconds, metadata=metadata):
                    begun = True
                    yield answer
            except grpc.aio.AioRpcError as error:
                if begun:
                    raise IlgamError.of(error) from None
                await attempts.recover(IlgamError.of(error))
            else:
                return


class StreamStream:
    """`stream = stub.ImportItems()`: one attempt; the caller knows what to send again."""

    __slots__ = ("_attempts", "_raw")

    def __init__(self, raw: Any, attempts: Callable[[float | None], Attempts]) -> None:  # noqa: ANN401  (generic in messages)
        self._raw = raw
        self._attempts = attempts

    def __call__(self, *, timeout: float | None = None) -> "Stream":
        """The stream; it opens with the first message written."""
        return Stream(self._raw, self._attempts(timeout))


class Stream:
    """Requests out, answers in."""

    def __init__(self, raw: Any, attempts: Attempts) -> None:  # noqa: ANN401  (generic in messages)
        self._raw = raw
        self._attempts = attempts
        self._call: Any = None

    async def write(self, request: message.Message) -> None:
        """Send a message; raises IlgamError.

        A write that meets the server's end cannot say why it ended: that counts as a lost connection, and the next
        stream's first answer tells the reason.
        """
        try:
            if self._call is None:
                metadata = await self._attempts.metadata()
                self._call = self._raw(timeout=self._attempts.seconds, metadata=metadata)
            await self._call.write(request)
        except (grpc.aio.AioRpcError, asyncio.InvalidStateError) as error:
            found = IlgamError.of(error) if isinstance(error, grpc.aio.AioRpcError) else None
            raise (found if found and found.reason else IlgamError.lost("the stream ended early")) from None

    async def read(self) -> message.Message | None:
        """The next answer, or None when there are no more; raises IlgamError."""
        try:
            answer = await self._call.read()
        except grpc.aio.AioRpcError as error:
            raise IlgamError.of(error) from None
        return None if answer is grpc.aio.EOF else answer

    def progress(self) -> None:
        """Part of the work is done: patience begins anew."""
        self._attempts.progress()

    async def done_writing(self) -> None:
        """Say that no more messages come."""
        await self._call.done_writing()

    async def recover(self, error: IlgamError) -> None:
        """Give this stream up; returns when another may be tried, or raises the error."""
        if self._call is not None:
            self._call.cancel()
        self._call = None
        await self._attempts.recover(error)


@functools.cache
def contract_seconds(path: str) -> float:
    """The deadline that the contract gives an RPC; 0 when it gives none."""
    method = descriptor_pool.Default().FindMethodByName(path.removeprefix("/").replace("/", "."))
    return float(method.GetOptions().Extensions[options_pb2.deadline_seconds])
