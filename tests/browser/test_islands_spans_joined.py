"""Lines between the words of a text that belong together: where the words are, and in nobody's way."""

from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.island_pages import PHONE, open_island
from tests.browser.long_tasks import FRAMES, LONG_MILLISECONDS, traced
from tests.browser.marking import TEXT, mark, place, press, shown

pytestmark = pytest.mark.asyncio(loop_scope="session")
SPANS = [
    mark("a", "PER", "김민수"),
    mark("b", "LOC", "부산광역시 해운대구"),
    mark("c", "ORG", "광주인공지능협회"),
    mark("d", "LOC", "행사를"),
]
# How far each line begins and ends from the words that it joins, sideways and upwards, in pixels.
_OFF = """() => [...document.querySelectorAll(".spans-joins path:not(.halo, .head)")].map((line, at) => {
  const way = line.getScreenCTM();
  const off = (length, id) => {
    const spot = line.getPointAtLength(length).matrixTransform(way);
    const box = document.querySelector(`[data-mark="${id}"].is-first`).getClientRects()[0];
    const beside = Math.max(box.left - spot.x, spot.x - box.right, 0);
    return Math.max(beside, Math.min(Math.abs(spot.y - box.top), Math.abs(spot.y - box.bottom)));
  };
  const { from, to } = island.marks.filter((one) => one.type === "relation")[at].value;
  return Math.max(off(0, from), off(line.getTotalLength(), to));
})"""


def relation(number: int, start: str, end: str) -> dict[str, Any]:
    value = {"from": start, "to": end}
    return {"id": f"r{number}", "control": "rel", "type": "relation", "label": "of", "value": value}


async def _off(page: Page) -> list[float]:
    found: list[float] = await page.evaluate(_OFF)
    return found


async def test_lines_run_between_the_words_that_are_joined_and_follow_them(chromium: Browser) -> None:
    joined = [relation(0, "a", "b"), relation(1, "c", "a"), relation(2, "d", "c")]
    island = await open_island(chromium, "spans", shown(marks=SPANS + joined))
    for width, height in ((1000, 900), PHONE):
        await island.page.set_viewport_size({"width": width, "height": height})
        await expect(island.page.locator(".spans-joins .head")).to_have_count(3)
        await island.page.evaluate(FRAMES)
        assert max(await _off(island.page)) < 8
        assert await island.problems() == []
    # They are neither copied, nor pressed, nor heard.
    picked = (
        "() => { getSelection().selectAllChildren(document.querySelector('.spans-text')); return `${getSelection()}`; }"
    )
    assert "속한 곳" not in await island.page.evaluate(picked)
    await expect(island.page.locator(".spans-joins")).to_have_attribute("aria-hidden", "true")
    await island.page.mouse.click(*await place(island, "행사를"))
    await press(island, "Delete")
    await expect(island.page.locator(".spans-joins .head")).to_have_count(2)


async def test_of_many_relations_those_of_what_is_chosen_are_drawn(chromium: Browser) -> None:
    pairs = [(start["id"], end["id"]) for start in SPANS for end in SPANS if start is not end]
    joined = [relation(at, *pair) for at, pair in enumerate([*pairs, ("a", "c")])]
    joined[-1]["label"] = "in"
    island = await open_island(chromium, "spans", shown(marks=SPANS + joined, readOnly=True))
    heads = island.page.locator(".spans-joins .head")
    await island.page.evaluate(FRAMES)
    await expect(heads).to_have_count(0)
    await island.page.locator(".mark-pick").first.click()
    await expect(heads).to_have_count(7)
    await island.page.locator(".mark-pick").last.click()
    await expect(heads).to_have_count(1)
    assert await island.problems() == []


@pytest.mark.long
async def test_five_hundred_words_with_two_hundred_joins_answer_at_once(chromium: Browser) -> None:
    text = (TEXT.replace("\n", " ") * 900)[:50_000]
    marks: list[dict[str, Any]] = [
        {"id": f"m{at}", "control": "ner", "type": "span", "label": "LOC"}
        | {"value": {"start": at * 100, "end": at * 100 + 5, "quote": text[at * 100 : at * 100 + 5]}}
        for at in range(500)
    ]
    # Half of them belong to one word.
    marks += [relation(at, "m0" if at % 2 else f"m{at + 1}", f"m{(at * 37) % 499 + 1}") for at in range(0, 400, 2)]
    marks += [relation(1_000 + at, "m0", f"m{at + 1}") for at in range(100)]
    island = await open_island(chromium, "spans", shown(text, marks=marks))
    rows = island.page.locator(".mark-pick")
    async with traced(chromium, island.page) as tasks:
        for row in (0, 3, 0):
            await rows.nth(row).click()
            await island.page.evaluate(FRAMES)
        await island.page.locator(".spans-text").hover()
        for _ in range(5):
            await island.page.mouse.wheel(0, 900)
            await island.page.evaluate(FRAMES)
        await island.page.set_viewport_size({"width": 700, "height": 800})
        await island.page.evaluate(FRAMES)
    assert await island.page.locator(".spans-joins .head").count() >= 100
    assert max(tasks) < LONG_MILLISECONDS, sorted(tasks)[-5:]
