"""Notices on pages: for everybody, with the keyboard, without script, and from the link of an e-mail."""

import httpx
import pytest
import pytest_asyncio
from ilgam.accounts.v1 import notices_service_pb2 as pb
from ilgam.workers.v1 import workers_service_pb2 as workers_pb
from playwright.async_api import expect

from tests.browser.conftest import Arrive
from tests.browser.notices_places import (
    Told,
    make_told,
    quiet_places,
    restore,
    stop,
    stop_path_of,
    told,
    told_places,
)
from tests.browser.test_every_page import LOOKS, SESSION, Look, looked_at
from tests.support.browser import PHONE, Visitor
from tests.support.market import Market
from tests.support.site import Site

SEATS = pb.NOTICE_GROUP_SEATS


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def readers(lasting_market: Market, site: Site) -> Told:
    """People for whom the pages have something to show; tests only look."""
    return await make_told(lasting_market, site)


@SESSION
@pytest.mark.parametrize("look", LOOKS)
async def test_pages_of_notices_are_for_everybody(arrive: Arrive, readers: Told, look: Look) -> None:
    assert await looked_at(arrive, look, readers.reader, told_places(readers)) == {}
    assert await looked_at(arrive, look, readers.quiet, quiet_places()) == {}
    assert await looked_at(arrive, look, None, [readers.stop_path]) == {}


@SESSION
async def test_a_link_that_is_none_of_ours_says_so(arrive: Arrive) -> None:
    visitor = await arrive(PHONE)
    visitor.guard.expects("stop-emails")
    await visitor.go("/stop-emails/made-up", 404)
    assert await visitor.problems() == []


@SESSION
async def test_a_notice_is_read_and_followed_with_the_keyboard_alone(visitor: Visitor, market: Market) -> None:
    person = await market.person()
    await stop(market, person)
    await restore(market, person)
    await told(person, 2)
    page = visitor.page
    await visitor.sign_in(person)
    await visitor.go("/work")
    bell = page.locator("#bell")
    await expect(bell).to_contain_text("안 읽은 것 2개")
    await bell.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("알림")
    await expect(page.get_by_text("안 읽음", exact=True)).to_have_count(2)
    see = page.get_by_role("button", name="다시 일감을 받을 수 있어요")
    await see.focus()
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/work/me")
    await expect(page.locator("#bell")).to_contain_text("안 읽은 것 1개")
    await visitor.go("/notices")
    await page.get_by_role("button", name="모두 읽음으로 바꾸기").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("안 읽은 알림이 없어요.")).to_be_visible()
    await expect(page.locator(".bell-count")).to_have_count(0)


@SESSION
async def test_what_comes_while_one_looks_appears_by_itself(visitor: Visitor, market: Market) -> None:
    person = await market.person()
    await visitor.sign_in(person)
    await visitor.go("/notices")
    await expect(visitor.page.get_by_role("heading", name="아직 알림이 없어요")).to_be_visible()
    await stop(market, person)
    await expect(visitor.page.get_by_role("heading", name="지금은 새 일감을 받을 수 없어요")).to_be_visible()
    await expect(visitor.page.locator("#bell")).to_contain_text("1")


@SESSION
async def test_choices_are_kept_and_shown_again_without_script(arrive: Arrive, market: Market) -> None:
    person = await market.person()
    visitor = await arrive(script=False)
    page = visitor.page
    await visitor.sign_in(person)
    await visitor.go("/account/notices")
    await page.get_by_label("나에게 맞는 일감이 열리면 알려 주세요").check()
    await page.get_by_label("사진 분류").check()
    await page.get_by_label("베트남어").check()
    await page.get_by_label("교육 신청과 자리").uncheck()
    await page.get_by_role("button", name="저장하기").click()
    await expect(page.get_by_role("status")).to_have_text("저장했어요.")
    await expect(page.get_by_label("베트남어")).to_be_checked()
    await expect(page.get_by_label("교육 신청과 자리")).not_to_be_checked()
    profile = await person.client.workers.GetWorkerProfile(workers_pb.GetWorkerProfileRequest())
    assert profile.languages == ["vi"]
    assert profile.job_notices.wanted
    assert len(profile.job_notices.annotation_types) == 1


@SESSION
async def test_an_e_mail_is_stopped_by_its_link_on_a_page_and_by_the_mail_programs_button(
    visitor: Visitor, lasting_market: Market, site: Site
) -> None:
    readers = await make_told(lasting_market, site)
    path = await stop_path_of(site, readers.reader.email)

    async def on() -> set[pb.NoticeGroup.ValueType]:
        answer = await readers.reader.client.notices.GetNoticeChoices(pb.GetNoticeChoicesRequest())
        return {choice.group for choice in answer.choices if choice.by_email}

    before = await on()
    await visitor.go(path)
    assert await on() == before
    await visitor.page.get_by_role("button", name="이메일 그만 받기").click()
    await expect(visitor.page.get_by_role("status")).to_contain_text("보내지 않아요")
    (stopped,) = before - await on()
    await readers.reader.client.notices.SetNoticeChoices(
        pb.SetNoticeChoicesRequest(
            request_id="018f3c5e-7a11-7c3e-9d1b-2f6a4c8e0b5d", choices=[pb.NoticeChoice(group=stopped, by_email=True)]
        )
    )
    async with httpx.AsyncClient(base_url=site.web_url) as mail_program:
        answer = await mail_program.post(path, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert before - await on() == {stopped}
        forged = await mail_program.post("/stop-emails/made-up", data={"List-Unsubscribe": "One-Click"})
        assert forged.status_code == 404
        without_mark = await mail_program.post(path, data={"anything": "else"})
        assert without_mark.status_code == 403
