"""The connection to NATS: never given up, whoever starts first and whatever restarts in between."""

from __future__ import annotations

import asyncio

import nats
import nats.errors
from nats.aio.client import Client

from services.runtime.logs import logger

_RETRY_SECONDS = 0.5

log = logger()


async def connect(urls: str, user: str, password: str, name: str) -> Client:
    """A connection as a user: the first one is tried until it stands, a lost one comes back by itself.

    Args:
        urls: nats://host:port, several separated by commas.
        user: whose permissions it has; replies come to `_INBOX_<user>`. Empty for a server without users.
        password: the user's.
        name: what the server shows.
    """
    while True:
        try:
            return await nats.connect(
                urls.split(","),
                user=user or None,
                password=password or None,
                name=name,
                inbox_prefix=f"_INBOX_{user or name}".encode(),
                max_reconnect_attempts=-1,
                reconnect_time_wait=_RETRY_SECONDS,
                ping_interval=5,
                max_outstanding_pings=2,
                allow_reconnect=True,
                error_cb=_log_error,
            )
        except (nats.errors.Error, OSError) as error:
            log.warning("broker_unreachable", error=type(error).__name__)
            await asyncio.sleep(_RETRY_SECONDS)


async def _log_error(error: Exception) -> None:
    log.warning("broker_error", error=repr(error)[:200])
