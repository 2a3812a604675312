"""What is drawn at the bench is the answer, to the last decimal, and is shown again as it was drawn."""

import json
from typing import Any

import pytest
from ilgam.tasks.v1 import tasks_service_pb2 as pb
from playwright.async_api import Page, expect

from tests.support.breaks import READY, end_sessions, make_mark
from tests.support.browser import DESKTOP, PHONE, Visitor
from tests.support.kinds import KINDS, open_job_of
from tests.support.market import PASSWORD, Market, Person, assignments, claim, claimable
from tests.support.service import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def at_the_bench(
    visitor: Visitor, market: Market, kind: str, there: str = ".easel:not([aria-busy])"
) -> tuple[Person, str]:
    """Worker and job; the worker's visitor is at the bench with one item in hand."""
    company, worker = await market.company(50_000), await market.person("김하늘")
    await market.certify(worker, KINDS[kind].annotation_type)
    job_id = await open_job_of(market, company, kind, items=1)
    await claimable(worker, job_id)
    await claim(worker, job_id, 1)
    await visitor.sign_in(worker)
    await visitor.go(f"/work/jobs/{job_id}/bench")
    await expect(visitor.page.locator(there)).to_be_visible()
    return worker, job_id


async def problems(visitor: Visitor) -> list[str]:
    """What is wrong with the bench for people, on a desk, there at 200 %, and on a small phone."""
    found = await visitor.problems()
    await visitor.page.set_viewport_size({"width": DESKTOP[0] // 2, "height": DESKTOP[1] // 2})
    found += await visitor.overflow()
    await visitor.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    return [*found, *await visitor.problems()]


async def marks_of(page: Page, island: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = await page.locator(island).evaluate("(island) => island.marks")
    return found


async def saves_at_once(page: Page) -> None:
    """Ctrl+S says again that it is saved, and no dialog of the browser comes."""
    await page.evaluate("addEventListener('keydown', (event) => { window.kept = event.defaultPrevented; })")
    saved = page.locator("[data-saved]")
    await expect(saved).to_contain_text("저장됨")
    await saved.evaluate("(place) => { place.textContent = ''; }")
    await page.keyboard.press("Control+s")
    await expect(saved).to_contain_text("저장됨")
    assert await page.evaluate("kept") is True


async def stored(worker: Person, job_id: str) -> list[dict[str, Any]]:
    """The marks of the one answer, once it is there."""

    async def arrived() -> bool:
        (one,) = await assignments(worker, job_id)
        return one.state == pb.ASSIGNMENT_STATE_SUBMITTED

    await eventually(arrived)
    (one,) = await assignments(worker, job_id)
    found: list[dict[str, Any]] = json.loads(one.answer_json)["results"]
    return found


async def test_shapes_are_stored_as_they_are_drawn_with_a_mouse(visitor: Visitor, market: Market) -> None:
    worker, job_id = await at_the_bench(visitor, market, "shapes")
    page = visitor.page
    await page.get_by_role("button", name="상자").first.click()
    box = await page.locator(".easel").bounding_box()
    assert box is not None
    await page.mouse.move(box["x"] + box["width"] / 2 - 60, box["y"] + 90)
    await page.mouse.down()
    await page.mouse.move(box["x"] + box["width"] / 2 + 71, box["y"] + 193, steps=3)
    await page.mouse.up()
    drawn = await marks_of(page, "ilgam-shapes")
    assert len(drawn) == 1
    await saves_at_once(page)
    assert await problems(visitor) == []
    await page.keyboard.press("Control+Enter")
    assert await stored(worker, job_id) == drawn


async def test_a_film_is_labelled_and_handed_in_by_keys_alone(visitor: Visitor, market: Market) -> None:
    worker, job_id = await at_the_bench(visitor, market, "tracks")
    page = visitor.page
    await page.keyboard.press("b")
    for key in ("2", "Shift+Period"):
        await page.keyboard.press(key)
    await expect(page.locator(".reel input[type=range]")).to_have_value("10")
    for key in ("ArrowRight", "Control+ArrowDown"):
        await page.keyboard.press(key)
    (drawn,) = await marks_of(page, "ilgam-tracks")
    assert [one["frame"] for one in drawn["value"]["keyframes"]] == [0, 10]
    assert await problems(visitor) == []
    await page.keyboard.press("Control+Enter")
    assert await stored(worker, job_id) == [drawn]


@pytest.mark.long
async def test_sound_whose_link_ended_with_the_session_is_heard_again_after_the_sign_in(
    visitor: Visitor, market: Market
) -> None:
    visitor.guard.expects("ERR_FAILED", "status of 401", "status of 403")
    await visitor.context.route("**/media/**", lambda route: route.abort())
    worker, _ = await at_the_bench(visitor, market, "segments", READY)
    page = visitor.page
    await expect(page.locator(".seg-note")).to_contain_text("소리를 열 수 없어요")
    await visitor.context.unroute_all()
    await end_sessions(visitor, worker)
    marks = await make_mark(page, "segments")
    await page.locator("#again-email").fill(worker.email)
    await page.locator("#again-password").fill(PASSWORD)
    await page.locator("[data-sign-in] button").first.click()

    async def is_heard() -> bool:
        return int(await page.locator("ilgam-segments audio").evaluate("(sound) => sound.readyState")) > 0

    await eventually(is_heard)
    assert await marks_of(page, "ilgam-segments") == marks
