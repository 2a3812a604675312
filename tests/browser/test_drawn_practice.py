"""Practice that asks for marks: the right answer is drawn beside one's own once it is time for it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ilgam.workers.v1 import courses_service_pb2 as pb
from playwright.async_api import Page, expect

from services.sdk import new_request_id, put_course_media
from tests.browser import course_places as courses
from tests.browser.conftest import Arrive
from tests.browser.drawn_exams import CONTROLS, LABELS, right_mark
from tests.support.browser import PHONE
from tests.support.courses import document, local, module
from tests.support.market import Market, Person
from tests.support.pictures import picture
from tests.support.programmes import enrol

pytestmark = pytest.mark.asyncio(loop_scope="session")
KINDS = ("IMAGE_SHAPE", "TABLE_CELL")


def drawn_module(name: str, held: Any) -> dict[str, Any]:
    """A module with one practice item that asks for marks."""
    shown, _, control, _ = CONTROLS[name]
    made = module(name.lower().replace("_", "-"), practice=1)
    made["annotation_type"], made["quiz"] = name, None
    made["practice"]["label_schema"] = {
        "schema": "ilgam.label-config/1",
        "title": {"ko": "컵을 모두 찾아 주세요", "en": "Find all cups"},
        "objects": [{"id": "o", "kind": shown, "from": "$.shown"}],
        "controls": [control | {"id": "c", "on": "o"}],
    }
    item = made["practice"]["items"][0]
    item["data"], item["right"] = {"shown": held}, {"results": [right_mark(name)]}
    item["why"] = local("컵은 손잡이가 있어요.")
    return made


async def learner_of(market: Market, name: str) -> tuple[Person, str]:
    """Somebody with a seat in a course that practises one kind, and the address of the practice."""
    organisation_id, trainer = await courses.trainers_company(market)
    programme_id = await courses.programme(market, organisation_id)
    cohort_id = await courses.cohort(market, programme_id)
    held = CONTROLS[name][1]
    if name == "IMAGE_SHAPE":
        held = (
            await put_course_media(trainer.client, programme_id, picture(size=(320, 200), colour=len(name)))
        ).media_id
    course_json = json.dumps(document(drawn_module(name, held)), ensure_ascii=False)
    await trainer.client.courses.PutCourse(
        pb.PutCourseRequest(request_id=new_request_id(), programme_id=programme_id, course_json=course_json)
    )
    person = await market.person("나연습")
    await enrol(person, cohort_id)
    return person, f"/learn/course/{programme_id}/{name.lower().replace('_', '-')}/practice"


async def answer_wrong(page: Page, name: str) -> None:
    """Makes one mark in a wrong place, or changes it, with the keyboard alone, and checks it."""
    if name == "TABLE_CELL":
        await page.locator("td[data-row='0'][data-column='0']").focus()
        await page.keyboard.press("Digit1")
    else:
        await page.locator("[data-shown] .easel").focus()
        for key in ("KeyB", "Enter", "ArrowRight", "ArrowDown", "Enter"):
            await page.keyboard.press(key)
    await page.locator("[data-submit]").click()


@pytest.mark.parametrize("name", KINDS)
async def test_after_two_wrong_answers_the_right_one_is_drawn_and_cannot_be_changed(
    arrive: Arrive, market: Market, name: str
) -> None:
    person, address = await learner_of(market, name)
    visitor = await arrive(PHONE)
    await visitor.sign_in(person)
    page = visitor.page
    await visitor.go(address)
    right = page.locator("[data-right] > :not(h3)")
    await answer_wrong(page, name)
    await expect(page.locator("[data-told]")).to_contain_text("한 번 더")
    await expect(right).to_have_count(0)
    await page.locator("[data-submit]").click()
    await expect(page.locator("[data-told]")).to_contain_text("컵은 손잡이가 있어요")
    await expect(right).to_have_count(1)
    drawn = await right.evaluate("(island) => JSON.stringify(island.marks)")
    assert [mark["value"] for mark in json.loads(drawn)] == [right_mark(name)["value"]]
    assert await visitor.problems() == []
    await visitor.go(f"{address}?n=1")
    await expect(right).to_have_count(1)
    assert await visitor.problems() == []


async def test_without_script_the_right_answer_is_said_in_words_and_numbers(arrive: Arrive, market: Market) -> None:
    person, address = await learner_of(market, "IMAGE_SHAPE")
    visitor = await arrive(PHONE, script=False)
    await visitor.sign_in(person)
    page = visitor.page
    await visitor.go(address)
    for _ in range(2):
        await page.locator('[name="row.c.1.where"]').fill("200 100 20 20")
        await page.locator("[data-submit]").click()
        await page.wait_for_url("**#told")
    value = right_mark("IMAGE_SHAPE")["value"]
    words = " ".join(str(value[key]) for key in "xywh")
    await expect(page.locator("[data-right] li")).to_have_text(f"{LABELS[0]['ko']} · {words}")
