"""The whole way of a company, from an idea to the results, and what it must never see or do."""

import csv
import io
import json

import pytest
from ilgam.tasks.v1 import tasks_events_pb2
from ilgam.tasks.v1 import tasks_service_pb2 as tasks_pb
from playwright.async_api import Page, expect

from services.sdk import new_request_id
from tests.browser.conftest import Arrive
from tests.support.browser import Visitor
from tests.support.market import Market, Person, claim, claimable, in_state, job_of, submit
from tests.support.service import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")
ROWS = "key,text\n1,배송이 빨라요\n2,<script>alert(1)</script>\n3,=HYPERLINK(1)\n4,색이 사진과 같아요\n"
SCRIPT_TEXT = "<script>alert(1)</script>"


async def fill_terms(page: Page, title: str) -> None:
    """The form of a new job."""
    await page.fill("#field-title", title)
    await page.fill("#field-labels", "좋아요 / Good\n나빠요 / Bad")
    await page.fill("#field-instructions_ko", "글을 읽고 고르세요.")
    await page.fill("#field-price_krw", "70")
    await page.fill("#field-expected_seconds", "15")
    await page.fill("#field-overlap_min", "1")
    await page.fill("#field-overlap_max", "1")
    await page.locator('input[name="kind"][value="text"]').check()
    await page.locator('input[name="policy"][value="all"]').check()


async def new_job(visitor: Visitor, title: str, rows: bytes) -> str:
    """From the form to the imported rows; gives the job's id."""
    page = visitor.page
    await visitor.go("/company/jobs/new")
    await fill_terms(page, title)
    await page.locator('form[action="/company/jobs/new"] button.main').click()
    await page.wait_for_url("**/data")
    job_id = visitor.at().split("/")[3]
    await page.set_input_files("#field-file", {"name": "글.csv", "mimeType": "text/csv", "buffer": rows})
    await page.locator("form[enctype] button.main").click()
    await expect(page.locator('[data-report="done"], [data-report="DONE"]').first).to_be_visible()
    return job_id


async def work_through(market: Market, company: Person, job_id: str, count: int) -> None:
    worker = await market.worker()
    await claimable(worker, job_id)
    work = await worker.client.tasks.GetWorkJob(tasks_pb.GetWorkJobRequest(job_id=job_id))
    label = json.loads(work.label_schema_json)["controls"][0]["options"][0]["value"]
    await submit(worker, await claim(worker, job_id, count), label)

    async def judged() -> bool:
        return (await job_of(company, job_id)).counts.accepted_count == count

    await eventually(judged)


async def test_from_a_new_job_to_its_results(visitor: Visitor, market: Market) -> None:
    company = await market.company(10_000)
    await visitor.sign_in(company)
    page = visitor.page
    job_id = await new_job(visitor, "상품평 고르기", ROWS.encode())

    await visitor.go(f"/company/jobs/{job_id}/publish")
    await expect(page.get_by_role("main")).to_contain_text("10,000원")
    await page.locator(f'form[action="/company/jobs/{job_id}/publish"] button').click()
    await page.wait_for_url(f"**/company/jobs/{job_id}")
    await expect(page.locator('form[action$="/act/pause"] button')).to_be_visible()

    # What workers do shows on the open page by itself.
    await work_through(market, company, job_id, 2)
    await expect(page.locator("#job")).to_contain_text("140원")

    await page.locator('form[action$="/act/pause"] button').click()
    await expect(page.locator('form[action$="/act/resume"] button')).to_be_visible()
    # By key: a click at once, at the place of the one before, is the second of a double click and does nothing.
    await page.locator('form[action$="/act/resume"] button').press("Enter")
    await expect(page.locator('form[action$="/act/pause"] button')).to_be_visible()

    await page.locator(f'a[href="/company/jobs/{job_id}/close"]').click()
    await page.locator('form[action$="/act/close"] button').click()
    await eventually(lambda: in_state(company, job_id, tasks_events_pb2.JOB_STATE_CLOSED))
    await visitor.go(f"/company/jobs/{job_id}")
    async with page.expect_download() as download:
        await page.locator('a[href$="/results.csv"]').click()
    path = await (await download.value).path()
    rows = {row["key"]: row["label"] for row in csv.DictReader(io.StringIO(read(str(path))))}
    assert sorted(rows) == ["1", "2", "3", "4"]
    assert sum(bool(label) for label in rows.values()) == 2


def read(path: str) -> str:
    with open(path, encoding="utf-8-sig") as file:  # noqa: PTH123
        return file.read()


async def test_a_script_in_a_cell_is_plain_text_on_the_bench_and_in_the_jobs_page(
    visitor: Visitor, arrive: Arrive, market: Market
) -> None:
    company, worker = await market.company(10_000), await market.worker()
    job_id = await market.open_job(company, [SCRIPT_TEXT])
    await claimable(worker, job_id)
    await claim(worker, job_id, 1)
    await visitor.sign_in(worker)
    await visitor.go(f"/work/jobs/{job_id}/bench")
    await expect(visitor.page.locator("[data-shown]")).to_have_text(SCRIPT_TEXT)
    seeing = await arrive()
    await seeing.sign_in(company)
    await seeing.go(f"/company/jobs/{job_id}")


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (ROWS.encode("utf-8-sig"), "상품평"),
        (ROWS.encode("cp949"), "CP949"),
    ],
    ids=["byte-order-mark", "cp949"],
)
async def test_files_as_korean_spreadsheets_write_them_are_read(
    visitor: Visitor, market: Market, rows: bytes, words: str
) -> None:
    company = await market.company()
    await visitor.sign_in(company)
    job_id = await new_job(visitor, "상품평 고르기", rows)
    await expect(visitor.page.get_by_role("main")).to_contain_text(words)
    assert (await job_of(company, job_id)).item_count == 4


async def test_a_file_without_the_named_column_says_which_columns_it_has(visitor: Visitor, market: Market) -> None:
    company = await market.company()
    job_id = await market.draft(company, [])
    await visitor.sign_in(company)
    visitor.guard.expects("status of 422")
    page = visitor.page
    await visitor.go(f"/company/jobs/{job_id}/data")
    await page.fill("#field-text_column", "내용")
    file = {"name": "a.csv", "mimeType": "text/csv", "buffer": "key,본문\n1,좋아요\n".encode()}
    await page.set_input_files("#field-file", file)  # type: ignore[arg-type]
    await page.locator("form[enctype] button.main").click()
    await expect(page.get_by_role("main")).to_contain_text("본문")
    assert (await job_of(company, job_id)).item_count == 0


async def test_what_was_typed_stays_when_something_is_wrong(visitor: Visitor, market: Market) -> None:
    company = await market.company()
    await visitor.sign_in(company)
    page = visitor.page
    visitor.guard.expects("status of 422")
    await visitor.go("/company/jobs/new")
    await fill_terms(page, "상품평 고르기")
    await page.fill("#field-labels", "하나뿐")
    await page.fill("#field-price_krw", "칠십")
    await page.locator('form[action="/company/jobs/new"] button.main').click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await expect(page.locator("#field-price_krw")).to_have_value("칠십")
    await expect(page.locator("#field-title")).to_have_value("상품평 고르기")
    await expect(page.locator("#field-price_krw")).to_have_attribute("aria-invalid", "true")
    assert await visitor.problems() == []


async def test_a_second_click_makes_no_second_job(visitor: Visitor, market: Market) -> None:
    company = await market.company()
    await visitor.sign_in(company)
    page = visitor.page
    await visitor.go("/company/jobs/new")
    await fill_terms(page, "한 번만 만들기")
    await page.locator('form[action="/company/jobs/new"] button.main').dblclick()
    await page.wait_for_url("**/data")
    jobs = (await company.client.tasks.ListJobs(tasks_pb.ListJobsRequest())).jobs
    assert [job.spec.title for job in jobs] == ["한 번만 만들기"]


async def test_another_companys_job_is_not_found_and_nothing_of_it_is_said(visitor: Visitor, market: Market) -> None:
    company, stranger = await market.company(), await market.company()
    job_id = await market.draft(company, title="남의 비밀 작업")
    await visitor.sign_in(stranger)
    for rest in ("", "/edit", "/data", "/publish", "/close"):
        await visitor.go(f"/company/jobs/{job_id}{rest}", 404)
        await expect(visitor.page.get_by_role("main")).not_to_contain_text("남의 비밀 작업")


async def test_a_stale_page_that_posts_to_a_closed_job_is_told_so(arrive: Arrive, market: Market) -> None:
    company = await market.company(10_000)
    job_id = await market.open_job(company)
    # With script the page would have followed by itself.
    visitor = await arrive(script=False)
    await visitor.sign_in(company)
    await visitor.go(f"/company/jobs/{job_id}")
    visitor.guard.expects("status of 409")
    await company.client.tasks.CloseJob(tasks_pb.CloseJobRequest(request_id=new_request_id(), job_id=job_id))
    await eventually(lambda: in_state(company, job_id, tasks_events_pb2.JOB_STATE_CLOSED))
    await visitor.page.locator('form[action$="/act/pause"] button').click()
    await expect(visitor.page.get_by_role("alert")).to_contain_text("상태라 할 수 없어요")
    await expect(visitor.page.locator('form[action$="/act/pause"]')).to_have_count(0)


async def test_without_money_the_missing_won_are_named(visitor: Visitor, market: Market) -> None:
    company = await market.company()
    job_id = await market.draft(company)
    await visitor.sign_in(company)
    page = visitor.page
    await visitor.go(f"/company/jobs/{job_id}/publish")
    await page.locator(f'form[action="/company/jobs/{job_id}/publish"] button').click()
    await page.wait_for_url(f"**/company/jobs/{job_id}**")

    async def refused() -> bool:
        return (await job_of(company, job_id)).missing_krw > 0

    await eventually(refused)
    missing = (await job_of(company, job_id)).missing_krw
    await expect(page.get_by_role("main")).to_contain_text(f"{missing:,}원")
