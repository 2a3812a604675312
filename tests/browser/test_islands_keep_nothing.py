"""An island that showed many items, or was shown once and left, keeps no element and no listener of any of them."""

from typing import Any

import pytest
from playwright.async_api import Browser, CDPSession

from tests.browser import drawing, marking
from tests.browser.island_pages import open_island

pytestmark = pytest.mark.asyncio(loop_scope="session")
# Moved in the page each time, as the bench does it; then new ones, as practice shows right answers.
_SHOW = """async ([shown, rounds]) => {
  for (let round = 0; round < rounds; round += 1) {
    const place = document.createElement("div");
    place.append(island);
    document.querySelector("main").replaceChildren(place);
    await island.show(shown);
    const other = new island.constructor((key) => key);
    if (typeof island.words === "object") other.words = { say: (key) => key };
    place.append(other);
    await other.show(shown);
    other.remove();
  }
}"""


async def _held(client: CDPSession) -> tuple[int, int]:
    """Elements and listeners that nothing lets go of."""
    for _ in range(3):
        await client.send("HeapProfiler.collectGarbage")
    counted = await client.send("Memory.getDOMCounters")
    return counted["nodes"], counted["jsEventListeners"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("shapes", drawing.shown(drawing.rect("a", 10, 10, 50, 50))),
        pytest.param("spans", marking.shown(marks=marking.MARKS), marks=pytest.mark.long),
    ],
)
async def test_what_was_shown_before_is_let_go(chromium: Browser, name: str, shown: dict[str, Any]) -> None:
    island = await open_island(chromium, name, shown)
    client = await island.context.new_cdp_session(island.page)
    await client.send("HeapProfiler.enable")
    await island.page.evaluate(_SHOW, [shown, 3])
    before = await _held(client)
    await island.page.evaluate(_SHOW, [shown, 8])
    assert await _held(client) == before
    await island.context.close()
