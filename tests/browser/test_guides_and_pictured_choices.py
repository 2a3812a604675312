"""Choices that are pictures, and guides whose examples are drawn: at the bench, for any hand and any window."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from ilgam.common.v1 import common_pb2
from ilgam.tasks.v1 import tasks_service_pb2 as pb
from playwright.async_api import expect

from services.sdk import import_items, new_request_id, put_media
from tests.browser.conftest import Arrive
from tests.support.browser import PHONE, Visitor
from tests.support.kinds import KINDS, film, picture, sound
from tests.support.market import Market, Person, assignments, claim, claimable, job_of
from tests.support.service import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")
FILES = {"picture": picture, "sound": sound, "film": film}
PICTURED = {
    "schema": "ilgam.label-config/1",
    "objects": [{"id": "photo", "kind": "image", "from": "$.photo"}],
    "controls": [
        {
            "id": "same",
            "kind": "choice",
            "on": "photo",
            "required": True,
            "title": {"ko": "어느 사진에 같은 것이 찍혔나요?", "en": "Which photo shows the same thing?"},
            "options": [
                {"value": "first", "ko": "첫째 사진", "en": "First photo", "image": "$.first"},
                {"value": "second", "ko": "둘째 사진", "en": "Second photo", "image": "$.second"},
                {"value": "none", "ko": "둘 다 아니에요", "en": "Neither"},
            ],
        }
    ],
    "not_sure": True,
}


async def shot(visitor: Visitor, name: str) -> None:
    """A picture of the page for whoever looks, where ILGAM_SHOTS names a folder."""
    if folder := os.environ.get("ILGAM_SHOTS"):
        await visitor.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


async def at_work(visitor: Visitor, market: Market, company: Person, job_id: str, kind: Any, *, count: int) -> Person:
    """Somebody who holds so many items and is at the bench."""
    await market.publish(company, job_id)
    worker = await market.person("김하늘")
    await market.certify(worker, kind)
    await claimable(worker, job_id)
    await claim(worker, job_id, count)
    await visitor.sign_in(worker)
    await visitor.go(f"/work/jobs/{job_id}/bench")
    return worker


async def fill(company: Person, job_id: str, rows: Sequence[dict[str, Any]]) -> None:
    """Imports items with these data."""
    items = [pb.ItemRow(key=f"k{place}", data_json=json.dumps(row)) for place, row in enumerate(rows)]
    async for _, verdict in import_items(company.client, job_id, items):
        assert verdict.state == pb.IMPORT_STATE_ACCEPTED, verdict


async def pictured_job(visitor: Visitor, market: Market) -> tuple[Person, str]:
    """A job of pictured choices with an example in its guide, and somebody who is at its bench."""
    company, kind = await market.company(50_000), common_pb2.ANNOTATION_TYPE_IMAGE_CHOICE
    job_id = await market.draft(company, (), annotation_type=kind, label_schema_json=json.dumps(PICTURED))
    names = [(await put_media(company.client, job_id, picture(number))).media_id for number in range(4)]
    rows = [
        {"photo": names[0], "first": names[1], "second": names[2]},
        {"photo": names[1], "first": names[2], "second": names[3]},
    ]
    await fill(company, job_id, rows)
    mark = {"control": "same", "type": "choice", "value": {"choices": ["second"]}}
    await put_examples(company, job_id, PICTURED, [example(rows[0], mark, good=True)])
    return await at_work(visitor, market, company, job_id, kind, count=2), job_id


def example(data: dict[str, Any], mark: Mapping[str, Any], *, good: bool) -> dict[str, Any]:
    """An example of a guide."""
    return {"good": good, "data": data, "results": [mark], "why": {"ko": "그래서 그래요.", "en": "This is why."}}


async def put_examples(
    company: Person, job_id: str, schema: dict[str, Any], examples: Sequence[dict[str, Any]]
) -> None:
    """Gives a job's guide its examples, whose files the job has by now."""
    job = await job_of(company, job_id)
    job.spec.label_schema_json = json.dumps(schema | {"examples": examples})
    await company.client.tasks.UpdateJob(
        pb.UpdateJobRequest(request_id=new_request_id(), job_id=job_id, revision=job.revision, spec=job.spec)
    )


async def chosen(worker: Person, job_id: str) -> list[str]:
    """What was handed in."""
    held = await assignments(worker, job_id)
    return [
        choice
        for one in held
        if one.answer_json
        for choice in json.loads(one.answer_json)["results"][0]["value"]["choices"]
    ]


async def test_a_picture_is_chosen_by_its_key_and_the_next_items_pictures_take_its_place(
    visitor: Visitor, market: Market
) -> None:
    worker, job_id = await pictured_job(visitor, market)
    page = visitor.page
    await page.locator("[data-bench][data-ready]").wait_for()
    images = page.locator("[data-answer-form] .choice-picture img")
    await expect(images).to_have_count(2)
    before = [await images.nth(place).get_attribute("src") for place in (0, 1)]
    await page.keyboard.press("Digit2")
    await expect(page.locator('[data-choice="second"] input')).to_be_checked()
    assert await visitor.problems() == []
    await shot(visitor, "pictured-ko")
    await page.emulate_media(forced_colors="active")
    await shot(visitor, "pictured-forced")
    await page.emulate_media(forced_colors="none")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#item-head")).to_contain_text("2")
    await expect(images.nth(0)).not_to_have_attribute("src", str(before[0]))
    shown = await images.evaluate_all("(all) => all.map((one) => one.complete && one.naturalWidth)")
    assert shown == [400, 400]
    await expect(page.locator("[data-choice] input:checked")).to_have_count(0)

    async def arrived() -> bool:
        return await chosen(worker, job_id) == ["second"]

    await eventually(arrived)


async def test_a_picture_is_pressed_in_a_narrow_window_without_script(arrive: Arrive, market: Market) -> None:
    visitor = await arrive(PHONE, script=False)
    await visitor.look("en")
    worker, job_id = await pictured_job(visitor, market)
    page = visitor.page
    box = await page.locator('[data-choice="first"]').bounding_box()
    assert box is not None
    assert box["height"] > 100
    await page.locator('[data-choice="first"] img').click()
    await expect(page.locator('[data-choice="first"] input')).to_be_checked()
    await shot(visitor, "pictured-phone")
    await page.locator("[data-submit]").click()
    await expect(page.locator("#item-head")).to_contain_text("2")
    assert await chosen(worker, job_id) == ["first"]
    await visitor.go(f"/work/jobs/{job_id}/bench?show=guide")
    await expect(page.locator("#guide .chosen .choice-words")).to_have_text("Second photo")
    await expect(page.locator("#guide")).to_contain_text("This is why.")


@pytest.mark.parametrize(
    "name",
    ["shapes", *(pytest.param(name, marks=pytest.mark.long) for name in ("segments", "tracks", "spans", "cells"))],
)
async def test_the_examples_of_a_guide_are_drawn_on_what_they_are_about(
    visitor: Visitor, market: Market, name: str
) -> None:
    kind, company = KINDS[name], await market.company(50_000)
    schema = {
        "schema": "ilgam.label-config/1",
        "objects": [{"id": "shown", **kind.shown}],
        "controls": list(kind.controls),
    }
    job_id = await market.draft(company, (), annotation_type=kind.annotation_type, label_schema_json=json.dumps(schema))
    data = dict(kind.data)
    if kind.file:
        data["file"] = (await put_media(company.client, job_id, FILES[kind.file](0))).media_id
    await fill(company, job_id, [data])
    await put_examples(company, job_id, schema, [example(data, kind.mark, good=good) for good in (True, False)])
    await at_work(visitor, market, company, job_id, kind.annotation_type, count=1)
    page = visitor.page
    await page.locator("[data-bench][data-ready]").wait_for()
    await page.keyboard.press("KeyH")
    await expect(page.locator("#guide .example")).to_have_count(2)
    await expect(page.locator("#guide .example .tag").first).to_have_text("좋은 예")
    await page.locator("#guide .example").last.scroll_into_view_if_needed()
    await expect(page.locator("#guide [data-drawn]")).to_have_count(2)
    assert await visitor.problems() == []
    await shot(visitor, f"guide-{name}")
    await page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert await visitor.problems() == []
    await shot(visitor, f"guide-{name}-phone")
