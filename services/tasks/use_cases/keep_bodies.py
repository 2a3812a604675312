"""Bodies of answers that are more than a label: put before the transaction that names them, read after the one that did."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from uuid import UUID

from services.core.errors import UnavailableError
from services.runtime.bodies import Bodies

AT_ONCE_MAX = 16
"""How many bodies are on their way to or from the store at once, for one call."""


async def put_bodies(bodies: Bodies | None, job_id: UUID, contents: Sequence[str]) -> list[str]:
    """Stores bodies of a job and gives where they lie, in their order.

    Raises:
        UnavailableError: there is no store, or it cannot be reached.
    """
    if not contents:
        return []
    store, gate = _store_of(bodies), asyncio.Semaphore(AT_ONCE_MAX)

    async def put(content: str) -> str:
        async with gate:
            return await store.put(job_id, content)

    return list(await asyncio.gather(*(put(content) for content in contents)))


async def read_bodies(bodies: Bodies | None, job_id: UUID, names: Iterable[str]) -> dict[str, str]:
    """Bodies of a job by where they lie. Empty names are passed over.

    Raises:
        UnavailableError: there is no store, or it cannot be reached.
    """
    wanted = sorted({name for name in names if name})
    if not wanted:
        return {}
    store, gate = _store_of(bodies), asyncio.Semaphore(AT_ONCE_MAX)

    async def get(name: str) -> str:
        async with gate:
            return await store.get(job_id, name)

    return dict(zip(wanted, await asyncio.gather(*(get(name) for name in wanted)), strict=True))


def _store_of(bodies: Bodies | None) -> Bodies:
    if bodies is None:
        raise UnavailableError("this system keeps no files: its operator sets ILGAM_MEDIA_URL")
    return bodies
