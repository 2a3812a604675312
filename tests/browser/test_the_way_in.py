"""Signing in and out, and how pages look, as people do it."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Arrive
from tests.support.browser import Visitor
from tests.support.market import PASSWORD, Market

pytestmark = pytest.mark.asyncio(loop_scope="session")
# Two taps, the second so far from the first; gives which were not taken.
TAPS = """([first, second, apart]) => [[first, 100], [second, 100 + apart]].map(([what, clientX]) =>
  !document.querySelector(what).dispatchEvent(new MouseEvent("click",
    {bubbles: true, cancelable: true, detail: 1, clientX, clientY: 100})))"""


async def test_somebody_signs_in_by_keyboard_alone_and_lands_on_their_own_page(
    visitor: Visitor, market: Market
) -> None:
    person = await market.person()
    page = visitor.page
    await visitor.go("/")
    await page.keyboard.press("Tab")
    await expect(page.locator(".skip")).to_be_focused()
    await page.get_by_role("main").get_by_role("link", name="로그인").focus()
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/sign-in")
    await page.locator("#field-email").focus()
    await page.keyboard.type(person.email)
    await page.keyboard.press("Tab")
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/work")
    await expect(page.get_by_role("banner")).to_contain_text(person.name)


async def test_a_wrong_password_keeps_the_address_and_says_what_is_wrong(visitor: Visitor, market: Market) -> None:
    person = await market.person()
    page = visitor.page
    visitor.guard.expects("status of 401")
    await visitor.go("/sign-in")
    await page.fill("#field-email", person.email)
    await page.fill("#field-password", "not this one at all")
    await page.get_by_role("main").get_by_role("button", name="로그인").click()
    await expect(page.get_by_role("alert")).to_contain_text("이메일이나 비밀번호가 맞지 않아요")
    await expect(page.locator("#field-email")).to_have_value(person.email)
    await expect(page.locator("#field-password")).to_have_value("")
    assert await visitor.problems() == []


async def test_whoever_wanted_a_page_comes_to_it_after_the_sign_in(visitor: Visitor, market: Market) -> None:
    person = await market.person()
    page = visitor.page
    await visitor.go("/look?back=%2F")
    await visitor.go("/work/money")
    assert visitor.at() == "/sign-in"
    await page.fill("#field-email", person.email)
    await page.fill("#field-password", PASSWORD)
    await page.get_by_role("main").get_by_role("button", name="로그인", exact=True).click()
    await page.wait_for_url("**/work/money")


async def test_the_look_is_kept_with_the_account_and_comes_along_to_another_browser(
    arrive: Arrive, market: Market
) -> None:
    person = await market.person()
    first, second = await arrive(), await arrive()
    await first.sign_in(person)
    await first.go("/look")
    await first.page.get_by_role("main").get_by_role("button", name="가장 크게").click()
    await expect(first.page.locator("html")).to_have_attribute("data-text-size", "5")
    await first.page.get_by_role("main").get_by_role("button", name="선명하게").click()
    await expect(first.page.locator("html")).to_have_attribute("data-contrast", "high")
    await first.page.get_by_role("banner").get_by_role("button", name="English").click()
    await expect(first.page.locator("html")).to_have_attribute("lang", "en")
    await second.sign_in(person)
    await second.go("/look")
    html = second.page.locator("html")
    await expect(html).to_have_attribute("lang", "en")
    await expect(html).to_have_attribute("data-text-size", "5")
    await expect(html).to_have_attribute("data-contrast", "high")
    await expect(second.page).to_have_title(re.compile("Ilgam"))


async def test_letters_made_large_before_the_sign_in_stay_large_after_it(visitor: Visitor, market: Market) -> None:
    person = await market.person()
    await visitor.look(text_size=5)
    await visitor.sign_in(person)
    await visitor.go("/work")
    await expect(visitor.page.locator("html")).to_have_attribute("data-text-size", "5")


async def test_the_second_tap_of_two_does_not_follow_what_has_come_to_that_place(
    visitor: Visitor, market: Market
) -> None:
    await visitor.sign_in(await market.person())
    await visitor.go("/work")
    refused = await visitor.page.evaluate(TAPS, ["summary.tool", 'nav a[href="/work/jobs"]', 0])
    assert refused == [False, True]
    assert visitor.at() == "/work"
    refused = await visitor.page.evaluate(TAPS, ["summary.tool", 'nav a[href="/work/jobs"]', 60])
    assert refused == [False, False]
    await visitor.page.wait_for_url("**/work/jobs")


async def test_after_signing_out_the_back_button_shows_nothing_and_asks_who_is_there(
    visitor: Visitor, market: Market
) -> None:
    person = await market.person()
    page = visitor.page
    await visitor.sign_in(person)
    await visitor.go("/work")
    await page.get_by_role("banner").get_by_text(person.name).click()
    await page.get_by_role("button", name="로그아웃").click()
    await page.wait_for_url(f"{visitor.site.web_url}/")
    await visitor.back()
    await expect(page).to_have_url(re.compile("/sign-in"))
    await expect(page.get_by_role("banner")).not_to_contain_text(person.name)
