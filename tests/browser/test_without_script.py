"""Without script every page is a plain form or list, and does the same."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Arrive
from tests.browser.test_a_companys_way import fill_terms
from tests.browser.test_no_work_is_lost import desk_of
from tests.support.browser import PHONE
from tests.support.market import PASSWORD, TEXTS, Market, answers, assignments, claimable, job_of
from tests.support.service import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_worker_labels_a_whole_batch(arrive: Arrive, market: Market) -> None:
    company, worker = await market.company(50_000), await market.worker()
    job_id = await market.open_job(company)
    await claimable(worker, job_id)
    visitor = await arrive(PHONE, script=False)
    visitor.guard.expects("status of 422")
    page = visitor.page
    await visitor.go("/sign-in")
    await page.fill("#field-email", worker.email)
    await page.fill("#field-password", PASSWORD)
    await page.locator("form:has(#field-email) button").click()
    await page.wait_for_url("**/work")
    await visitor.go(f"/work/jobs/{job_id}")
    await page.locator(f'form[action="/work/jobs/{job_id}/claim"] button').click()
    await page.wait_for_url("**/bench")
    # Nothing chosen: the page says so and stays.
    await page.locator("[data-submit]").click()
    await expect(page.locator("[data-wrong]")).to_be_visible()
    for _ in TEXTS:
        await page.locator('[data-choice="good"]').click()
        await page.locator("[data-submit]").click()
        await page.wait_for_load_state()
    await page.wait_for_url("**/recap")
    assert await answers(worker, job_id) == dict.fromkeys(TEXTS, "good")


async def test_a_company_makes_a_job_and_publishes_it(arrive: Arrive, market: Market) -> None:
    company = await market.company(10_000)
    visitor = await arrive(script=False)
    page = visitor.page
    await visitor.sign_in(company)
    await visitor.go("/company/jobs/new")
    await fill_terms(page, "스크립트 없이")
    await page.locator('form[action="/company/jobs/new"] button.main').click()
    await page.wait_for_url("**/data")
    job_id = visitor.at().split("/")[3]
    file = {"name": "a.csv", "mimeType": "text/csv", "buffer": "text\n하나\n둘\n".encode()}
    await page.set_input_files("#field-file", file)  # type: ignore[arg-type]
    await page.locator("form[enctype] button.main").click()

    async def imported() -> bool:
        return (await job_of(company, job_id)).item_count == 2

    await eventually(imported)
    await visitor.go(f"/company/jobs/{job_id}/publish")
    await page.locator(f'form[action="/company/jobs/{job_id}/publish"] button').click()
    await expect(page).to_have_url(re.compile(f"/company/jobs/{job_id}(\\?.*)?$"))

    async def reserved() -> bool:
        return (await job_of(company, job_id)).publish_no == 1

    await eventually(reserved)


async def test_where_an_island_cannot_be_read_its_rows_are_handed_in(arrive: Arrive, market: Market) -> None:
    visitor = await arrive(PHONE)
    page = visitor.page
    visitor.guard.expects("ERR_FAILED")
    desk = await desk_of(market, visitor, "cells")
    await page.goto(f"/work/jobs/{desk.job_id}/bench")
    island = await page.locator('link[rel="modulepreload"]').get_attribute("href")
    await visitor.context.route(f"**{island}", lambda route: route.abort())
    await visitor.go(f"/work/jobs/{desk.job_id}/bench")
    await expect(page.get_by_role("alert")).to_contain_text("도구를 불러오지 못했어요")
    assert await visitor.problems() == []
    await page.locator('[name="row.asked.1.where"]').fill("2 2")
    await page.locator("[data-submit]").click()
    await expect(page.locator("#item-head")).to_contain_text("2")

    async def arrived() -> bool:
        held = [one.answer_json for one in await assignments(desk.worker, desk.job_id)]
        return any('"row":1' in one.replace(" ", "") for one in held)

    await eventually(arrived)
