"""The pages of consultations, pools and offers: for everybody, and the ways through them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from icalendar import Calendar
from ilgam.workers.v1 import consultations_service_pb2 as pb
from playwright.async_api import Page, expect

from services.gateway.words import SEOUL
from tests.browser import consult_places as places
from tests.browser.conftest import Arrive
from tests.browser.consult_places import Talks, admit, begun, book, make_talks, open_times
from tests.browser.places import NOBODY
from tests.browser.test_every_page import LOOKS, Look, looked_at
from tests.support.browser import PHONE, Visitor
from tests.support.market import TEXTS, Market, Person

pytestmark = pytest.mark.asyncio(loop_scope="session")
TABS_MAX = 60


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def talks(lasting_market: Market) -> Talks:
    """People who talk with each other; tests only look."""
    return await make_talks(lasting_market)


@pytest.mark.parametrize("look", LOOKS)
async def test_pages_of_graduates_who_talk_with_companies_are_for_everybody(
    arrive: Arrive, talks: Talks, look: Look
) -> None:
    assert await looked_at(arrive, look, talks.graduate, places.graduate_places(talks)) == {}
    assert await looked_at(arrive, look, talks.freshman, places.freshman_places(talks)) == {}


@pytest.mark.parametrize("look", LOOKS)
async def test_pages_of_companies_that_talk_with_graduates_are_for_everybody(
    arrive: Arrive, talks: Talks, look: Look
) -> None:
    assert await looked_at(arrive, look, talks.company, places.company_places(talks)) == {}
    assert await looked_at(arrive, look, talks.founder, places.founder_places(talks)) == {}


async def test_forms_that_were_filled_in_wrong_are_for_everybody(arrive: Arrive, talks: Talks) -> None:
    visitor = await arrive(PHONE)
    visitor.guard.expects("status of 422")
    await visitor.sign_in(talks.company)
    wrong = {}
    for path in (
        "/company/consultations/open",
        f"/company/consultations/{talks.begun_id}",
        f"/company/consultations/{talks.booked_id}/cancel",
        f"/company/pool/{talks.member_id}/offer",
        f"/company/pool/{talks.member_id}/remove",
    ):
        await visitor.go(path)
        await visitor.page.locator("main form button").last.click()
        await expect(visitor.page.locator("#errors")).to_be_visible()
        if found := await visitor.problems():
            wrong[path] = found
    assert wrong == {}


async def press_to(page: Page, selector: str) -> None:
    """Goes to something by the keyboard alone."""
    for _ in range(TABS_MAX):
        await page.keyboard.press("Tab")
        if await page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            return
    raise AssertionError(f"{selector} is not reached by the keyboard")


async def company_with(market: Market, *hours: float) -> tuple[Person, list[pb.Slot]]:
    """A company with open times so many hours from now."""
    company = await market.company(10_000)
    starts = [datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(hours=one) for one in hours]
    return company, list(await open_times(company, starts))


async def test_by_keyboard_from_an_open_time_to_an_accepted_offer(visitor: Visitor, market: Market) -> None:
    company, (slot,) = await company_with(market, 30)
    graduate = await market.worker()
    await visitor.sign_in(graduate)
    page = visitor.page
    await visitor.go("/learn/consultations")
    await press_to(page, f'a[href="/learn/consultations/book/{slot.slot_id}"]')
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/book/*")
    await press_to(page, "textarea")
    await page.keyboard.type("아침이 좋아요 🙂")
    await press_to(page, "main form button.main")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/learn/consultations?done=booked")
    await expect(page.get_by_role("status")).to_contain_text("예약했어요")
    job_id = await market.open_job(company, TEXTS[:2], pool_only=True)
    await admit(company, await begun(await market.worker(), company), [])
    other = await market.worker()
    await admit(company, await begun(other, company), [job_id])
    await visitor.context.clear_cookies()
    await visitor.sign_in(other)
    await visitor.go("/learn/offers")
    await press_to(page, 'button[value="accept"]')
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/learn/offers?done=accepted")
    await expect(page.get_by_role("main")).to_contain_text("받았어요")
    await page.locator(f'a[href="/work/jobs/{job_id}"]').click()
    await expect(page.locator("h1")).to_contain_text("상품평")


async def test_of_two_tabs_with_one_time_the_later_is_told_and_the_time_is_gone(
    visitor: Visitor, market: Market
) -> None:
    _, (slot,) = await company_with(market, 30)
    await visitor.sign_in(await market.worker())
    visitor.guard.expects("status of 409")
    await visitor.go(f"/learn/consultations/book/{slot.slot_id}")
    await book(await market.worker("이빠름"), slot)
    await visitor.page.locator("main form button.main").click()
    main = visitor.page.get_by_role("main")
    await expect(main).to_contain_text("다른 분이 먼저 예약했어요")
    await expect(main).to_contain_text("이 시간은 이제 예약할 수 없어요")


async def test_a_time_booked_in_another_tab_is_ones_own_and_not_somebody_elses(
    visitor: Visitor, market: Market
) -> None:
    _, (slot,) = await company_with(market, 30)
    graduate = await market.worker()
    await visitor.sign_in(graduate)
    await visitor.go(f"/learn/consultations/book/{slot.slot_id}")
    await book(graduate, slot)
    await visitor.page.locator("main form button.main").click()
    await visitor.page.wait_for_url("**/learn/consultations?done=booked")
    await visitor.go(f"/learn/consultations/book/{slot.slot_id}")
    assert visitor.at() == "/learn/consultations"


async def test_a_booking_is_moved_and_then_cancelled(visitor: Visitor, market: Market) -> None:
    _, slots = await company_with(market, 30, 50)
    graduate = await market.worker()
    booked = await book(graduate, slots[0])
    await visitor.sign_in(graduate)
    page, own = visitor.page, f"/learn/consultations/{booked.consultation_id}"
    await visitor.go(f"{own}/move")
    await page.locator(f'input[value="{slots[1].slot_id}"]').check()
    await page.locator("main form button.main").click()
    await page.wait_for_url("**/learn/consultations?done=moved")
    await visitor.go(f"{own}/cancel")
    await page.locator("main form button.danger").click()
    await page.wait_for_url("**/learn/consultations?done=cancelled")
    await expect(page.get_by_role("main")).to_contain_text("취소됨")
    await visitor.go(f"{own}/cancel")
    await expect(page.get_by_role("main")).to_contain_text("이미 시작했거나 취소된 상담")


async def test_a_company_opens_many_times_at_once_and_takes_one_back(visitor: Visitor, market: Market) -> None:
    company = await market.company()
    await visitor.sign_in(company)
    visitor.guard.expects("status of 409")
    page = visitor.page
    day = (datetime.now(SEOUL) + timedelta(days=1)).date().isoformat()
    for attempt in (1, 2):
        await visitor.go("/company/consultations/open")
        await page.fill("#field-day", day)
        await page.fill("#field-from", "10:00")
        await page.fill("#field-to", "12:00")
        await page.fill("#field-place_ko", "광주 동구 금남로 1")
        await page.locator("main form button.main").click()
        if attempt == 1:
            await page.wait_for_url("**done=opened")
    await expect(page.locator("#errors")).to_contain_text("이미 열린 시간과 겹쳐요")
    await visitor.go("/company/consultations")
    take_back = page.get_by_role("button", name="시간 닫기")
    await expect(take_back).to_have_count(4)
    await take_back.first.click()
    await page.wait_for_url("**done=withdrawn")
    await expect(take_back).to_have_count(3)


async def test_a_company_records_the_outcome_and_offers_jobs_in_one_form(visitor: Visitor, market: Market) -> None:
    company = await market.company(10_000)
    job_id = await market.open_job(company, TEXTS[:2])
    talk = await begun(await market.worker("한가을"), company)
    await visitor.sign_in(company)
    page = visitor.page
    await visitor.go(f"/company/consultations/{talk.consultation_id}")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("한가을")
    await expect(page.get_by_role("main")).to_contain_text("글 분류를 가장 좋아해요 🙂")
    await page.locator("#outcome-ADMITTED").check()
    await page.locator(f"#job-{job_id}").check()
    await page.locator("main form button.main").click()
    await page.wait_for_url("**?done=recorded")
    await visitor.go("/company/pool")
    await expect(page.get_by_role("listitem").filter(has_text="한가을")).to_contain_text("답을 기다리는 제안")
    await visitor.go("/company/jobs/new")
    await expect(page.get_by_role("main")).to_contain_text("지금 1명이에요")


async def test_pages_of_others_and_of_nothing_are_not_there(visitor: Visitor, market: Market) -> None:
    company, (slot,) = await company_with(market, 30)
    booked = await book(await market.worker(), slot)
    await visitor.sign_in(await market.worker())
    for path in ("move", "cancel"):
        await visitor.go(f"/learn/consultations/{booked.consultation_id}/{path}", 404)
    await visitor.go(f"/learn/consultations/book/{NOBODY}", 404)
    await visitor.go("/learn/consultations/book/nothing", 404)
    await visitor.go(f"/consultations/{booked.consultation_id}.ics", 404)
    await visitor.context.clear_cookies()
    await visitor.sign_in(await market.company())
    await visitor.go(f"/company/consultations/{booked.consultation_id}", 404)
    await visitor.go(f"/company/pool/{NOBODY}/remove?organisation={company.organisation_id}", 404)
    asked = pb.ListSlotsRequest(organisation_id=company.organisation_id)
    assert len((await company.client.consultations.ListSlots(asked)).slots) == 1


async def test_a_calendar_program_reads_the_feed_until_its_address_is_renewed(visitor: Visitor, market: Market) -> None:
    _, slots = await company_with(market, 30, 50)
    graduate = await market.worker()
    booked = await book(graduate, slots[0])
    await visitor.sign_in(graduate)
    page, asks = visitor.page, visitor.context.request
    addresses = []
    for _ in range(2):
        await visitor.go("/learn/consultations")
        await page.locator("#calendar form button").click()
        await page.wait_for_url("**done=calendar*")
        addresses.append(await page.locator("#feed").input_value())
    await visitor.context.clear_cookies()
    assert (await asks.get(addresses[0])).status == 404
    answer = await asks.get(addresses[1])
    assert answer.headers["content-type"].startswith("text/calendar")
    (event,) = Calendar.from_ical(await answer.body()).walk("VEVENT")
    assert event["uid"] == f"{booked.consultation_id}@ilgam"
    assert event.decoded("dtstart") == booked.start_time.ToDatetime(tzinfo=UTC)
    assert (event["status"], str(event["summary"])) == ("CONFIRMED", "무등데이터 상담")
