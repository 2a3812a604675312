"""A browser for each worker process, a context for each test, and the whole site behind them."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from tests.browser.world import World, make_world
from tests.support.browser import DESKTOP, FLAGS, INSTALL, Guard, Visitor, chromium_path
from tests.support.market import Market
from tests.support.site import Site

Arrive = Callable[..., Awaitable[Visitor]]
# Waiting for what does not come must not take the whole run.
_WAIT_MILLISECONDS = 15_000
_CLOSE_SECONDS = 20
expect.set_options(timeout=_WAIT_MILLISECONDS)


def pytest_pycollect_makemodule() -> None:
    """Without a browser the folder is skipped as a whole, with one line that says what to install; in CI that fails."""
    if chromium_path() is None:
        words = f"browser tests need Chromium: {INSTALL}"
        if os.environ.get("CI"):
            raise pytest.UsageError(words)
        pytest.skip(words)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """The browser."""
    path = chromium_path()
    assert path is not None
    playwright = await async_playwright().start()
    browser = await playwright.chromium.launch(executable_path=path, args=list(FLAGS))
    yield browser
    await _let_go(browser.close())
    await _let_go(playwright.stop())


async def _let_go(closing: Awaitable[None]) -> None:
    """Closes something of a browser; one that hangs at its very end holds up no run, and ends with it."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_CLOSE_SECONDS):
            await closing


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def lasting_market(chromium: Browser, site: Site) -> AsyncIterator[Market]:
    """What stays for the whole run."""
    assert chromium.is_connected()
    market = await Market.open(site)
    yield market
    await market.close()


@pytest_asyncio.fixture(loop_scope="session")
async def market(lasting_market: Market) -> AsyncIterator[Market]:
    """People, companies and jobs of one test."""
    market = Market(lasting_market.operator)
    yield market
    await market.clear()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def world(lasting_market: Market, site: Site) -> World:
    """People for whom every page has something to show, and people for whom it is empty; tests only look."""
    return await make_world(lasting_market, site)


@pytest_asyncio.fixture(loop_scope="session")
async def arrive(chromium: Browser, site: Site) -> AsyncIterator[Arrive]:
    """Gives visitors, each with a browser context of their own; what their pages do wrong fails the test."""
    visitors: list[Visitor] = []

    async def arriving(size: tuple[int, int] = DESKTOP, *, script: bool = True, touch: bool = False) -> Visitor:
        context = await chromium.new_context(
            base_url=site.web_url,
            viewport={"width": size[0], "height": size[1]},
            locale="ko-KR",
            timezone_id="Asia/Seoul",
            java_script_enabled=script,
            has_touch=touch,
            reduced_motion="reduce",
        )
        context.set_default_timeout(_WAIT_MILLISECONDS)
        guard = Guard(site.web_url)
        guard.watch(context)
        visitors.append(Visitor(site, context, await context.new_page(), guard, has_script=script))
        return visitors[-1]

    yield arriving
    for visitor in visitors:
        await _let_go(visitor.context.close())
    assert [fault for visitor in visitors for fault in visitor.guard.faults] == []


@pytest_asyncio.fixture(loop_scope="session")
async def visitor(arrive: Arrive) -> Visitor:
    """Somebody at a browser."""
    return await arrive()
