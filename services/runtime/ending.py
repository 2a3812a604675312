"""Ending tasks for good: a single cancellation may be lost on its way."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any, Final

AGAIN_SECONDS: Final = 1.0


async def end(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancels tasks, again after a second, until all have ended.

    `asyncio.wait_for` drops a cancellation that comes at the instant at which what it waits for ends (before Python 3.12): a
    connection that is tried for ever would go on for ever.
    """
    known = list(tasks)
    left = {task for task in known if not task.done()}
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=AGAIN_SECONDS)
    await asyncio.gather(*known, return_exceptions=True)
