"""Whatever may break while somebody works at the bench: each break, and the way back to the same item.

Somebody makes a mark, the break comes, they come back, and the mark must be there.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import asyncpg
from ilgam.accounts.v1 import accounts_service_pb2 as accounts_pb
from playwright.async_api import Error, Page, expect

from services.sdk import new_request_id
from tests.support.browser import Visitor
from tests.support.market import Person
from tests.support.service import eventually

Marks = list[dict[str, Any]]
READY: Final = "[data-bench][data-ready]"
_MARKS: Final = "() => document.querySelector('[data-answer-form] [name=results]').value || '[]'"
# What the islands on the page hold, which is what is drawn; null where the answer is fields alone.
_DRAWN: Final = """() => {
  const islands = [...document.querySelectorAll("[data-shown] .bench-object > *")].filter((one) => one.marks !== undefined);
  return islands.length === 0 ? null : islands.flatMap((one) => [...one.marks]);
}"""


async def mark_shapes(page: Page) -> None:
    """A box in the middle."""
    await page.keyboard.press("KeyB")


async def mark_spans(page: Page) -> None:
    """The first word is a person."""
    text = page.locator("[data-shown]").get_by_text("김하늘").first
    await text.click(position={"x": 20, "y": 15})
    await text.click(position={"x": 20, "y": 15})
    await page.keyboard.press("Digit1")


async def mark_segments(page: Page) -> None:
    """From the beginning to a later moment."""
    slider = page.locator("[data-shown] input[type=range]").first
    await page.keyboard.press("KeyI")
    await slider.focus()
    await page.keyboard.press("End")
    await page.keyboard.press("KeyO")


async def mark_cells(page: Page) -> None:
    """The cell with the number in words."""
    await page.locator("[data-shown]").get_by_text("서른").click()


async def mark_pair(page: Page) -> None:
    """The second is better."""
    await page.keyboard.press("Digit2")


async def mark_writing(page: Page) -> None:
    """A sentence, in Hangul."""
    await page.locator("[data-answer-form] textarea").fill("내일 아침에 물이 끊긴다. 두 시간이다.")


HANDS: Final[Mapping[str, Callable[[Page], Awaitable[None]]]] = {
    "shapes": mark_shapes,
    "spans": mark_spans,
    "segments": mark_segments,
    "tracks": mark_shapes,
    "cells": mark_cells,
    "pair": mark_pair,
    "writing": mark_writing,
}


async def make_mark(page: Page, kind: str) -> Marks:
    """Makes a mark as a person does, and gives the answer as it is then."""
    await page.locator(READY).wait_for()
    await HANDS[kind](page)

    async def made() -> Marks:
        return await marks_of(page)

    found: Marks = await eventually(made)
    return found


async def marks_of(page: Page) -> Marks:
    """The answer that the page shows; what its island draws is part of it."""
    found: Marks = json.loads(await page.evaluate(_MARKS))
    drawn: Marks | None = await page.evaluate(_DRAWN)
    assert drawn is None or drawn == found
    return found


async def still_there(page: Page, wanted: Marks) -> None:
    """Waits until the page shows the marks again."""
    await page.locator(READY).wait_for()

    async def there() -> bool:
        return await marks_of(page) == wanted

    await eventually(there)


async def saved(page: Page) -> None:
    """Waits until the server has it."""
    await expect(page.locator("[data-saved]")).to_contain_text("저장됨")


async def end_sessions(visitor: Visitor, person: Person) -> None:
    """Ends the sessions of somebody's browsers from elsewhere, and waits until the pages know."""
    found = (await person.client.accounts.ListSessions(accounts_pb.ListSessionsRequest())).sessions
    for session in found:
        if not session.current:
            await person.client.accounts.RevokeSession(
                accounts_pb.RevokeSessionRequest(request_id=new_request_id(), session_id=session.session_id)
            )

    async def known() -> bool:
        answer = await visitor.context.request.get("/work", headers={"accept": "application/json"}, max_redirects=0)
        return answer.status == 401

    await eventually(known)


async def end_leases(visitor: Visitor, worker: Person, *, seconds: int = -1, hold_seconds: int = 0) -> None:
    """Lets the time of what a worker holds end at once, or in so many seconds, and the hold in others."""
    url = visitor.site.postgres_url("ilgam_tasks", "ilgam_tasks_owner")
    connection = await asyncpg.connect(url, timeout=10)
    try:
        await connection.execute(
            "UPDATE assignment SET lease_end_time = now() + make_interval(secs => $2), "
            "hold_end_time = now() + make_interval(secs => $3) WHERE worker_id = $1 AND state = 1",
            worker.account_id,
            seconds,
            hold_seconds,
        )
    finally:
        await connection.close()


async def crash(page: Page) -> None:
    """Ends the process of a page, as when memory runs out."""
    try:
        await page.goto("chrome://crash", timeout=2_000)
    except Error:
        await page.close()
