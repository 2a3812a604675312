"""Real PostgreSQL and NATS for tests, and stacks whose services are dummies."""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import nats
from nats.aio.client import Client

from deploy.local.stack import Stack
from deploy.nats.permissions import GATEWAY, inbox_prefix


def dummy_command(name: str) -> tuple[str, ...]:
    """A process that only says that it is healthy, in the place of a service or of the gateway."""
    return (sys.executable, "-m", f"tests.support.dummy_{'gateway' if name == GATEWAY else 'service'}")


@contextmanager
def running_servers() -> Iterator[Stack]:
    """PostgreSQL and NATS without services, in a folder that goes away afterwards."""
    # Not pytest's own folder: it keeps the last runs, and a cluster is 50 MB.
    with tempfile.TemporaryDirectory(prefix="ilgam-") as folder, Stack(Path(folder), services=()) as stack:
        yield stack


def dummy_stack(
    folder: Path, services: tuple[str, ...], base_port: int | None = None, *, gateway: bool = False
) -> Stack:
    """A stack whose services, and gateway, only say that they are healthy."""
    return Stack(
        folder, base_port, services, gateway=gateway, command=dummy_command, migrate=lambda _service, _url: None
    )


async def fetch(stack: Stack, sql: str, *, database: str = "ilgam_tasks", role: str = "ilgam_tasks_owner") -> list[Any]:
    """The rows of one statement, each as a tuple."""
    url = stack.postgres_url(database, role).replace("+asyncpg", "")
    connection = await asyncpg.connect(url, timeout=10)
    try:
        return [tuple(row) for row in await connection.fetch(sql)]
    finally:
        await connection.close()


@asynccontextmanager
async def bus(stack: Stack, user: str, refusals: asyncio.Queue[str] | None = None) -> AsyncIterator[Client]:
    """A NATS connection as one of the stack's users; what the server refuses is put into `refusals`."""

    async def note(error: Exception) -> None:
        if refusals is not None:
            await refusals.put(str(error))

    client = await nats.connect(
        stack.nats_url,
        user=user,
        password=stack.nats_password(user),
        inbox_prefix=inbox_prefix(user).encode(),
        error_cb=note,
    )
    try:
        yield client
    finally:
        await client.close()
