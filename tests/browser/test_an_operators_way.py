"""The whole way of an operator: sees the work, takes in money, certifies, restricts, and brings a dead event back."""

import asyncpg
import pytest
from ilgam.accounts.v1 import accounts_service_pb2 as accounts_pb
from ilgam.payments.v1 import payments_service_pb2 as payments_pb
from ilgam.tasks.v1 import tasks_service_pb2 as tasks_pb
from playwright.async_api import expect

from tests.browser.world import bury_event
from tests.support.browser import Visitor
from tests.support.hands import Hands
from tests.support.market import PASSWORD, Market, Person, claim, claimable, submit
from tests.support.service import eventually
from tests.support.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def available_krw(company: Person) -> int:
    request = payments_pb.GetBalanceRequest(organisation_id=company.organisation_id)
    return int((await company.client.payments.GetBalance(request)).available_krw)


async def test_work_done_shows_in_the_throughput_and_in_its_table(visitor: Visitor, market: Market) -> None:
    company, worker = await market.company(10_000), await market.worker()
    job_id = await market.open_job(company)
    await claimable(worker, job_id)
    await visitor.sign_in(await market.operators_member())
    page = visitor.page
    await visitor.go("/operator")
    before = await page.locator("main canvas, main svg").count()
    assert before > 0
    await submit(worker, await claim(worker, job_id, 3))

    async def counted() -> bool:
        answer = await visitor.context.request.get("/operator/throughput.csv")
        lines = (await answer.text()).strip().splitlines()
        return any(cell.strip('"') not in {"", "0"} for line in lines[-3:] for cell in line.split(",")[1:])

    await eventually(counted)
    assert await visitor.problems() == []


async def test_a_deposit_is_recorded_once_by_keyboard_alone(visitor: Visitor, market: Market) -> None:
    company = await market.company()
    await visitor.sign_in(await market.operators_member())
    page, hands = visitor.page, Hands(visitor.page)
    await visitor.go(f"/operator/companies/{company.organisation_id}/deposit")
    await hands.write(page.locator("#field-amount"), "1,250,000")
    await hands.write(page.locator("#field-reference"), "2026-11-22/17")
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**/operator/companies/{company.organisation_id}**")
    await expect(page.get_by_role("main")).to_contain_text("1,250,000원")

    async def recorded() -> bool:
        return await available_krw(company) == 1_250_000

    await eventually(recorded)


async def test_a_second_click_records_no_second_deposit(visitor: Visitor, market: Market) -> None:
    company = await market.company(1)
    await visitor.sign_in(await market.operators_member())
    page = visitor.page
    await visitor.go(f"/operator/companies/{company.organisation_id}/deposit")
    await page.fill("#field-amount", "5000")
    await page.fill("#field-reference", "2026-11-22/18")
    await page.locator("main form button.main").dblclick()
    await page.wait_for_url(lambda url: "/deposit" not in url)
    assert await available_krw(company) == 5001


async def test_an_amount_that_is_none_is_told_at_the_field_and_kept(visitor: Visitor, market: Market) -> None:
    company = await market.company()
    await visitor.sign_in(await market.operators_member())
    page = visitor.page
    visitor.guard.expects("status of 422")
    await visitor.go(f"/operator/companies/{company.organisation_id}/deposit")
    await page.fill("#field-amount", "백만 원")
    await page.fill("#field-reference", "2026-11-22/19")
    await page.locator("main form button.main").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await expect(page.locator("#field-amount")).to_have_value("백만 원")
    await expect(page.locator("#field-reference")).to_have_value("2026-11-22/19")
    assert await visitor.problems() == []


async def test_somebody_is_found_certified_and_restricted(visitor: Visitor, market: Market) -> None:
    company, person = await market.company(10_000), await market.person("찾을사람")
    job_id = await market.open_job(company)
    await visitor.sign_in(await market.operators_member())
    page = visitor.page
    await visitor.go(f"/operator/people?q={person.email}")
    await page.get_by_role("main").get_by_role("link", name="찾을사람").first.click()
    await page.wait_for_url(f"**/operator/people/{person.account_id}")

    await page.locator('a[href$="/certificate"]').click()
    await page.locator('input[name="type"]').first.check()
    await page.fill("#field-reason", "AI 데이터 라벨링 교육 1기 수료")
    await page.locator("main form button.main").click()
    await page.wait_for_url(lambda url: url.split("?")[0].endswith(person.account_id))
    await claimable(person, job_id)

    await page.locator('a[href$="/restrict"]').click()
    await page.locator('input[name="kind"]').first.check()
    await page.fill("#field-reason", "확인이 필요해요")
    await page.locator("main form button.danger").click()
    await page.wait_for_url(lambda url: url.split("?")[0].endswith(person.account_id))

    async def kept_out() -> bool:
        work = await person.client.tasks.GetWorkJob(tasks_pb.GetWorkJobRequest(job_id=job_id))
        return tasks_pb.MISSING_KIND_RESTRICTED in work.job.missing

    await eventually(kept_out)


async def test_a_dead_letter_is_replayed_and_gone(visitor: Visitor, market: Market, site: Site) -> None:
    event_id = await bury_event(site)
    await visitor.sign_in(await market.operators_member())
    page = visitor.page
    await visitor.go("/operator/events")
    await expect(page.get_by_role("main")).to_contain_text("<b>this</b>")
    button = page.locator(f'form[action="/operator/events/payments/{event_id}/replay"] button')
    await button.click()
    await expect(page.get_by_role("main")).to_contain_text("다시 처리했어요")
    await expect(button).to_have_count(0)


async def test_what_needs_a_fresh_sign_in_asks_for_the_password_and_goes_on(
    visitor: Visitor, market: Market, site: Site
) -> None:
    operator, company, newcomer = await market.operators_member(), await market.company(), await market.person()
    await visitor.sign_in(operator)
    page = visitor.page
    visitor.guard.expects("status of 403", "status of 401")
    await grow_old(site, operator)
    # The pages ask accounts anew after the person has changed something about themselves.
    await visitor.go("/look")
    await page.get_by_role("main").get_by_role("button", name="크게", exact=True).click()
    await expect(page.locator("html")).to_have_attribute("data-text-size", "3")
    await visitor.go(f"/operator/companies/{company.organisation_id}/member")
    await page.locator('main form input[name="email"]').fill(newcomer.email)
    await page.locator("main form button.main").click()
    await page.locator('main input[type="password"]').fill(PASSWORD)
    await page.locator('main form:has(input[type="password"]) button.main').click()

    async def joined() -> bool:
        account = await newcomer.client.accounts.GetAccount(accounts_pb.GetAccountRequest())
        return company.organisation_id in {grant.organisation_id for grant in account.roles}

    await eventually(joined)


async def grow_old(site: Site, person: Person) -> None:
    """Makes somebody's sessions an hour older."""
    connection = await asyncpg.connect(site.postgres_url("ilgam_accounts", "ilgam_accounts_owner"), timeout=10)
    try:
        await connection.execute(
            "UPDATE session SET auth_time = auth_time - interval '1 hour' WHERE account_id = $1", person.account_id
        )
    finally:
        await connection.close()
