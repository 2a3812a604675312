"""One item of each kind from the open bench to the answer: with a mouse, with keys alone, with single presses, with a finger."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

import pytest
from playwright.async_api import Locator, Page

from tests.browser.conftest import Arrive
from tests.browser.test_every_kind_at_the_bench import at_work, handed_in, plain
from tests.support.breaks import READY, marks_of
from tests.support.browser import DESKTOP, PHONE
from tests.support.hands import Hands
from tests.support.kinds import KINDS
from tests.support.market import Market
from tests.support.service import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")
SLOW_MILLISECONDS: Final = 900
JITTER_PIXELS: Final = 8
SAID: Final = "내일 물이 끊긴다."
_DRAWING: Final = {"shapes", "tracks"}
Place = tuple[float, float]


@dataclass
class Finger:
    """Presses, and never drags: a finger on the glass, or a slow and shaking hand at a mouse."""

    page: Page
    is_touch: bool

    async def press(self, wanted: Locator, place: Place = (0.5, 0.5)) -> None:
        """Presses something at a place, given in shares of its width and height."""
        await wanted.scroll_into_view_if_needed()
        box = await wanted.bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] * place[0], box["y"] + box["height"] * place[1]
        if self.is_touch:
            await self.page.touchscreen.tap(x, y)
            return
        await self.page.mouse.move(x, y)
        await self.page.mouse.down()
        await self.page.mouse.move(x + JITTER_PIXELS, y - JITTER_PIXELS)
        await self.page.wait_for_timeout(SLOW_MILLISECONDS)
        await self.page.mouse.up()

    async def answer(self, kind: str) -> None:
        """Marks what there is to mark."""
        shown, form = self.page.locator("[data-shown]"), self.page.locator("[data-answer-form]")
        if kind in _DRAWING:
            await self.press(shown.get_by_role("button", name="상자").first)
            for place in ((0.4, 0.3), (0.6, 0.6)):
                await self.press(shown.locator(".easel"), place)
        elif kind == "spans":
            words = shown.get_by_text("김하늘").first
            for _ in range(2):
                await self.press(words, (0.06, 0.3))
            await self.press(shown.locator(".mark-label").first)
        elif kind == "segments":
            for share, button in ((0.2, "여기서 시작"), (0.7, "여기까지")):
                await self.press(shown.locator(".seg-wave"), (share, 0.5))
                await self.press(shown.get_by_role("button", name=button))
        elif kind == "cells":
            await self.press(shown.get_by_text("서른"))
        elif kind == "pair":
            await self.press(form.locator("label:has(input[type=radio])").first)
        else:
            await self.press(form.locator("textarea"))
            await self.page.keyboard.insert_text(SAID)


async def by_finger(page: Page, kind: str) -> None:
    """A finger on the glass."""
    await Finger(page, is_touch=True).answer(kind)


async def by_presses(page: Page, kind: str) -> None:
    """A mouse that is never dragged, in a slow and shaking hand."""
    await Finger(page, is_touch=False).answer(kind)


async def by_mouse(page: Page, kind: str) -> None:
    """A quick hand that drags."""
    shown, form = page.locator("[data-shown]"), page.locator("[data-answer-form]")
    if kind in _DRAWING:
        await shown.get_by_role("button", name="상자").first.click()
        await _drag(page, shown.locator(".easel"), (0.4, 0.3), (0.6, 0.6))
    elif kind == "spans":
        await _drag(page, shown.get_by_text("김하늘").first, (0.01, 0.3), (0.06, 0.3))
        await shown.locator(".mark-label").first.click()
    elif kind == "segments":
        await _drag(page, shown.locator(".seg-wave"), (0.2, 0.5), (0.7, 0.5))
    elif kind == "cells":
        await shown.get_by_text("서른").click()
    elif kind == "pair":
        await form.locator("label:has(input[type=radio])").first.click()
    else:
        await form.locator("textarea").click()
        await page.keyboard.insert_text(SAID)


async def _drag(page: Page, wanted: Locator, begin: Place, end: Place) -> None:
    await wanted.scroll_into_view_if_needed()
    box = await wanted.bounding_box()
    assert box is not None
    (x, y), (to_x, to_y) = ((box["x"] + box["width"] * a, box["y"] + box["height"] * b) for a, b in (begin, end))
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(to_x, to_y, steps=4)
    await page.mouse.up()


KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "shapes": ("b",),
    "tracks": ("b",),
    "spans": ("Control+Shift+ArrowRight", "1"),
    "segments": ("i", "Shift+ArrowRight", "o"),
    "cells": ("ArrowDown", "ArrowRight", "1"),
    "pair": ("1",),
    "writing": (),
}
FIRST: Final[Mapping[str, str]] = {"spans": ".spans-text", "cells": "td[data-row='0'][data-column='0']"}


async def by_keys(page: Page, kind: str) -> None:
    """Keys alone, from the top of the page; where they are must be seen."""
    hands = Hands(page)
    if kind in FIRST:
        await hands.go_to(page.locator(FIRST[kind]))
    if kind == "writing":
        await hands.write(page.locator("[data-answer-form] textarea"), SAID)
    for key in KEYS[kind]:
        await page.keyboard.press(key)


HANDS: Final[Mapping[str, Callable[[Page, str], Awaitable[None]]]] = {
    "mouse": by_mouse,
    "keys": by_keys,
    "presses": by_presses,
    "finger": by_finger,
}


async def hand_in(page: Page, hand: str) -> None:
    """Hands the answer in by the same hand."""
    submit = page.locator("[data-submit]")
    if hand == "keys":
        await page.keyboard.press("Control+Enter")
    elif hand == "mouse":
        await submit.click()
    else:
        await Finger(page, is_touch=hand == "finger").press(submit)


# The others have tests of their own in the short form too.
_SHORT: Final = {("segments", "presses"), ("tracks", "finger")}


@pytest.mark.parametrize(
    ("kind", "hand"),
    [
        pytest.param(kind, hand, marks=[] if (kind, hand) in _SHORT else [pytest.mark.long])
        for kind in KINDS
        for hand in HANDS
    ],
)
async def test_an_item_is_answered(arrive: Arrive, market: Market, kind: str, hand: str) -> None:
    is_touch = hand == "finger"
    visitor = await arrive(PHONE if is_touch else DESKTOP, touch=is_touch)
    worker, job_id = await at_work(visitor, market, kind, items=1)
    await visitor.page.locator(READY).wait_for()
    await HANDS[hand](visitor.page, kind)
    marks = await eventually(lambda: marks_of(visitor.page))
    await hand_in(visitor.page, hand)
    assert plain(await handed_in(worker, job_id)) == plain(marks)
