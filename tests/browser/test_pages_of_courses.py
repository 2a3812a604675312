"""Courses on pages: for everybody, by keyboard alone, without script, and for those who teach."""

import io
import json
import re
import zipfile

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.conftest import Arrive
from tests.browser.course_places import (
    CAPTIONS,
    ITEMS,
    MODULE,
    PRACTICE,
    Classroom,
    cohort,
    learner_places,
    make_classroom,
    programme,
    put_course,
    trainer_places,
    trainers_company,
    waiting_places,
)
from tests.browser.test_every_page import LOOKS, SESSION, Look, looked_at
from tests.support.browser import Visitor
from tests.support.courses import changed, document, local, module
from tests.support.hands import Hands
from tests.support.market import Market, Person
from tests.support.pictures import picture
from tests.support.programmes import enrol
from tests.support.service import eventually


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def room(lasting_market: Market) -> Classroom:
    """People for whom the pages have something to show; tests only look."""
    return await make_classroom(lasting_market)


async def new_class(market: Market) -> tuple[Person, Person, str, str]:
    """A trainer, a learner with a seat, the programme with its course, the cohort."""
    organisation_id, trainer = await trainers_company(market)
    programme_id = await programme(market, organisation_id)
    cohort_id = await cohort(market, programme_id)
    await put_course(trainer, programme_id)
    learner = await market.person("김처음")
    await enrol(learner, cohort_id)
    return trainer, learner, programme_id, cohort_id


@SESSION
@pytest.mark.parametrize("look", LOOKS)
async def test_pages_of_learners_are_for_everybody(arrive: Arrive, room: Classroom, look: Look) -> None:
    assert await looked_at(arrive, look, room.learner, learner_places(room)) == {}
    assert await looked_at(arrive, look, room.waiting, waiting_places(room)) == {}


@SESSION
@pytest.mark.parametrize("look", LOOKS)
async def test_pages_of_trainers_are_for_everybody(arrive: Arrive, room: Classroom, look: Look) -> None:
    assert await looked_at(arrive, look, room.trainer, trainer_places(room)) == {}
    assert await looked_at(arrive, look, room.idle, ["/teach"]) == {}


@SESSION
async def test_what_went_wrong_is_said_where_it_is(arrive: Arrive, room: Classroom) -> None:
    visitor = await arrive()
    await visitor.sign_in(room.learner)
    visitor.guard.expects("422", "409")
    await visitor.go(f"/learn/course/{room.programme_id}/{PRACTICE}")
    await visitor.page.evaluate(
        "document.querySelectorAll('input[type=radio]').forEach((one) => (one.checked = false))"
    )
    await visitor.page.locator("#quiz button").click()
    await expect(visitor.page.locator("#errors li")).to_have_count(2)
    assert await visitor.problems() == []
    await visitor.page.locator("#finish form button").click()
    await expect(visitor.page.locator("#errors")).to_contain_text("퀴즈를 통과해야 해요")
    assert await visitor.problems() == []


@SESSION
async def test_a_course_is_learned_by_keyboard_alone(visitor: Visitor, market: Market) -> None:
    _, learner, programme_id, _ = await new_class(market)
    page, hands = visitor.page, Hands(visitor.page)
    course = f"/learn/course/{programme_id}"
    await visitor.sign_in(learner)
    await visitor.go(course)
    await hands.press(page.get_by_role("link", name="시작하기"))
    await page.wait_for_url(f"**{course}/{MODULE}")
    for number in (1, 2):
        await hands.press(page.locator(f'input[name="answer_q{number}"][value="a"]'), "Space")
    await hands.press(page.get_by_role("button", name="답 확인하기"))
    await expect(page.locator("#quiz [role=status]")).to_contain_text("통과했어요")
    await hands.press(page.get_by_role("button", name="마치기"))
    await page.wait_for_url(f"**{course}")
    await hands.press(page.get_by_role("link", name="이어서 하기"))
    await page.wait_for_url(f"**{course}/{PRACTICE}")
    await hands.press(page.get_by_role("link", name="연습하기"))
    await expect(page.locator("[data-practice][data-ready]")).to_be_attached()
    await page.wait_for_url("**/practice")

    # p0 and p2 are the first label, p1 the second: the first item goes wrong twice.
    await page.keyboard.press("Digit2")
    await page.keyboard.press("Enter")
    await expect(page.locator("#told")).to_contain_text("힌트 p0")
    await page.keyboard.press("Enter")
    await expect(page.locator("#told")).to_contain_text("설명 p0")
    await expect(page.locator("#told")).to_contain_text("긍정")
    for number in range(1, ITEMS):
        await page.keyboard.press("Enter")
        await expect(page.locator("#item-head")).to_contain_text(f"{number + 1}번째")
        await page.keyboard.press(f"Digit{number % 2 + 1}")
        await page.keyboard.press("Enter")
        await expect(page.locator("#told")).to_contain_text("맞았어요")
    await expect(page.locator("#done-head")).to_be_visible()
    assert await visitor.problems() == []
    await hands.press(page.get_by_role("link", name="모듈로 돌아가기").first)
    await page.wait_for_url(f"**{course}/{PRACTICE}#finish")
    for number in (1, 2):
        await hands.press(page.locator(f'input[name="answer_q{number}"][value="a"]'), "Space")
    await hands.press(page.get_by_role("button", name="답 확인하기"))
    await expect(page.locator("#quiz [role=status]")).to_contain_text("통과했어요")
    await hands.press(page.get_by_role("button", name="마치기"))
    await page.wait_for_url(f"**{course}")
    await expect(page.get_by_role("main")).to_contain_text("모든 모듈을 마쳤어요")


@SESSION
async def test_practice_works_without_script(arrive: Arrive, market: Market) -> None:
    _, learner, programme_id, _ = await new_class(market)
    visitor = await arrive(script=False)
    await visitor.sign_in(learner)
    course = f"/learn/course/{programme_id}"
    await visitor.go(f"{course}/{MODULE}")
    for number in (1, 2):
        await visitor.page.locator(f'input[name="answer_q{number}"][value="a"]').check()
    await visitor.page.locator("#quiz button").click()
    await visitor.page.locator("#finish form button").click()
    await visitor.go(f"{course}/{PRACTICE}/practice")
    page = visitor.page
    await page.locator('input[name="answer.feeling"][value="부정"]').check()
    await page.locator("[data-submit]").click()
    await expect(page.locator("#told")).to_contain_text("힌트 p0")
    await page.locator('input[name="answer.feeling"][value="긍정"]').check()
    await page.locator("[data-submit]").click()
    await expect(page.locator("#told")).to_contain_text("맞았어요")
    await page.locator("[data-next]").click()
    await expect(page.locator("#item-head")).to_contain_text("2번째")


@SESSION
async def test_a_module_that_is_not_open_yet_leads_to_the_course(visitor: Visitor, market: Market) -> None:
    _, learner, programme_id, _ = await new_class(market)
    await visitor.sign_in(learner)
    await visitor.go(f"/learn/course/{programme_id}/{PRACTICE}")
    assert visitor.at() == f"/learn/course/{programme_id}"


@SESSION
async def test_a_film_plays_part_by_part_and_for_nobody_else(arrive: Arrive, room: Classroom) -> None:
    visitor = await arrive()
    await visitor.sign_in(room.learner)
    await visitor.go(f"/learn/course/{room.programme_id}/{MODULE}")
    film = visitor.page.locator("video")

    async def is_known() -> bool:
        return bool(await film.evaluate("(one) => one.duration > 0.5"))

    await eventually(is_known)
    link = await film.get_attribute("src")
    assert link is not None
    part = await visitor.context.request.get(link, headers={"range": "bytes=4-7"})
    assert (part.status, await part.body()) == (206, b"ftyp")
    assert re.fullmatch(r"bytes 4-7/\d+", part.headers["content-range"])
    assert (await visitor.context.request.get(link, headers={"range": "bytes=99999999-"})).status == 416
    stranger = await arrive()
    await stranger.sign_in(room.waiting)
    assert (await stranger.context.request.get(link)).status == 404


@SESSION
async def test_a_course_is_hidden_from_those_without_a_seat_and_from_other_trainers(
    arrive: Arrive, room: Classroom
) -> None:
    stranger, other = await arrive(), await arrive()
    await stranger.sign_in(room.waiting)
    await other.sign_in(room.idle)
    for address in learner_places(room):
        await stranger.go(address, 404)
    for address in trainer_places(room)[1:]:
        await other.go(address, 404)
    assert (await other.context.request.get(f"/teach/cohorts/{room.cohort_id}.csv")).status == 404
    await stranger.go("/teach", 403)


@SESSION
async def test_completion_is_marked_after_a_second_look(visitor: Visitor, market: Market) -> None:
    trainer, learner, _, cohort_id = await new_class(market)
    await visitor.sign_in(trainer)
    await visitor.go(f"/teach/cohorts/{cohort_id}")
    page = visitor.page
    visitor.guard.expects("422")
    await page.get_by_role("button", name="고른 사람").click()
    await expect(page.locator("#errors")).to_be_visible()
    assert await visitor.problems() == []
    await page.get_by_label("김처음 고르기").check()
    await page.get_by_role("button", name="고른 사람").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("1명을 수료로 표시할까요?")
    assert await visitor.problems() == []
    await page.get_by_role("button", name="1명 수료로 표시하기").dblclick()
    await page.wait_for_url(f"**/teach/cohorts/{cohort_id}?done=1")
    await expect(page.locator("table.people")).to_contain_text("수료")
    csv = (await (await visitor.context.request.get(f"/teach/cohorts/{cohort_id}.csv")).body()).decode("utf-8-sig")
    assert csv.splitlines()[1].startswith("1,김처음,수료,0,2,")
    assert learner.name in csv


@SESSION
async def test_a_course_is_uploaded_with_its_files_and_problems_are_named_by_path(
    visitor: Visitor, market: Market
) -> None:
    organisation_id, trainer = await trainers_company(market)
    programme_id = await programme(market, organisation_id)
    await visitor.sign_in(trainer)
    page, address = visitor.page, f"/teach/course/{programme_id}"
    parts = [
        {"kind": "picture", "src": "files/cat.png", "alt": local("고양이")},
        {"kind": "video", "src": "film.mp4", "captions": {"ko": "film.vtt"}, "transcript": local("글")},
    ]
    source = changed(document(module("only")), "modules.0.parts", parts[:1])

    async def upload(name: str, content: bytes) -> None:
        await visitor.go(address)
        kind = "application/zip" if name.endswith("zip") else "application/json"
        await page.locator("#field-file").set_input_files({"name": name, "mimeType": kind, "buffer": content})
        await page.get_by_role("button", name="올리기").click()

    visitor.guard.expects("422")
    await upload("course.json", b"{")
    await expect(page.locator("#error-file")).to_contain_text("JSON")
    await upload("course.json", json.dumps(changed(source, "modules.0.minutes", 0)).encode())
    await expect(page.locator("#error-file")).to_contain_text("modules[0].minutes")
    assert await visitor.problems() == []
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("과정/course.json", json.dumps(source, ensure_ascii=False))
        archive.writestr("과정/files/cat.png", picture())
        archive.writestr("과정/film.vtt", CAPTIONS)
    await upload("course.zip", packed.getvalue())
    await page.wait_for_url(f"**{address}?done=1")
    await page.get_by_role("link", name="모듈 only").click()
    await expect(page.get_by_alt_text("고양이")).to_be_visible()
    assert (
        await page.get_by_alt_text("고양이").evaluate("async (one) => { await one.decode(); return one.naturalWidth; }")
        == 8
    )
