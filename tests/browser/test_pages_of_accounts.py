"""The pages of accounts: for everybody, and the whole life of an account walked through by hand."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from playwright.async_api import expect

from tests.browser import account_places
from tests.browser.conftest import Arrive
from tests.browser.test_every_page import LOOKS, Look, looked_at
from tests.browser.world import World
from tests.support.browser import PHONE, Visitor
from tests.support.mailbox import Mailbox
from tests.support.market import PASSWORD, Market
from tests.support.site import Site

SESSION = pytest.mark.asyncio(loop_scope="session")
NEW_PASSWORD = "a password that is new"


def mailbox_of(site: Site) -> Mailbox:
    return Mailbox(Path(site.data_dir) / "mail")


def new_address() -> str:
    return f"{uuid4().hex[:12]}@example.org"


async def sign_up(visitor: Visitor, email: str, name: str = "김하늘", password: str = PASSWORD) -> None:
    """Fills the form as people do, and sends it."""
    page = visitor.page
    await visitor.go("/sign-up")
    await page.get_by_label("이름").fill(name)
    await page.get_by_label("이메일", exact=True).fill(email)
    await page.get_by_label("비밀번호").fill(password)
    await page.get_by_label("이용약관에 동의해요").check()
    await page.get_by_label("개인정보 수집과 이용에 동의해요").check()
    await page.get_by_role("button", name="가입하기").click()
    await page.wait_for_url("**/*")


@SESSION
@pytest.mark.parametrize("look", LOOKS)
async def test_pages_of_strangers_are_for_everybody(arrive: Arrive, world: World, look: Look) -> None:
    assert await looked_at(arrive, look, None, account_places.stranger_places(world)) == {}


@SESSION
@pytest.mark.parametrize("look", LOOKS)
async def test_pages_of_ones_account_are_for_everybody(arrive: Arrive, world: World, look: Look) -> None:
    assert await looked_at(arrive, look, world.worker, account_places.account_places(world)) == {}


@SESSION
async def test_wrong_forms_and_pages_of_unverified_people_are_for_everybody(arrive: Arrive, world: World) -> None:
    visitor = await arrive(PHONE)
    visitor.guard.expects("status of 422", "status of 409")
    page, found = visitor.page, []
    for path, button in (("/sign-up", "가입하기"), ("/recover", "링크 받기"), ("/recover/new", "비밀번호 정하기")):
        await visitor.go(path)
        await page.get_by_role("button", name=button).click()
        await expect(page.locator("#errors")).to_be_visible()
        found += await visitor.problems()
    await sign_up(visitor, new_address())
    await visitor.go("/account/verify")
    await expect(page.get_by_role("heading", name="이메일을 보냈어요")).to_be_visible()
    found += await visitor.problems()
    for path, button in (
        ("/account/verify", "확인하기"),
        ("/account/password", "바꾸기"),
        ("/account/close", "계정 닫기"),
    ):
        await visitor.go(path)
        await page.locator("main").get_by_role("button", name=button).click()
        await expect(page.locator("#errors")).to_be_visible()
        found += await visitor.problems()
    await visitor.go("/account/sessions")
    found += await visitor.problems()
    assert found == []
    assert world.worker.email  # the world is there, so that the site has been looked at


@SESSION
async def test_from_sign_up_to_closing_by_keyboard_alone(visitor: Visitor, site: Site) -> None:
    page, email = visitor.page, new_address()
    await visitor.go("/sign-up")
    await page.get_by_label("이름").focus()
    for typed in ("김하늘 👩‍👧", email, PASSWORD):
        await page.keyboard.type(typed)
        await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")  # past the language, which is chosen
    await page.keyboard.press("Space")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Space")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/account/verify")
    (mail,) = await mailbox_of(site).arrived(email)
    await page.get_by_label("확인 번호").focus()
    await page.keyboard.type(mail.code)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/account?done=verified")
    await expect(page.locator(".asks")).to_have_count(0)

    await page.get_by_role("link", name="계정 닫기 살펴보기").focus()
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/account/close")
    await page.get_by_label("되돌릴 수 없다는 것을").focus()
    await page.keyboard.press("Space")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/closed")

    visitor.guard.expects("status of 401")
    await visitor.go("/sign-in")
    await page.get_by_label("이메일").fill(email)
    await page.get_by_label("비밀번호").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.locator("#errors")).to_be_visible()


@SESSION
async def test_a_stranger_with_an_address_that_is_taken_reads_the_same_words(arrive: Arrive, site: Site) -> None:
    email, owner, stranger = new_address(), await arrive(), await arrive()
    await sign_up(owner, email)
    await expect(owner.page.get_by_role("heading", name="이메일을 보냈어요")).to_be_visible()
    await sign_up(stranger, email, "낯선 사람", "the password of a stranger")
    await expect(stranger.page.get_by_role("heading", name="이메일을 보냈어요")).to_be_visible()
    assert "김하늘" not in await stranger.page.content()
    mails = await mailbox_of(site).arrived(email, 2)
    assert mails[-1].subject == "[일감] 이미 계정이 있어요"


@SESSION
async def test_a_double_click_and_a_second_tab_open_one_account(visitor: Visitor, site: Site) -> None:
    page, email = visitor.page, new_address()
    await visitor.go("/sign-up")
    await page.get_by_label("이름").fill("김하늘")
    await page.get_by_label("이메일", exact=True).fill(email)
    await page.get_by_label("비밀번호").fill(PASSWORD)
    await page.get_by_label("이용약관에 동의해요").check()
    await page.get_by_label("개인정보 수집과 이용에 동의해요").check()
    fields: dict[str, Any] = await page.locator("form[action='/sign-up']").evaluate(
        "(form) => Object.fromEntries(new FormData(form))"
    )
    posts = [visitor.context.request.post("/sign-up", form=fields, max_redirects=0) for _ in range(2)]
    answers = await asyncio.gather(*posts)
    assert [answer.headers["location"] for answer in answers] == ["/account/verify", "/account/verify"]
    assert len(await mailbox_of(site).arrived(email)) == 1


@SESSION
async def test_a_forgotten_password_is_chosen_anew_with_the_link(visitor: Visitor, market: Market, site: Site) -> None:
    person, page = await market.person(), visitor.page
    await visitor.go("/sign-in")
    await page.get_by_role("link", name="비밀번호를 잊었어요").click()
    await page.get_by_label("이메일").fill(person.email)
    await page.get_by_role("button", name="링크 받기").click()
    await page.wait_for_url("**/recover/sent")
    (mail,) = await mailbox_of(site).arrived(person.email)
    assert f"{site.web_url}/recover/new?code=" in mail.body
    await visitor.go(f"/recover/new?code={mail.token}")
    await page.get_by_label("새 비밀번호").fill(NEW_PASSWORD)
    await page.get_by_role("button", name="비밀번호 정하기").click()
    await page.wait_for_url("**/recover/done")
    await visitor.sign_in_as(person.email, NEW_PASSWORD)
    visitor.guard.expects("status of 409")
    await visitor.go(f"/recover/new?code={mail.token}")  # the back button, and once more
    await page.get_by_label("새 비밀번호").fill(NEW_PASSWORD)
    await page.get_by_role("button", name="비밀번호 정하기").click()
    await expect(page.locator("#errors")).to_contain_text("쓸 수 없는 링크")


@SESSION
async def test_another_device_is_signed_out_from_here(arrive: Arrive, market: Market) -> None:
    person, here, there = await market.person(), await arrive(), await arrive()
    for one in (here, there):
        await one.sign_in(person)
    await here.go("/account/sessions")
    await here.page.get_by_role("button", name="다른 기기에서 모두 로그아웃").click()
    await expect(here.page.get_by_role("status")).to_be_visible()
    assert here.at() == "/account/sessions"
    await expect(here.page.get_by_role("button", name="다른 기기에서 모두 로그아웃")).to_have_count(0)

    async def is_out() -> bool:
        await there.page.goto("/account")
        return there.at() == "/sign-in"

    for _ in range(20):
        if await is_out():
            return
    raise AssertionError("the other device is still signed in")


@SESSION
async def test_a_changed_name_and_password_hold_at_once(visitor: Visitor, market: Market) -> None:
    person, page = await market.person(), visitor.page
    await visitor.sign_in(person)
    await visitor.go("/account")
    await page.get_by_label("이름").fill("박가온 🌱")
    await page.get_by_role("button", name="이름 바꾸기").click()
    await page.wait_for_url("**/account?done=name")
    await expect(page.locator("header")).to_contain_text("박가온 🌱")
    await visitor.go("/account/password")
    await page.get_by_label("지금 비밀번호").fill(PASSWORD)
    await page.get_by_label("새 비밀번호").fill(NEW_PASSWORD)
    await page.get_by_role("button", name="바꾸기").click()
    await page.wait_for_url("**/account?done=password")
    await visitor.sign_in_as(person.email, NEW_PASSWORD)


@SESSION
async def test_a_new_version_is_asked_for_after_the_sign_in_and_may_wait(
    visitor: Visitor, market: Market, site: Site
) -> None:
    person, page = await market.person(), visitor.page
    await _agree_to_an_older_version(site, person.account_id)
    await visitor.go("/sign-in?next=%2Fwork%2Fmoney")
    await page.get_by_label("이메일").fill(person.email)
    await page.get_by_label("비밀번호").fill(PASSWORD)
    await page.locator("main").get_by_role("button", name="로그인").click()
    await page.wait_for_url("**/account/consents?next=*")
    await visitor.go("/work/money")  # it is no wall
    await page.get_by_role("link", name="읽고 동의하기").click()
    await page.get_by_role("button", name="이용약관에 동의하기").click()
    await page.wait_for_url("**/account/consents?done=agreed")
    await expect(page.locator(".asks")).to_have_count(0)


async def _agree_to_an_older_version(site: Site, account_id: str) -> None:
    connection = await asyncpg.connect(site.postgres_url("ilgam_accounts", "ilgam_accounts"))
    try:
        await connection.execute(
            "INSERT INTO consent VALUES (gen_random_uuid(), $1, 'TERMS', 0, now() - interval '1 year', NULL)",
            account_id,
        )
    finally:
        await connection.close()


@SESSION
async def test_ones_own_data_comes_as_one_file(visitor: Visitor, world: World) -> None:
    await visitor.sign_in(world.worker)
    answer = await visitor.context.request.get("/account/export.json")
    assert "attachment" in answer.headers["content-disposition"]
    exported = json.loads(await answer.text())
    assert exported["account"][0]["email"] == world.worker.email
    assert exported["statement_lines"]
    assert exported["assignments"]
    assert exported["missing"] == []
    other = json.dumps(exported)
    assert world.newcomer.email not in other
