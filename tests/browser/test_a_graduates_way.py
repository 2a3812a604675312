"""The unbroken line: somebody without an account follows the next step, by keyboard alone, until the first pay."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from ilgam.workers.v1 import consultations_service_pb2 as consultations_pb
from playwright.async_api import expect

from services.sdk import Password
from tests.browser.consult_places import admit, open_times
from tests.browser.course_places import ITEMS, MODULE, PRACTICE, cohort, programme, put_course, trainers_company
from tests.browser.exam_places import ITEMS as EXAM_ITEMS
from tests.browser.exam_places import LABELS, fill_pool
from tests.browser.test_pages_of_accounts import mailbox_of
from tests.browser.test_pages_of_exams import right_choice
from tests.support.browser import Visitor
from tests.support.hands import Hands
from tests.support.market import PASSWORD, PRICE_KRW, TEXTS, Market, Person, has_earned
from tests.support.service import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")
BEFORE_THE_TALK = timedelta(seconds=20)


async def follow(visitor: Visitor, step: str) -> None:
    """Presses the one next step of `/learn`, which must be this one by now."""
    wanted = visitor.page.locator(f'[data-next="{step}"] a.main')

    async def shown() -> bool:
        await visitor.go("/learn")
        return await wanted.count() == 1

    await eventually(shown)
    await Hands(visitor.page).press(wanted)


async def test_from_no_account_to_the_first_pay_by_following_the_next_step(visitor: Visitor, market: Market) -> None:
    organisation_id, trainer = await trainers_company(market)
    programme_id = await programme(market, organisation_id)
    cohort_id = await cohort(market, programme_id)
    await put_course(trainer, programme_id)
    await fill_pool(market)
    company = await market.company(50_000)
    job_id = await market.open_job(company, title="첫 일감")

    graduate = await _sign_up(visitor, market)
    await _take_a_seat(visitor, programme_id, cohort_id)
    await _learn(visitor, f"/learn/course/{programme_id}")
    await _pass_the_exam(visitor)
    await _talk(visitor, graduate, company)
    await _work(visitor, graduate, job_id)


async def _sign_up(visitor: Visitor, market: Market) -> Person:
    page, hands, email = visitor.page, Hands(visitor.page), f"{uuid4().hex[:12]}@example.org"
    await visitor.go("/")
    await hands.press(page.locator('a[href="/sign-up"]').first)
    for field, text in (("name", "나처음"), ("email", email), ("password", PASSWORD)):
        await hands.write(page.locator(f"#field-{field}"), text)
    for document in ("terms", "privacy"):
        await hands.press(page.locator(f"input[name={document}]"), "Space")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/account/verify")
    (mail,) = await mailbox_of(visitor.site).arrived(email)
    await hands.write(page.get_by_label("확인 번호"), mail.code)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/account?done=verified")
    return Person(email, "나처음", await market.operator.sibling(Password(email, PASSWORD)))


async def _take_a_seat(visitor: Visitor, programme_id: str, cohort_id: str) -> None:
    page, hands = visitor.page, Hands(visitor.page)
    await follow(visitor, "APPLY")
    await page.wait_for_url("**/programmes")
    # Other tests have programmes too, and the list goes on for pages.
    await visitor.go(f"/programmes/{programme_id}")
    await hands.press(page.get_by_role("link", name="1기 신청하기"))
    await page.wait_for_url(f"**/cohorts/{cohort_id}")
    await hands.press(page.get_by_role("button", name="1기 신청하기"))
    await expect(page.get_by_role("heading", name="자리를 받았어요")).to_be_visible()


async def _learn(visitor: Visitor, course: str) -> None:
    page, hands = visitor.page, Hands(visitor.page)
    await follow(visitor, "START_COURSE")
    await page.wait_for_url(f"**{course}*")
    await visitor.go(f"{course}/{MODULE}")
    await _quiz(hands)
    await follow(visitor, "GO_ON_WITH_COURSE")
    await page.wait_for_url(f"**{course}/{PRACTICE}")
    await hands.press(page.get_by_role("link", name="연습하기"))
    await expect(page.locator("[data-practice][data-ready]")).to_be_attached()
    for number in range(ITEMS):
        await expect(page.locator("#item-head")).to_contain_text(f"{number + 1}번째")
        await page.keyboard.press(f"Digit{number % 2 + 1}")
        await page.keyboard.press("Enter")
        await expect(page.locator("#told")).to_contain_text("맞았어요")
        await page.keyboard.press("Enter")
    await expect(page.locator("#done-head")).to_be_visible()
    await hands.press(page.get_by_role("link", name="모듈로 돌아가기").first)
    await _quiz(hands)


async def _quiz(hands: Hands) -> None:
    for number in (1, 2):
        await hands.press(hands.page.locator(f'input[name="answer_q{number}"][value="a"]'), "Space")
    await hands.press(hands.page.get_by_role("button", name="답 확인하기"))
    await expect(hands.page.locator("#quiz [role=status]")).to_contain_text("통과했어요")
    await hands.press(hands.page.get_by_role("button", name="마치기"))
    await hands.page.wait_for_url("**/learn/course/*")


async def _pass_the_exam(visitor: Visitor) -> None:
    page, hands = visitor.page, Hands(visitor.page)
    await follow(visitor, "TAKE_EXAM")
    await hands.press(page.locator('main a[href="/learn/exams/start/text-choice"]'))
    await hands.press(page.locator("main form button"))
    await page.wait_for_url("**/learn/exams/*-*-*-*-*")
    for number in range(1, EXAM_ITEMS + 1):
        await expect(page.locator("h1")).to_contain_text(f"{EXAM_ITEMS}문제 중 {number}번")
        right = await right_choice(page)
        await hands.go_to(page.locator('input[name="choice"]').first)
        await page.keyboard.press("Space")
        for _ in range(LABELS.index(right)):
            await page.keyboard.press("ArrowDown")
        await hands.press(page.locator(".bench-submit button"))
        await page.wait_for_url("**review" if number == EXAM_ITEMS else f"**n={number + 1}")
    await hands.press(page.locator('button[value="finish"]'))
    await expect(page.locator("h1")).to_contain_text("합격했어요")


async def _talk(visitor: Visitor, graduate: Person, company: Person) -> None:
    page, hands = visitor.page, Hands(visitor.page)
    (slot,) = await open_times(company, [datetime.now(UTC) + BEFORE_THE_TALK])
    await follow(visitor, "BOOK_CONSULTATION")
    await hands.press(page.locator(f'a[href="/learn/consultations/book/{slot.slot_id}"]'))
    await page.wait_for_url("**/book/*")
    await hands.press(page.locator("main form button.main"))
    await page.wait_for_url("**/learn/consultations?done=booked")
    await follow(visitor, "COME_TO_CONSULTATION")
    (talk,) = (
        await graduate.client.consultations.ListConsultations(consultations_pb.ListConsultationsRequest())
    ).consultations

    async def has_begun() -> bool:
        return slot.start_time.ToDatetime(tzinfo=UTC) < datetime.now(UTC)

    await eventually(has_begun, seconds=BEFORE_THE_TALK.total_seconds())
    await admit(company, talk, [])


async def _work(visitor: Visitor, graduate: Person, job_id: str) -> None:
    page, hands = visitor.page, Hands(visitor.page)
    await follow(visitor, "CLAIM_FIRST_JOB")
    await page.wait_for_url("**/work/jobs")
    await visitor.go(f"/work/jobs/{job_id}")
    await hands.press(page.locator(f'form[action="/work/jobs/{job_id}/claim"] button'))
    await page.wait_for_url(f"**/work/jobs/{job_id}/bench")
    for number in range(len(TEXTS)):
        await expect(page.locator("#item-head")).to_contain_text(str(number + 1))
        await page.keyboard.press("Digit1")
        await page.keyboard.press("Enter")
    await page.wait_for_url(f"**/work/jobs/{job_id}/recap")
    await eventually(lambda: has_earned(graduate, len(TEXTS) * PRICE_KRW))
    await follow(visitor, "WORK")
