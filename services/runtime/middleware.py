"""What happens around every RPC.

Bytes are read, the caller is known and admitted, fields obey their rules, the deadline holds, and whatever goes wrong
leaves as one of our errors or as a bare INTERNAL with a trace in the log.
"""

from __future__ import annotations

import asyncio
import hmac
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import unquote

import grpc
import structlog
from google.protobuf.message import Message
from grpc import aio
from sqlalchemy.exc import IntegrityError

from services.core.errors import (
    AbortedError,
    NotFoundError,
    PermissionDeniedError,
    Reason,
    ServiceError,
    UnauthenticatedError,
    UnavailableError,
)
from services.runtime import telemetry
from services.runtime.auth import FRESH_SECONDS, Authenticator, Caller, set_caller
from services.runtime.contracts import Contract
from services.runtime.database import is_transient, sqlstate_of, violated_constraint
from services.runtime.incoming import Malformed, Requests, check_request, reader
from services.runtime.logs import logger
from services.runtime.wire_errors import code_of, trailers_of

_BEARER: Final = "Bearer "
# With the key the web's edge proves itself; then it may say for which address it speaks.
EDGE_KEY: Final = "ilgam-edge-key"
CLIENT_ADDRESS: Final = "ilgam-client-address"
# Served beside ours, and open: how a process is, and what it serves.
_OPEN_PREFIXES: Final = ("/grpc.health.v1.", "/grpc.reflection.")
_SLOW_SECONDS: Final = 2.0
_FOREIGN_KEY_VIOLATION: Final = "23503"

log = logger()

Context = aio.ServicerContext[Any, Any]
Handle = Callable[[Any, Context], Any]


class Middleware(aio.ServerInterceptor):
    """The one interceptor of a server. Without an edge key no call is the edge's."""

    def __init__(self, contracts: dict[str, Contract], authenticator: Authenticator, edge_key: str = "") -> None:
        self._contracts = contracts
        self._authenticator = authenticator
        self._edge_key = edge_key.encode()

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[grpc.RpcMethodHandler[Any, Any] | None]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> grpc.RpcMethodHandler[Any, Any] | None:
        """Puts the call's guards around its handler."""
        handler = await continuation(handler_call_details)
        if handler is None or handler_call_details.method.startswith(_OPEN_PREFIXES):
            return handler
        contract = self._contracts.get(handler_call_details.method)
        return _guarded(handler, _Call(contract, handler_call_details, self._authenticator, self._edge_key))


class _Call:
    """One call on its way through the guards."""

    def __init__(
        self,
        contract: Contract | None,
        details: grpc.HandlerCallDetails,
        authenticator: Authenticator,
        edge_key: bytes,
    ) -> None:
        self._contract = contract
        self._method = details.method
        self._metadata = {key: value for key, value in details.invocation_metadata or () if isinstance(value, str)}
        self._authenticator = authenticator
        shown = self._metadata.get(EDGE_KEY, "").encode()
        self._by_edge = bool(edge_key) and hmac.compare_digest(shown, edge_key)

    def reader(self, deserialize: Callable[[bytes], Message]) -> Callable[[bytes], Message | Malformed]:
        return reader(deserialize, self._contract.request_bytes_max if self._contract else 0)

    async def admit(self, context: Context) -> None:
        caller = await self._caller(context)
        _check_audience(self._contract, caller, by_edge=self._by_edge)
        set_caller(caller)
        structlog.contextvars.bind_contextvars(account_id=str(caller.account_id) if caller.account_id else None)

    def seconds_left(self, context: Context) -> float:
        limit = self._contract.deadline_seconds if self._contract else 0.0
        remaining = context.time_remaining()
        return limit if remaining is None else min(remaining, 3600.0)

    async def run(self, request: Any, context: Context, work: Callable[[Any], Awaitable[Any]]) -> Any:  # noqa: ANN401 - requests and responses of any type
        started = time.perf_counter()
        code = "OK"
        requests = Requests(request) if isinstance(request, AsyncIterator) else None
        telemetry.RPC_LIVE.inc()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(method=self._method)
        try:
            with telemetry.traced(self._method, self._metadata):
                try:
                    async with asyncio.timeout(self.seconds_left(context)):
                        await self.admit(context)
                        return await work(requests or check_request(request))
                except Exception as error:  # noqa: BLE001 - this is the edge: every kind becomes an answer
                    failure = _as_service_error(error)
                    code = code_of(failure).name
                    if requests is not None:
                        await requests.begin()
                    await context.abort(code_of(failure), failure.message, trailers_of(failure))
        finally:
            seconds = time.perf_counter() - started
            telemetry.RPC_LIVE.dec()
            telemetry.RPC_SECONDS.labels(self._method, code).observe(seconds)
            if seconds > _SLOW_SECONDS or code != "OK":
                log.info("rpc_ended", code=code, seconds=round(seconds, 3))

    async def _caller(self, context: Context) -> Caller:
        peer = self._peer(context)
        header = self._metadata.get("authorization", "")
        if not header:
            return Caller(peer=peer)
        if not header.startswith(_BEARER):
            raise UnauthenticatedError(Reason.TOKEN_INVALID, "authorization: must be 'Bearer' and an access token")
        if self._contract is not None and (self._contract.public or (self._contract.edge and self._by_edge)):
            # A token that has ended must not keep anybody from signing in or going on.
            try:
                return await self._authenticator.caller_of(header.removeprefix(_BEARER), peer)
            except ServiceError:
                return Caller(peer=peer)
        return await self._authenticator.caller_of(header.removeprefix(_BEARER), peer)

    def _peer(self, context: Context) -> str:
        """The address that limits count: the edge's word for the person's, anybody else's own."""
        said = _valid_address(self._metadata.get(CLIENT_ADDRESS, "")) if self._by_edge else ""
        return said or _address_of(context.peer())


def _check_audience(contract: Contract | None, caller: Caller, *, by_edge: bool = False) -> None:
    if contract is None or not contract.declared:
        raise PermissionDeniedError(Reason.AUDIENCE_DENIED, "nobody may call this: its contract names no audience")
    if contract.public or (contract.edge and by_edge):
        return
    if contract.edge and not contract.signed_in and not contract.roles:
        raise PermissionDeniedError(Reason.AUDIENCE_DENIED, "this is for the web's edge")
    if caller.account_id is None:
        raise UnauthenticatedError(Reason.TOKEN_MISSING, "sign in first: send an access token in 'authorization'")
    if not contract.signed_in and not (contract.roles & caller.roles):
        wanted = " or ".join(sorted(contract.roles))
        raise PermissionDeniedError(Reason.AUDIENCE_DENIED, f"this is for the role {wanted}", roles=wanted)
    if contract.fresh and time.time() - caller.auth_time > FRESH_SECONDS:
        raise PermissionDeniedError(
            Reason.SIGN_IN_NOT_FRESH, "prove once more who you are: call Reauthenticate, then try again"
        )


def _guarded(handler: grpc.RpcMethodHandler[Any, Any], call: _Call) -> grpc.RpcMethodHandler[Any, Any]:
    inner: Any = handler
    read, write = call.reader(inner.request_deserializer), inner.response_serializer
    if handler.request_streaming and handler.response_streaming:
        return grpc.stream_stream_rpc_method_handler(_streaming(inner.stream_stream, call), read, write)
    if handler.response_streaming:
        return grpc.unary_stream_rpc_method_handler(_streaming(inner.unary_stream, call), read, write)
    if handler.request_streaming:
        return grpc.stream_unary_rpc_method_handler(_answering(inner.stream_unary, call), read, write)
    return grpc.unary_unary_rpc_method_handler(_answering(inner.unary_unary, call), read, write)


def _answering(handle: Handle, call: _Call) -> Handle:
    async def answer(request: Any, context: Context) -> Any:  # noqa: ANN401 - requests and responses of any type
        async def work(checked: Any) -> Any:  # noqa: ANN401 - see above
            return await handle(checked, context)

        return await call.run(request, context, work)

    return answer


def _streaming(handle: Handle, call: _Call) -> Handle:
    async def stream(request: Any, context: Context) -> None:  # noqa: ANN401 - see above
        async def work(checked: Any) -> None:  # noqa: ANN401 - see above
            async for response in handle(checked, context):
                await context.write(response)

        await call.run(request, context, work)

    return stream


def _as_service_error(error: Exception) -> ServiceError:
    if isinstance(error, ServiceError):
        return error
    if isinstance(error, TimeoutError):
        return UnavailableError("took longer than its deadline, try again", Reason.DEADLINE_EXCEEDED)
    if is_transient(error):
        log.warning("rpc_unavailable", error=type(error).__name__)
        return UnavailableError()
    if isinstance(error, IntegrityError):
        # The last guard spoke where the code was not polite enough: still an answer that a caller can use.
        log.warning("rpc_met_constraint", constraint=violated_constraint(error))
        missing = sqlstate_of(error) == _FOREIGN_KEY_VIOLATION
        return NotFoundError("object that this names") if missing else _conflict()
    log.error("rpc_failed", exc_info=error)
    return ServiceError(Reason.INTERNAL, "something went wrong on our side; it is in the log")


def _conflict() -> AbortedError:
    return AbortedError(Reason.CONFLICT, "this met another change: read again, then decide")


def _address_of(peer: str) -> str:
    """The address in gRPC's `ipv4:127.0.0.1:1234` or `ipv6:%5B::1%5D:1234`, without the port, which changes."""
    kind, _, rest = peer.partition(":")
    return unquote(rest).rpartition(":")[0].strip("[]") if kind in {"ipv4", "ipv6"} else kind


def _valid_address(text: str) -> str:
    """An IP address as it is usually written; "" for anything else."""
    try:
        return str(ip_address(text))
    except ValueError:
        return ""
