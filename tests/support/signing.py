"""Calls in somebody's name: interceptors for the channels that tests call through."""

from typing import Any

from grpc import aio

from tests.support.identity import TestCaller


def signing(caller: TestCaller) -> list[Any]:
    """Interceptors that put a caller's token on every call; grpc takes each object for one kind of call only."""

    def signed(details: Any) -> Any:
        metadata = aio.Metadata(*(details.metadata or ()), *caller.metadata)
        return details._replace(metadata=metadata)

    class UnaryUnary(aio.UnaryUnaryClientInterceptor):
        async def intercept_unary_unary(self, continuation: Any, details: Any, request: Any) -> Any:
            return await continuation(signed(details), request)

    class UnaryStream(aio.UnaryStreamClientInterceptor):
        async def intercept_unary_stream(self, continuation: Any, details: Any, request: Any) -> Any:
            return await continuation(signed(details), request)

    class StreamUnary(aio.StreamUnaryClientInterceptor):
        async def intercept_stream_unary(self, continuation: Any, details: Any, requests: Any) -> Any:
            return await continuation(signed(details), requests)

    class StreamStream(aio.StreamStreamClientInterceptor):
        async def intercept_stream_stream(self, continuation: Any, details: Any, requests: Any) -> Any:
            return await continuation(signed(details), requests)

    return [UnaryUnary(), UnaryStream(), StreamUnary(), StreamStream()]
