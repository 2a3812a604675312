"""Tasks end even where a cancellation is lost."""

import asyncio
import contextlib

import pytest

from services.runtime import ending


async def test_a_task_that_loses_its_first_cancellation_is_cancelled_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ending, "AGAIN_SECONDS", 0.01)
    lost = 0

    async def tries_for_ever() -> None:
        nonlocal lost
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        lost += 1
        await asyncio.Event().wait()

    tasks = [asyncio.create_task(tries_for_ever()), asyncio.create_task(asyncio.sleep(0))]
    await asyncio.sleep(0)
    async with asyncio.timeout(10):
        await ending.end(tasks)
    assert lost == 1
    assert [task.done() for task in tasks] == [True, True]
