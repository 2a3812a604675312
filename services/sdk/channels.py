"""The connections to the five services: one set may be shared by any number of callers."""

from types import TracebackType
from typing import Self

import grpc

SERVICES = ("accounts", "workers", "tasks", "quality", "payments")
MESSAGE_BYTES_MAX = 16 * 1024 * 1024
_OPTIONS = (
    ("grpc.max_receive_message_length", MESSAGE_BYTES_MAX),
    ("grpc.max_send_message_length", MESSAGE_BYTES_MAX),
    # Repeats are ours; a service that restarts is found again within a second.
    ("grpc.enable_retries", 0),
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 1000),
)


class Channels:
    """Connections to `host:port` + 1 ... + 5; they open when they are first used."""

    def __init__(self, target: str) -> None:
        host, _, port = target.rpartition(":")
        if not host or not port.isdigit():
            raise ValueError(f"a target is host:port, such as 127.0.0.1:7500, not {target!r}")
        self._channels = {
            service: grpc.aio.insecure_channel(f"{host}:{int(port) + offset}", options=_OPTIONS)
            for offset, service in enumerate(SERVICES, start=1)
        }

    def __getitem__(self, service: str) -> grpc.aio.Channel:
        return self._channels[service]

    async def close(self) -> None:
        """Close all connections."""
        for channel in self._channels.values():
            await channel.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
