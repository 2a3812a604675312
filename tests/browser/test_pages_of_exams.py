"""Exams and certificates in a real browser: for everybody, by keyboard alone, without script, through mishaps."""

from __future__ import annotations

import json
import re
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from ilgam.workers.v1 import workers_service_pb2 as pb
from playwright.async_api import Page, expect

from tests.browser import exam_places as places
from tests.browser.conftest import Arrive
from tests.browser.drawn_exams import (
    RECORDED,
    DrawnExams,
    drawn_places,
    let_draw,
    let_listen,
    right_mark,
    save_right,
    saved_marks,
)
from tests.browser.exam_places import ITEMS, LABELS, START, ExamWorld, fill_pool, let_sit, make_exam_world
from tests.browser.test_every_page import LOOKS, Look, looked_at
from tests.support.breaks import HANDS
from tests.support.browser import PHONE, Visitor
from tests.support.hands import Hands
from tests.support.kinds import KINDS
from tests.support.market import Market, Person
from tests.support.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")
# A recording or a clip that can be marked: its place is there, and it has something to play.
_PLAYS = """() => document.querySelector("[data-shown] .seg-wave, [data-shown] .easel") !== null
  && document.querySelector("[data-shown] audio, [data-shown] video")?.readyState >= 2"""
NUMBER = re.compile(r"(\d+)일 만에")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def exam_world(lasting_market: Market, site: Site) -> ExamWorld:
    """People at exams; tests only look."""
    return await make_exam_world(lasting_market, site)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def drawn_exams(lasting_market: Market) -> DrawnExams:
    """Somebody in exams that ask for marks, with a first answer in each; tests only look."""
    exams = await let_draw(lasting_market, "그리미")
    for name in exams.attempts:
        await save_right(exams, name)
    return exams


@pytest.mark.parametrize("look", LOOKS)
async def test_pages_about_certificates_are_for_anybody(arrive: Arrive, exam_world: ExamWorld, look: Look) -> None:
    assert await looked_at(arrive, look, None, places.open_places(exam_world)) == {}


@pytest.mark.parametrize("look", LOOKS)
async def test_pages_of_somebody_who_passed_are_for_everybody(
    arrive: Arrive, exam_world: ExamWorld, look: Look
) -> None:
    assert await looked_at(arrive, look, exam_world.passed, places.passed_places(exam_world)) == {}


@pytest.mark.parametrize("look", LOOKS)
async def test_pages_of_an_exam_are_for_everybody(arrive: Arrive, exam_world: ExamWorld, look: Look) -> None:
    assert await looked_at(arrive, look, exam_world.sitting, places.sitting_places(exam_world)) == {}
    assert await looked_at(arrive, look, exam_world.failed, places.failed_places(exam_world)) == {}


@pytest.mark.parametrize("look", LOOKS)
async def test_pages_before_any_exam_are_for_everybody(arrive: Arrive, exam_world: ExamWorld, look: Look) -> None:
    assert await looked_at(arrive, look, exam_world.fresh, places.fresh_places(exam_world)) == {}


@pytest.mark.parametrize("look", LOOKS)
async def test_pages_of_exam_pools_are_for_everybody(arrive: Arrive, exam_world: ExamWorld, look: Look) -> None:
    assert await looked_at(arrive, look, exam_world.operator, places.operator_places(exam_world)) == {}


async def test_pages_that_say_what_is_wrong_are_for_everybody(arrive: Arrive, exam_world: ExamWorld) -> None:
    visitor = await arrive(PHONE)
    for address, status in (("/verify?number=", 422), (f"/verify?number={'9' * 60}", 422), ("/verify/ILG-1-X", 404)):
        await visitor.go(address, status)
        assert await visitor.problems() == []
    await visitor.sign_in(exam_world.operator)
    await visitor.go("/operator/exams/text-choice")
    await visitor.page.locator("#field-item_count").fill("3")
    visitor.guard.expects("status of 422")
    await visitor.page.locator("main form button").click()
    await expect(visitor.page.locator("#error-item_count")).to_contain_text("9")
    assert await visitor.problems() == []


async def right_choice(page: Page) -> str:
    """The right label of the item in view."""
    found = NUMBER.search(await page.locator(".bench-text").inner_text())
    assert found is not None
    return LABELS[int(found[1]) % len(LABELS)]


async def test_by_keyboard_alone_from_the_exam_to_the_certificate(visitor: Visitor, market: Market) -> None:
    await fill_pool(market)
    person = await let_sit(market, await market.person("나자판"))
    page, hands = visitor.page, Hands(visitor.page)
    await visitor.sign_in(person)
    await visitor.go("/learn/exams")
    await hands.press(page.locator(f'main a[href="{START}"]'))
    await page.wait_for_url(f"**{START}")
    await hands.press(page.locator("main form button"))
    await page.wait_for_url("**/learn/exams/*-*-*-*-*")
    for number in range(1, ITEMS + 1):
        await expect(page.locator("h1")).to_contain_text(f"{ITEMS}문제 중 {number}번")
        choice = await right_choice(page)
        await hands.go_to(page.locator('input[name="choice"]').first)
        await page.keyboard.press("Space")
        for _ in range(LABELS.index(choice)):
            await page.keyboard.press("ArrowDown")
        await expect(page.locator(f'input[value="{choice}"]')).to_be_checked()
        await expect(page.locator("[data-exam-saved]")).to_contain_text("저장했어요")
        await hands.press(page.locator(".bench-submit button"))
        await page.wait_for_url("**review" if number == ITEMS else f"**n={number + 1}")
    await expect(page.locator("main .note")).to_contain_text("모든 문제에 답했어요")
    await hands.press(page.locator('button[value="finish"]'))
    await expect(page.locator("h1")).to_contain_text("합격했어요")
    await hands.press(page.locator('main a[href^="/learn/certificates/"]'))
    await expect(page.locator("h1")).to_contain_text("글 분류 수료증")


async def test_without_script_the_back_button_and_two_tabs_lose_nothing(arrive: Arrive, market: Market) -> None:
    await fill_pool(market)
    person = await let_sit(market, await market.person("나단추"))
    visitor = await arrive(PHONE, script=False)
    await visitor.sign_in(person)
    page = visitor.page
    await visitor.go(START)
    await page.locator("main form button").click()
    home = urlsplit(page.url).path
    await page.locator(f'input[value="{LABELS[0]}"]').check()
    await page.locator(".bench-submit button").click()
    # Back to the first item: another choice from the old page takes the place of the first one.
    await visitor.back()
    await page.locator(f'input[value="{LABELS[1]}"]').check()
    await page.locator(".bench-submit button").click()
    assert await saved(person, home) == {1: LABELS[1]}
    other = await visitor.context.new_page()
    await other.goto(f"{home}?n=3")
    await other.locator(f'input[value="{LABELS[2]}"]').check()
    await other.locator('button[value="review"]').click()
    assert await saved(person, home) == {1: LABELS[1], 3: LABELS[2]}
    await other.locator('button[value="finish"]').click()
    await expect(other.locator("h1")).to_contain_text("합격하지 못했어요")
    # The first tab still shows an item: what it sends now changes nothing, and it is led to the result.
    await page.locator(f'input[value="{LABELS[0]}"]').check()
    await page.locator(".bench-submit button").click()
    await expect(page.locator("h1")).to_contain_text("합격하지 못했어요")


async def saved(person: Person, home: str) -> dict[int, str]:
    """What is saved of an attempt, by place."""
    asked = pb.GetExamAttemptRequest(attempt_id=home.rsplit("/", 1)[1])
    items = (await person.client.workers.GetExamAttempt(asked)).items
    return {place: item.saved_label for place, item in enumerate(items, 1) if item.saved_label}


async def test_anybody_finds_the_check_of_certificates_from_the_front_page(visitor: Visitor) -> None:
    await visitor.go("/")
    await visitor.page.get_by_role("contentinfo").get_by_role("link", name="수료증 확인").click()
    await expect(visitor.page.get_by_role("heading", level=1, name="수료증 확인")).to_be_visible()
    assert visitor.at() == "/verify"


@pytest.mark.parametrize("look", LOOKS)
async def test_pages_of_exams_that_ask_for_marks_are_for_everybody(
    arrive: Arrive, drawn_exams: DrawnExams, look: Look
) -> None:
    assert await looked_at(arrive, look, drawn_exams.person, drawn_places(drawn_exams)) == {}


async def test_marks_of_every_kind_are_saved_as_they_are_made_and_shown_again(arrive: Arrive, market: Market) -> None:
    exams = await let_draw(market, "나그림")
    visitor = await arrive(PHONE)
    await visitor.sign_in(exams.person)
    page = visitor.page
    saved_line = page.locator("[data-exam-saved]")
    for name, attempt_id in exams.attempts.items():
        await visitor.go(f"/learn/exams/{attempt_id}?n=1")
        await mark_by_keys(page, name)
        await expect(saved_line).to_contain_text("저장했어요")
        assert [mark["type"] for mark in await saved_marks(exams, name)] == [right_mark(name)["type"]]
        made = await saved_marks(exams, name)
        await visitor.go(f"/learn/exams/{attempt_id}?n=1")
        await expect(page.locator("[data-rows]")).to_be_hidden()
        assert json.loads(await page.locator("[name=results]").input_value()) == made
        assert await visitor.problems() == []


async def test_exams_of_sound_and_of_film_are_answered_in_a_browser(arrive: Arrive, market: Market) -> None:
    exams = await let_listen(market, "나소리")
    visitor = await arrive(PHONE)
    await visitor.sign_in(exams.person)
    page = visitor.page
    for name, attempt_id in exams.attempts.items():
        await visitor.go(f"/learn/exams/{attempt_id}?n=1")
        await page.wait_for_function(_PLAYS)
        await HANDS[RECORDED[name]](page)
        await expect(page.locator("[data-exam-saved]")).to_contain_text("저장했어요")
        [made] = await saved_marks(exams, name)
        assert made["type"] == KINDS[RECORDED[name]].mark["type"]
        await visitor.go(f"/learn/exams/{attempt_id}?n=1")
        await expect(page.locator("[data-rows]")).to_be_hidden()
        assert json.loads(await page.locator("[name=results]").input_value()) == [made]
        assert await visitor.problems() == []


async def mark_by_keys(page: Page, name: str) -> None:
    """Makes one mark on the item in view with the keyboard alone."""
    await expect(page.locator("[data-rows]")).to_be_hidden()
    if name == "TABLE_CELL":
        await page.locator("td[data-row='1'][data-column='1']").focus()
        await page.keyboard.press("Digit1")
    elif name == "TEXT_SPAN":
        await page.locator(".spans-text").focus()
        for key in ("Control+Shift+ArrowRight", "Digit1"):
            await page.keyboard.press(key)
    else:
        await page.locator(".easel").focus()
        for key in ("KeyB", "Enter", "ArrowRight", "ArrowDown", "Enter"):
            await page.keyboard.press(key)


async def test_an_exam_that_asks_for_marks_is_sat_without_script(arrive: Arrive, market: Market) -> None:
    exams = await let_draw(market, "나줄글")
    visitor = await arrive(PHONE, script=False)
    await visitor.sign_in(exams.person)
    page = visitor.page
    for name, where in (("IMAGE_SHAPE", "40 30 120 90"), ("TABLE_CELL", "2 2"), ("TEXT_SPAN", "에서")):
        await visitor.go(f"/learn/exams/{exams.attempts[name]}?n=1")
        await page.locator('[name="row.c.1.where"]').fill(where)
        await page.locator(".bench-submit button").click()
        await page.wait_for_url("**n=2")
        (mark,) = await saved_marks(exams, name)
        assert (mark["label"], mark["value"]) == ("cup", right_mark(name)["value"])
