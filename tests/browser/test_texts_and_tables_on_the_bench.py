"""Texts, html and tables on the real bench: finished by keys alone and by single presses, and harmless whatever they hold."""

import json
from typing import Any

import pytest
from ilgam.common.v1 import common_pb2
from ilgam.tasks.v1 import tasks_service_pb2 as tasks_pb
from playwright.async_api import expect

from services.labelling.annotation import text_of_html
from services.sdk import import_items
from tests.browser.conftest import Arrive
from tests.support.browser import PHONE, Visitor
from tests.support.hostile import HOSTILE
from tests.support.kinds import KINDS, LABELS, open_job_of
from tests.support.market import Market, Person, assignments, claim, claimable
from tests.support.service import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")

READY = "[data-bench][data-ready]"


async def _at_bench(market: Market, visitor: Visitor, job_id: str, kind: str, count: int) -> Person:
    """Somebody at the bench with items of a job."""
    worker = await market.person("김하늘")
    await market.certify(worker, KINDS[kind].annotation_type)
    await claimable(worker, job_id)
    await claim(worker, job_id, count)
    await visitor.sign_in(worker)
    await visitor.go(f"/work/jobs/{job_id}/bench?n=1")
    await visitor.page.locator(READY).wait_for()
    return worker


async def _handed_in(worker: Person, job_id: str, count: int) -> list[list[dict[str, Any]]]:
    """The marks of the answers that the server has."""

    async def there() -> bool:
        held = await assignments(worker, job_id)
        return sum(one.state == tasks_pb.ASSIGNMENT_STATE_SUBMITTED for one in held) == count

    await eventually(there)
    held = await assignments(worker, job_id)
    return [json.loads(one.answer_json)["results"] for one in held if one.answer_json]


async def test_words_are_marked_and_handed_in_by_keys_alone_and_by_single_presses(
    arrive: Arrive, market: Market
) -> None:
    visitor, company = await arrive(), await market.company(50_000)
    job_id = await open_job_of(market, company, "spans", 2)
    worker = await _at_bench(market, visitor, job_id, "spans", 2)
    page = visitor.page
    text = page.locator(".spans-text")
    await text.focus()
    for key in ("Control+Shift+ArrowRight", "1", "Control+Enter"):
        await page.keyboard.press(key)
    await expect(page.locator("[data-progress]")).to_contain_text("1")
    await expect(page.locator(".mark-pick")).to_have_count(0)
    await expect(text).to_be_focused()
    for words in ("부산광역시", "해운대구"):
        box = await page.evaluate(
            """(words) => {
              const node = document.querySelector("[data-run]").firstChild;
              const range = document.createRange();
              range.setStart(node, node.data.indexOf(words));
              range.setEnd(node, node.data.indexOf(words) + 1);
              const { x, y, width, height } = range.getBoundingClientRect();
              return [x + width / 2, y + height / 2];
            }""",
            words,
        )
        await page.mouse.click(*box)
    await page.locator(".mark-label", has_text="장소").click()
    await page.get_by_role("group", name="끝").get_by_role("button", name="앞으로").click(click_count=2)
    assert await visitor.problems() == []
    await page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert await visitor.problems() == []
    await page.locator("[data-submit]").click()
    found = await _handed_in(worker, job_id, 2)
    quotes = {(one["label"], one["value"]["quote"]) for marks in found for one in marks}
    assert quotes == {("host", "김하늘"), ("place", "부산광역시 해운대구")}


async def test_cells_are_marked_and_handed_in_by_keys_alone_and_by_one_press(arrive: Arrive, market: Market) -> None:
    visitor, company = await arrive(), await market.company(50_000)
    job_id = await open_job_of(market, company, "cells", 2)
    worker = await _at_bench(market, visitor, job_id, "cells", 2)
    page = visitor.page
    await page.locator("td[data-row='0'][data-column='0']").focus()
    for key in ("ArrowDown", "ArrowRight", "2", "Control+Enter"):
        await page.keyboard.press(key)
    await expect(page.locator("[aria-selected=true]")).to_have_count(0)
    await expect(page.locator("td[data-row='0'][data-column='0']")).to_be_focused()
    # The label stays in hand from one table to the next, unless another is chosen.
    await page.locator(".mark-label[aria-pressed=true]", has_text="장소").wait_for()
    await page.get_by_role("button", name="사람").click()
    await page.get_by_text("서른").click()
    assert await visitor.problems() == []
    await page.locator("[data-submit]").click()
    found = await _handed_in(worker, job_id, 2)
    assert {(one["label"], one["value"]["row"], one["value"]["column"]) for marks in found for one in marks} == {
        ("host", 1, 1),
        ("place", 1, 1),
    }


async def test_html_of_a_company_is_marked_and_can_do_nothing(arrive: Arrive, market: Market) -> None:
    visitor, company = await arrive(), await market.company(50_000)
    schema = {
        "schema": "ilgam.label-config/1",
        "objects": [{"id": "shown", "kind": "html", "from": "$.page"}],
        "controls": [{"id": "asked", "kind": "span", "on": "shown", "labels": LABELS, "required": True}],
    }
    pages = ["".join(HOSTILE), *(f"<p>한글 {html}</p>" for html in HOSTILE[:3])]
    job_id = await market.draft(
        company,
        (),
        annotation_type=common_pb2.ANNOTATION_TYPE_TEXT_SPAN,
        label_schema_json=json.dumps(schema, ensure_ascii=False),
    )
    rows = [tasks_pb.ItemRow(key=f"h{at}", data_json=json.dumps({"page": html})) for at, html in enumerate(pages)]
    async for _, verdict in import_items(company.client, job_id, rows):
        assert verdict.state == tasks_pb.IMPORT_STATE_ACCEPTED, verdict
    await market.publish(company, job_id)
    worker = await _at_bench(market, visitor, job_id, "spans", len(pages))
    page = visitor.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for number in range(1, len(pages) + 1):
        await visitor.go(f"/work/jobs/{job_id}/bench?n={number}")
        await page.locator(READY).wait_for()
        await page.locator(".spans-text").focus()
        for key in ("Control+Shift+ArrowRight", "1"):
            await page.keyboard.press(key)
        await expect(page.locator(".mark-pick")).to_have_count(1)
        assert await page.evaluate("window.hit ?? 0") == 0
    await page.keyboard.press("Control+Enter")
    (marks,) = await _handed_in(worker, job_id, 1)
    shown = {text_of_html(json.loads(one.data_json)["page"]) for one in await assignments(worker, job_id)}
    value = marks[0]["value"]
    assert any(text[value["start"] : value["end"]] == value["quote"] for text in shown)
    assert [address for address in asked if "/hit" in address] == []
