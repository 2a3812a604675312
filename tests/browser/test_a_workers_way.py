"""The whole way of somebody who labels, from the sign-in to the won."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Arrive
from tests.support.browser import PHONE, Visitor
from tests.support.hands import Hands
from tests.support.market import PASSWORD, PRICE_KRW, TEXTS, Market, answers, assignments, claimable, has_earned
from tests.support.service import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_by_keyboard_alone_from_the_sign_in_to_the_won(visitor: Visitor, market: Market) -> None:
    company, worker = await market.company(50_000), await market.worker()
    job_id = await market.open_job(company, title="자판만으로 하는 일")
    await claimable(worker, job_id)
    page, hands = visitor.page, Hands(visitor.page)

    await visitor.go("/sign-in")
    await hands.write(page.locator("#field-email"), worker.email)
    await hands.write(page.locator("#field-password"), PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/work")

    await hands.press(page.get_by_role("navigation", name="주 메뉴").get_by_role("link", name="일감 찾기"))
    await page.wait_for_url("**/work/jobs")
    await hands.press(page.locator(f'main a[href="/work/jobs/{job_id}"]').first)
    await page.wait_for_url(f"**/work/jobs/{job_id}")
    await hands.press(page.locator(f'form[action="/work/jobs/{job_id}/claim"] button'))
    await page.wait_for_url(f"**/work/jobs/{job_id}/bench")

    for number in range(len(TEXTS)):
        await expect(page.locator("#item-head")).to_contain_text(str(number + 1))
        await page.keyboard.press("Digit2" if number == 1 else "Digit1")
        await page.keyboard.press("Enter")
    await page.wait_for_url(f"**/work/jobs/{job_id}/recap")

    won = f"{len(TEXTS) * PRICE_KRW}원"
    await expect(page.locator("#recap")).to_contain_text(won)
    await eventually(lambda: has_earned(worker, len(TEXTS) * PRICE_KRW))
    await hands.press(page.get_by_role("navigation", name="주 메뉴").get_by_role("link", name="내 돈"))
    await page.wait_for_url("**/work/money")
    await expect(page.get_by_role("main")).to_contain_text(won)
    handed_in = await answers(worker, job_id)
    assert sorted(handed_in) == sorted(TEXTS)
    assert sorted(handed_in.values()) == ["bad", *["good"] * (len(TEXTS) - 1)]


async def test_won_appear_on_an_open_page_without_touching_it(arrive: Arrive, market: Market) -> None:
    company, worker = await market.company(50_000), await market.worker()
    job_id = await market.open_job(company)
    await claimable(worker, job_id)
    watching, working = await arrive(), await arrive(PHONE)
    await watching.sign_in(worker)
    await working.sign_in(worker)
    await watching.go("/work")
    await working.go(f"/work/jobs/{job_id}")
    await working.page.locator(f'form[action="/work/jobs/{job_id}/claim"] button').click()
    await working.page.wait_for_url("**/bench")
    await working.page.locator('[data-choice="good"]').click()
    await working.page.locator("[data-submit]").click()
    await eventually(lambda: has_earned(worker, PRICE_KRW))
    await expect(watching.page.get_by_role("main")).to_contain_text(f"{PRICE_KRW}원")


async def test_a_second_click_on_claim_takes_no_second_batch(visitor: Visitor, market: Market) -> None:
    company, worker = await market.company(50_000), await market.worker()
    job_id = await market.open_job(company, [f"글 {number}" for number in range(15)])
    await claimable(worker, job_id)
    await visitor.sign_in(worker)
    page = visitor.page
    await visitor.go(f"/work/jobs/{job_id}")
    await page.locator('input[name="count"][value="5"]').check()
    await page.locator(f'form[action="/work/jobs/{job_id}/claim"] button').dblclick()
    await page.wait_for_url("**/bench")
    await visitor.back()
    await page.wait_for_url(f"**/work/jobs/{job_id}")
    assert len(await assignments(worker, job_id)) == 5
