"""Work of every kind at the bench: what is marked is what is handed in, by any hand, and what is refused comes back."""

import json
from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Arrive
from tests.support.breaks import Marks, make_mark, saved
from tests.support.browser import DESKTOP, PHONE, Visitor
from tests.support.kinds import KINDS, open_job_of
from tests.support.market import Market, Person, assignments, claim, claimable
from tests.support.service import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def at_work(visitor: Visitor, market: Market, kind: str, items: int = 2) -> tuple[Person, str]:
    """The worker and the job; the visitor is at the bench with all its items in hand."""
    company, worker = await market.company(50_000), await market.person("김하늘")
    await market.certify(worker, KINDS[kind].annotation_type)
    job_id = await open_job_of(market, company, kind, items)
    await claimable(worker, job_id)
    await claim(worker, job_id, items)
    await visitor.sign_in(worker)
    await visitor.go(f"/work/jobs/{job_id}/bench")
    return worker, job_id


async def handed_in(worker: Person, job_id: str) -> Marks:
    """The marks of the first answer that has arrived."""

    async def arrived() -> list[str]:
        return [one.answer_json for one in await assignments(worker, job_id) if one.answer_json]

    marks: Marks = json.loads((await eventually(arrived))[0])["results"]
    return marks


def plain(marks: Marks) -> list[dict[str, Any]]:
    """Marks without the places of empty texts, in which a stored form may differ from a sent one."""
    return [{name: held for name, held in mark.items() if held != ""} for mark in marks]


# Those whose islands have the most tests of their own are in the long form alone.
_OWN_TESTS = {"spans", "segments", "pair"}


@pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=[pytest.mark.long] if kind in _OWN_TESTS else []) for kind in KINDS]
)
async def test_what_is_marked_is_handed_in_and_its_page_is_in_order(arrive: Arrive, market: Market, kind: str) -> None:
    # The kinds share the sizes and languages among them; each island has its own test of both.
    is_phone = list(KINDS).index(kind) % 2 == 1
    visitor = await arrive(PHONE if is_phone else DESKTOP)
    await visitor.look("en" if is_phone else "ko")
    worker, job_id = await at_work(visitor, market, kind)
    marks = await make_mark(visitor.page, kind)
    assert await visitor.problems() == []
    await visitor.page.keyboard.press("Control+Enter")
    await expect(visitor.page.locator("#item-head")).to_contain_text("2")
    assert plain(await handed_in(worker, job_id)) == plain(marks)
    await expect(visitor.page.locator("[data-answer-form] [name=results]")).to_have_value("[]")


async def test_boxes_are_written_as_numbers_where_there_is_no_script(arrive: Arrive, market: Market) -> None:
    visitor = await arrive(script=False)
    visitor.guard.expects("status of 422", "status of 409")
    worker, job_id = await at_work(visitor, market, "shapes")
    page = visitor.page
    await page.locator("[data-submit]").click()
    await expect(page.locator("[data-wrong]")).to_be_visible()
    await page.locator('[name="row.asked.1.type"]').select_option("polygon")
    await page.locator('[name="row.asked.1.where"]').fill("10 10, 90 90, 90 10, 10 90")
    await page.locator("[data-submit]").click()
    await expect(page.locator("[data-wrong]")).to_contain_text("엇갈려요")
    await expect(page.locator('[name="row.asked.1.where"]')).to_have_value("10 10, 90 90, 90 10, 10 90")
    await page.locator('[name="row.asked.1.type"]').select_option("rect")
    await page.locator('[name="row.asked.1.where"]').fill("30 40.5 80 60")
    await page.locator("[data-submit]").click()
    [mark] = await handed_in(worker, job_id)
    assert (mark["type"], mark["label"], mark["value"]) == ("rect", "host", {"x": 30, "y": 40.5, "w": 80, "h": 60})


async def test_a_passage_is_written_as_it_stands_where_there_is_no_script(arrive: Arrive, market: Market) -> None:
    visitor = await arrive(script=False)
    worker, job_id = await at_work(visitor, market, "spans")
    await visitor.page.locator('[name="row.asked.1.where"]').fill("해운대구")
    await visitor.page.locator('[name="row.asked.1.label"]').select_option("place")
    await visitor.page.locator("[data-submit]").click()
    [mark] = await handed_in(worker, job_id)
    assert (mark["label"], mark["value"]["quote"]) == ("place", "해운대구")


async def test_an_answer_that_breaks_a_rule_comes_back_with_words_and_is_mended(
    visitor: Visitor, market: Market
) -> None:
    worker, job_id = await at_work(visitor, market, "writing", items=1)
    page = visitor.page
    await make_mark(page, "writing")
    await page.locator('[data-field="count"] input').fill("99")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("[data-wrong]")).to_contain_text("범위")
    await expect(page.locator("[data-answer-form] textarea")).not_to_have_value("")
    await page.locator('[data-field="count"] input').fill("2")
    await expect(page.locator("[data-wrong]")).to_have_count(0)
    await page.keyboard.press("Control+Enter")
    assert {"control": "count", "type": "number", "value": {"number": 2}} in plain(await handed_in(worker, job_id))


async def test_a_key_that_somebody_chose_works_and_stands_on_the_button(visitor: Visitor, market: Market) -> None:
    visitor.guard.expects("status of 422")
    worker, job_id = await at_work(visitor, market, "pair")
    page = visitor.page
    await visitor.go(f"/look/keys?back=/work/jobs/{job_id}/bench")
    assert await visitor.problems() == []
    await page.locator("#field-submit").select_option("KeyS")
    await page.locator("form:has(#field-submit) button.main").click()
    await expect(page.locator(".field-error")).to_be_visible()
    await page.locator("#field-submit").select_option("KeyX")
    await page.locator("form:has(#field-submit) button.main").click()
    await page.wait_for_url("**/bench")
    await expect(page.locator("[data-submit] kbd")).to_have_text("X")
    await make_mark(page, "pair")
    await page.keyboard.press("Enter")
    await expect(page.locator("#item-head")).to_contain_text("1")
    await page.keyboard.press("KeyX")
    await expect(page.locator("#item-head")).to_contain_text("2")
    assert len(await handed_in(worker, job_id)) == 1


async def test_an_answered_item_of_the_batch_can_be_seen_again_and_not_changed(
    visitor: Visitor, market: Market
) -> None:
    worker, job_id = await at_work(visitor, market, "cells")
    page = visitor.page
    marks = await make_mark(page, "cells")
    await saved(page)
    await page.keyboard.press("Control+Enter")
    await handed_in(worker, job_id)
    await page.locator("[data-batch] summary").click()
    await page.locator("[data-piece]").first.click()
    await expect(page.locator("[data-answered]")).to_be_visible()
    await expect(page.locator("[data-submit]")).to_be_hidden()
    await page.locator("[data-shown]").get_by_text("31").click()
    await expect(page.locator("[data-answer-form] [name=results]")).to_have_value(
        json.dumps(marks, ensure_ascii=False, separators=(",", ":"))
    )
