"""How long a page keeps somebody waiting while they work: tasks of its thread, in its own time and not in the machine's."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, Page

LONG_MILLISECONDS = 100
_CATEGORIES = ["toplevel", "disabled-by-default-devtools.timeline"]
_TASKS = {"RunTask", "ThreadControllerImpl::RunTask"}
FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(null))))"


@asynccontextmanager
async def traced(chromium: Browser, page: Page) -> AsyncIterator[list[float]]:
    """Gives a list that holds, after the block, how many milliseconds each task of the block took."""
    took: list[float] = []
    await chromium.start_tracing(page=page, categories=_CATEGORIES)
    try:
        yield took
        await page.evaluate(FRAMES)
    finally:
        trace = json.loads(await chromium.stop_tracing())["traceEvents"]
    mains = {(one["pid"], one["tid"]) for one in trace if one.get("args", {}).get("name") == "CrRendererMain"}
    took += [
        one["tdur"] / 1000
        for one in trace
        if one.get("name") in _TASKS and "tdur" in one and (one["pid"], one["tid"]) in mains
    ]
    assert took, "the trace holds no task"
