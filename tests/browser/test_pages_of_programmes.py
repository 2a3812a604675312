"""Programmes in a browser: every page is for everybody, and the way to a seat goes by keyboard alone."""

import pytest
import pytest_asyncio
from ilgam.workers.v1 import programmes_service_pb2 as pb
from playwright.async_api import expect

from services.sdk import new_request_id
from tests.browser import programmes_places as places
from tests.browser.conftest import Arrive
from tests.browser.programmes_places import Academy, cohort, make_academy, programme
from tests.browser.test_every_page import LOOKS, Look, looked_at, wrong_with
from tests.support.browser import PHONE, Visitor
from tests.support.hands import Hands
from tests.support.market import PASSWORD, Market
from tests.support.programmes import enrol

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def academy(lasting_market: Market) -> Academy:
    """Programmes in every state; tests only look."""
    return await make_academy(lasting_market)


@pytest.mark.parametrize("look", LOOKS)
async def test_programmes_are_for_everybody(arrive: Arrive, academy: Academy, look: Look) -> None:
    assert await looked_at(arrive, look, None, places.open_places(academy)) == {}
    assert await looked_at(arrive, look, academy.newcomer, places.newcomer_places(academy)) == {}


@pytest.mark.parametrize("look", LOOKS)
async def test_own_enrolments_are_for_everybody(arrive: Arrive, academy: Academy, look: Look) -> None:
    assert await looked_at(arrive, look, academy.learner, places.learner_places(academy)) == {}


@pytest.mark.parametrize("look", LOOKS)
async def test_operators_pages_of_programmes_are_for_everybody(arrive: Arrive, academy: Academy, look: Look) -> None:
    language, text_size, high_contrast, size = look
    visitor = await arrive(size)
    await visitor.sign_in_as(*visitor.site.operator)
    await visitor.look(language, text_size, high_contrast=high_contrast)
    wrong = {}
    for address in places.operator_places(academy):
        await visitor.go(address)
        found = await wrong_with(visitor, look)
        if found:
            wrong[address] = found
    assert wrong == {}


async def test_by_keyboard_alone_from_the_front_page_to_a_seat_and_back(visitor: Visitor, market: Market) -> None:
    person = await market.person()
    programme_id = await programme(market.operator)
    cohort_id = await cohort(market.operator, programme_id, 1, seats=2)
    page, hands = visitor.page, Hands(visitor.page)

    await visitor.go(f"/programmes/{programme_id}")
    await hands.press(page.get_by_role("link", name="1기 신청하기"))
    await page.wait_for_url("**/sign-in?next=**")
    await hands.write(page.locator("#field-email"), person.email)
    await hands.write(page.locator("#field-password"), PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**/cohorts/{cohort_id}")

    # Without the tick about residence the form comes back with words at the field.
    visitor.guard.expects("status of 409")
    await hands.press(page.get_by_role("button", name="1기 신청하기"))
    await expect(page.locator("#error-residence")).to_contain_text("우리 시에 사는 분만")
    assert await visitor.problems() == []
    await hands.press(page.locator("input[name=residence]"), key="Space")
    await hands.press(page.get_by_role("button", name="1기 신청하기"))
    await page.wait_for_url("**/learn/enrolments/**")
    await expect(page.get_by_role("heading", name="자리를 받았어요")).to_be_visible()

    # Back to the form: it says that there is a seat already, and sends to it.
    await visitor.go(f"/programmes/{programme_id}/cohorts/{cohort_id}")
    await hands.press(page.locator("main").get_by_role("link", name="내 신청 보기"))
    await page.wait_for_url("**/learn/enrolments/**")
    await hands.press(page.get_by_role("link", name="자리 포기하기"))
    await hands.press(page.get_by_role("button", name="네, 취소해요"))
    await expect(page.get_by_role("heading", name="신청을 취소했어요")).to_be_visible()


async def test_who_waits_is_offered_a_seat_on_the_open_page_and_takes_it(arrive: Arrive, market: Market) -> None:
    first, second = await market.person("먼저"), await market.person("다음")
    cohort_id = await cohort(market.operator, await programme(market.operator, bare=True), 1, seats=1)
    seat = await enrol(first, cohort_id)
    place = await enrol(second, cohort_id)
    watching = await arrive(PHONE)
    await watching.sign_in(second)
    await watching.go(f"/learn/enrolments/{place.enrolment_id}")
    await expect(watching.page.get_by_role("heading", name="대기 1번이에요")).to_be_visible()
    await places.cancel(first, seat.enrolment_id)
    await expect(watching.page.get_by_role("heading", name="빈자리가 났어요")).to_be_visible()
    await watching.page.get_by_role("button", name="자리 받기").click()
    await expect(watching.page.get_by_role("heading", name="자리를 받았어요")).to_be_visible()


async def test_applying_just_after_closing_and_a_second_tab_are_told_in_words(arrive: Arrive, market: Market) -> None:
    person = await market.person()
    programme_id = await programme(market.operator, bare=True)
    cohort_id = await cohort(market.operator, programme_id, 1)
    address = f"/programmes/{programme_id}/cohorts/{cohort_id}"
    one, other = await arrive(script=False), await arrive(script=False)
    for tab in (one, other):
        await tab.sign_in(person)
        await tab.go(address)
        tab.guard.expects("status of 409")
    await one.page.get_by_role("button", name="1기 신청하기").click()
    await expect(one.page.get_by_role("heading", name="자리를 받았어요")).to_be_visible()
    await other.page.get_by_role("button", name="1기 신청하기").click()
    await expect(other.page.locator("#errors")).to_contain_text("이미 신청하셨어요")
    await expect(other.page.get_by_role("link", name="내 신청 보기")).to_be_visible()

    late = await market.person()
    tab = await arrive(script=False)
    await tab.sign_in(late)
    await tab.go(address)
    tab.guard.expects("status of 409")
    await _close(market, cohort_id)
    await tab.page.get_by_role("button", name="1기 신청하기").click()
    await expect(tab.page.locator("#errors")).to_contain_text("신청 기간이 아니에요")
    await expect(tab.page.get_by_role("main")).to_contain_text("이 기수의 신청은")


async def _close(market: Market, cohort_id: str) -> None:
    """Ends the registration of a cohort a moment ago."""
    programmes = market.operator.programmes
    found = (await programmes.GetCohort(pb.GetCohortRequest(cohort_id=cohort_id))).cohort
    found.terms.close_time.GetCurrentTime()
    await programmes.UpdateCohort(
        pb.UpdateCohortRequest(request_id=new_request_id(), cohort_id=cohort_id, terms=found.terms)
    )


async def test_an_operator_makes_a_programme_and_its_cohorts_week_by_week(visitor: Visitor) -> None:
    page = visitor.page
    await visitor.sign_in_as(*visitor.site.operator)
    await visitor.go("/operator/programmes/new")
    visitor.guard.expects("status of 422")
    await page.get_by_role("button", name="과정 만들기").click()
    await expect(page.locator("#error-title_ko")).to_be_visible()
    await page.locator("#field-title_ko").fill("😀 새 과정 <b>")
    await page.get_by_role("button", name="과정 만들기").click()
    await expect(page.get_by_role("heading", name="😀 새 과정 <b>")).to_be_visible()
    await page.get_by_role("link", name="새 기수").first.click()
    for name, moment in (
        ("open", "2031-06-09T09:00"),
        ("close", "2031-06-08T18:00"),
        ("start", "2031-06-20T09:00"),
        ("end", "2031-08-20T18:00"),
    ):
        await page.locator(f"#field-{name}").fill(moment)
    await page.locator("#field-count").fill("3")
    await page.get_by_role("button", name="기수 만들기").click()
    await expect(page.locator("#error-close")).to_contain_text("시작보다 뒤여야")
    await page.locator("#field-close").fill("2031-06-16T18:00")
    await page.get_by_role("button", name="기수 만들기").click()
    rows = page.locator("tbody tr")
    await expect(rows).to_have_count(3)
    await expect(rows.nth(2)).to_contain_text("3기")
    await expect(rows.nth(2)).to_contain_text("6월 23일 오전 9:00")
