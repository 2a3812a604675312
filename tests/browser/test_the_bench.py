"""At the bench nothing is lost and nothing is doubled, whatever happens to the line, the tab or the session."""

import time

import pytest
from ilgam.tasks.v1 import tasks_service_pb2 as tasks_pb
from playwright.async_api import Page, expect

from services.sdk import new_request_id
from tests.browser.conftest import Arrive
from tests.support.breaks import end_leases, end_sessions
from tests.support.browser import Visitor
from tests.support.market import PASSWORD, TEXTS, Market, Person, answers, assignments, claim, claimable
from tests.support.service import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")
HANGUL = """([code, key]) => document.dispatchEvent(
  new KeyboardEvent("keydown", {code, key, bubbles: true, cancelable: true}))"""


async def at_the_bench(visitor: Visitor, market: Market, count: int = 3) -> tuple[Person, Person, str]:
    """Company, worker and job; the worker's visitor is at the bench with so many items in hand."""
    company, worker = await market.company(50_000), await market.worker()
    job_id = await market.open_job(company)
    await claimable(worker, job_id)
    await claim(worker, job_id, count)
    await visitor.sign_in(worker)
    await visitor.go(f"/work/jobs/{job_id}/bench")
    return company, worker, job_id


async def hand_in(page: Page, label: str = "good") -> None:
    await page.locator(f'[data-choice="{label}"]').click()
    await page.locator("[data-submit]").click()


async def have_arrived(worker: Person, job_id: str, count: int) -> None:
    async def arrived() -> bool:
        return len(await answers(worker, job_id)) == count

    await eventually(arrived)


async def test_keys_work_with_the_hangul_input_mode_on(visitor: Visitor, market: Market) -> None:
    await at_the_bench(visitor, market)
    page = visitor.page
    await page.evaluate(HANGUL, ["KeyS", "ㄴ"])
    await expect(page.locator("#not-sure")).to_be_checked()
    await page.evaluate(HANGUL, ["Numpad2", "Process"])
    await expect(page.locator('[data-choice="bad"] input')).to_be_checked()
    await page.evaluate(HANGUL, ["BracketRight", "ㅔ"])
    await expect(page.locator("#item-head")).to_contain_text("2")
    await page.evaluate(HANGUL, ["KeyH", "Process"])
    await expect(page.locator("#guide")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator("#guide")).to_be_hidden()


async def test_single_keys_do_nothing_where_somebody_has_switched_them_off(visitor: Visitor, market: Market) -> None:
    await at_the_bench(visitor, market)
    page = visitor.page
    await visitor.look(single_keys_off=True)
    await page.reload()
    await expect(page.locator("html")).to_have_attribute("data-single-keys", "off")
    await page.keyboard.press("Digit1")
    await page.keyboard.press("KeyS")
    await expect(page.locator("[data-choice] input:checked")).to_have_count(0)
    await expect(page.locator("#not-sure")).not_to_be_checked()
    await expect(page.locator("kbd.single-key:visible")).to_have_count(0)
    await page.locator('[data-choice="good"]').click()
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#item-head")).to_contain_text("2")


async def test_a_digit_typed_into_the_words_of_a_report_chooses_nothing(visitor: Visitor, market: Market) -> None:
    company, _, job_id = await at_the_bench(visitor, market)
    page = visitor.page
    await page.keyboard.press("KeyG")
    await page.locator("#report-words").click()
    await page.keyboard.type("1번과 2번이 같아요 s")
    await expect(page.locator("[data-choice] input:checked")).to_have_count(0)
    await page.locator('#report input[value="UNCLEAR"]').check()
    await page.locator("#report form button").click()
    await expect(page.locator("#item-head")).to_contain_text("2")

    async def told() -> bool:
        found = await company.client.tasks.ListProblems(tasks_pb.ListProblemsRequest(job_id=job_id))
        return [problem.words for problem in found.problems] == ["1번과 2번이 같아요 s"]

    await eventually(told)


async def test_a_choice_survives_a_reload_before_it_is_handed_in(visitor: Visitor, market: Market) -> None:
    _, worker, job_id = await at_the_bench(visitor, market)
    page = visitor.page
    await page.keyboard.press("Digit2")
    await expect(page.locator("[data-saved]")).to_contain_text("저장됨")
    await page.reload()
    await expect(page.locator('[data-choice="bad"] input')).to_be_checked()
    assert await answers(worker, job_id) == {}
    assert any(one.draft_json for one in await assignments(worker, job_id))


async def test_a_choice_made_offline_is_kept_on_the_device_and_told_to_the_server_later(
    visitor: Visitor, market: Market
) -> None:
    _, worker, job_id = await at_the_bench(visitor, market)
    page = visitor.page
    visitor.guard.expects("ERR_INTERNET_DISCONNECTED")
    await visitor.context.set_offline(True)
    await page.keyboard.press("Digit2")
    await expect(page.locator("[data-saved]")).to_contain_text("이 기기")
    await visitor.context.set_offline(False)
    await page.reload()
    await expect(page.locator('[data-choice="bad"] input')).to_be_checked()

    async def kept() -> bool:
        return any(one.draft_json for one in await assignments(worker, job_id))

    await eventually(kept)


async def test_offline_work_goes_on_survives_a_reload_and_arrives_once(visitor: Visitor, market: Market) -> None:
    _, worker, job_id = await at_the_bench(visitor, market)
    page = visitor.page
    visitor.guard.expects("ERR_INTERNET_DISCONNECTED")
    await visitor.context.set_offline(True)
    await hand_in(page)
    await expect(page.locator("#item-head")).to_contain_text("2")
    await hand_in(page, "bad")
    await expect(page.locator("#item-head")).to_contain_text("3")
    assert await answers(worker, job_id) == {}
    await visitor.context.set_offline(False)
    await page.reload()
    await have_arrived(worker, job_id, 2)
    await expect(page.locator("#item-head")).to_contain_text("3")
    held = await assignments(worker, job_id)
    states = sorted(one.state for one in held)
    assert states == [tasks_pb.ASSIGNMENT_STATE_LIVE, *[tasks_pb.ASSIGNMENT_STATE_SUBMITTED] * 2]


async def test_a_double_click_on_submit_answers_one_item_and_not_the_next(visitor: Visitor, market: Market) -> None:
    _, worker, job_id = await at_the_bench(visitor, market)
    page = visitor.page
    await page.locator('[data-choice="good"]').click()
    await page.locator("[data-submit]").dblclick()
    await expect(page.locator("#item-head")).to_contain_text("2")
    await have_arrived(worker, job_id, 1)
    await expect(page.locator("[data-choice] input:checked")).to_have_count(0)


async def test_two_tabs_of_one_batch_hand_in_every_item_once(visitor: Visitor, market: Market) -> None:
    _, worker, job_id = await at_the_bench(visitor, market, len(TEXTS))
    first = visitor.page
    second = await visitor.context.new_page()
    await second.goto(f"/work/jobs/{job_id}/bench")

    async def asks_in() -> Page | bool:
        asking = [page for page in (first, second) if await page.locator("[data-act=take-over]").is_visible()]
        return asking[0] if len(asking) == 1 else False

    waiting = await eventually(asks_in)
    working = second if waiting is first else first
    await hand_in(working)
    await have_arrived(worker, job_id, 1)
    await waiting.locator("[data-act=take-over]").click()
    await expect(working.locator("[data-act=take-over]")).to_be_visible()
    await hand_in(waiting, "bad")
    await have_arrived(worker, job_id, 2)
    held = await assignments(worker, job_id)
    assert sum(one.state == tasks_pb.ASSIGNMENT_STATE_SUBMITTED for one in held) == 2


async def test_a_session_that_ended_in_the_middle_of_an_item_costs_nothing(visitor: Visitor, market: Market) -> None:
    _, worker, job_id = await at_the_bench(visitor, market)
    page = visitor.page
    visitor.guard.expects("status of 401")
    await end_sessions(visitor, worker)
    await hand_in(page, "bad")
    await page.locator("#again-email").fill(worker.email)
    await page.locator("#again-password").fill(PASSWORD)
    await page.locator("[data-sign-in] button").first.click()
    await have_arrived(worker, job_id, 1)
    assert list((await answers(worker, job_id)).values()) == ["bad"]
    await expect(page.locator("#sign-in")).to_be_hidden()
    await hand_in(page)
    await have_arrived(worker, job_id, 2)


async def test_the_back_button_after_handing_in_shows_the_answer_and_sends_nothing_twice(
    visitor: Visitor, market: Market
) -> None:
    _, worker, job_id = await at_the_bench(visitor, market, 1)
    page = visitor.page
    await visitor.go(f"/work/jobs/{job_id}")
    await visitor.go(f"/work/jobs/{job_id}/bench")
    await hand_in(page)
    await page.wait_for_url("**/recap")
    await have_arrived(worker, job_id, 1)
    await visitor.back()
    await page.wait_for_load_state()
    assert visitor.at().startswith("/work/jobs")
    assert list((await answers(worker, job_id)).values()) == ["good"]


async def test_a_closed_job_says_so_at_the_bench_and_keeps_what_was_chosen(visitor: Visitor, market: Market) -> None:
    company, worker, job_id = await at_the_bench(visitor, market)
    page = visitor.page
    await page.keyboard.press("Digit1")
    close = tasks_pb.CloseJobRequest(request_id=new_request_id(), job_id=job_id)
    await company.client.tasks.CloseJob(close)
    await page.locator("[data-submit]").click()
    # An answer under a live lease is still taken and judged.
    await have_arrived(worker, job_id, 1)


async def test_somebody_else_who_signs_in_does_not_send_the_first_persons_answers(
    arrive: Arrive, market: Market
) -> None:
    visitor = await arrive()
    _, worker, job_id = await at_the_bench(visitor, market)
    visitor.guard.expects("status of 401", "ERR_INTERNET_DISCONNECTED", "status of 409", "status of 403")
    other = await market.worker("최다른")
    await visitor.context.set_offline(True)
    await hand_in(visitor.page)
    await expect(visitor.page.locator("#item-head")).to_contain_text("2")
    await visitor.context.set_offline(False)
    await visitor.context.clear_cookies()
    await visitor.sign_in(other)
    await visitor.go("/work")
    await visitor.go(f"/work/jobs/{job_id}")
    assert await answers(other, job_id) == {}
    await visitor.context.clear_cookies()
    await visitor.sign_in(worker)
    await visitor.go(f"/work/jobs/{job_id}/bench")
    await have_arrived(worker, job_id, 1)


async def test_two_minutes_before_the_time_ends_one_key_keeps_the_items(visitor: Visitor, market: Market) -> None:
    _, worker, job_id = await at_the_bench(visitor, market)
    page = visitor.page
    await expect(page.locator("[data-lease-warning]")).to_be_hidden()
    await end_leases(visitor, worker, seconds=100, hold_seconds=3_600)
    await page.reload()
    await expect(page.locator("[data-lease-warning]")).to_be_visible()
    await page.keyboard.press("KeyL")
    await expect(page.locator("[data-lease-warning]")).to_be_hidden()
    now = [one.lease_end_time.seconds for one in await assignments(worker, job_id)]
    assert min(now) > time.time() + 600
