"""A mark that somebody made is there again after whatever broke: the network, the tab, the browser, the session, the lease,
the server. The short form goes once through the breaks, each with another kind of work; the long one induces a hundred.
"""

import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import cycle, islice
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from deploy.local.stack import Stack
from tests.browser.conftest import Arrive
from tests.support.breaks import Marks, crash, end_leases, end_sessions, make_mark, saved, still_there
from tests.support.browser import DESKTOP, Guard, Visitor
from tests.support.kinds import KINDS, open_job_of
from tests.support.market import Market, Person, assignments, claim, claimable
from tests.support.service import eventually
from tests.support.site import site_of

pytestmark = pytest.mark.asyncio(loop_scope="session")
OFFLINE = "ERR_INTERNET_DISCONNECTED"
ITEMS = 4
# Of seven kinds: 105 in all.
BREAKS_EACH = 15


class Desk:
    """Somebody at the bench of one kind, with items in hand."""

    def __init__(self, kind: str, visitor: Visitor, worker: Person, job_id: str, stack: Stack | None) -> None:
        self.kind, self.visitor, self.worker, self.job_id, self.stack = kind, visitor, worker, job_id, stack
        self.number = 0

    async def next_item(self) -> None:
        """Goes to an item that nobody has touched."""
        self.number += 1
        await self.back()

    async def back(self) -> None:
        """Goes to the item again."""
        await self.visitor.go(f"/work/jobs/{self.job_id}/bench?n={self.number}")

    async def anew(self) -> None:
        """A new tab of the same browser, at the item."""
        self.visitor.page = await self.visitor.context.new_page()
        await self.back()


async def breaks_network(desk: Desk) -> Marks:
    desk.visitor.guard.expects(OFFLINE)
    await desk.visitor.context.set_offline(True)
    marks = await make_mark(desk.visitor.page, desk.kind)
    await desk.visitor.context.set_offline(False)
    await desk.back()
    return marks


async def reloads(desk: Desk) -> Marks:
    marks = await make_mark(desk.visitor.page, desk.kind)
    await desk.back()
    return marks


async def closes_the_tab(desk: Desk) -> Marks:
    marks = await make_mark(desk.visitor.page, desk.kind)
    await desk.visitor.page.close()
    await desk.anew()
    return marks


async def crashes(desk: Desk) -> Marks:
    marks = await make_mark(desk.visitor.page, desk.kind)
    await saved(desk.visitor.page)
    await crash(desk.visitor.page)
    await desk.anew()
    return marks


async def ends_the_session(desk: Desk) -> Marks:
    desk.visitor.guard.expects("status of 401", "status of 403")
    await end_sessions(desk.visitor, desk.worker)
    marks = await make_mark(desk.visitor.page, desk.kind)
    await desk.visitor.page.locator("#sign-in").wait_for()
    await desk.visitor.context.clear_cookies()
    await desk.visitor.sign_in(desk.worker)
    await desk.back()
    return marks


async def changes_the_device(desk: Desk) -> Marks:
    marks = await make_mark(desk.visitor.page, desk.kind)
    await saved(desk.visitor.page)
    await desk.visitor.page.evaluate("() => indexedDB.deleteDatabase('ilgam-bench')")
    await desk.visitor.page.close()
    await desk.anew()
    return marks


async def loses_the_server(desk: Desk) -> Marks:
    """Nothing answers; of a stack of its own the gateway is killed in truth, and starts again."""
    context = desk.visitor.context
    desk.visitor.guard.expects("ERR_", "status of 5")
    if desk.stack is not None:
        desk.stack.kill("gateway")
    else:
        await context.route("**/*", lambda route: route.abort())
    marks = await make_mark(desk.visitor.page, desk.kind)
    if desk.stack is not None:
        await eventually(lambda: _serves(desk), seconds=60)
    else:
        await context.unroute_all()
    await desk.back()
    return marks


async def _serves(desk: Desk) -> bool:
    try:
        return (await desk.visitor.context.request.get("/sign-in")).status == 200
    except Exception:  # noqa: BLE001 - whatever the line says while nobody listens
        return False


BREAKS: tuple[Callable[[Desk], Awaitable[Marks]], ...] = (
    breaks_network,
    reloads,
    closes_the_tab,
    ends_the_session,
    changes_the_device,
    loses_the_server,
    crashes,
)


async def desk_of(market: Market, visitor: Visitor, kind: str, stack: Stack | None = None, items: int = ITEMS) -> Desk:
    """A worker with items of a kind."""
    company, worker = await market.company(50_000), await market.person("김하늘")
    await market.certify(worker, KINDS[kind].annotation_type)
    job_id = await open_job_of(market, company, kind, items)
    await claimable(worker, job_id)
    await claim(worker, job_id, items)
    await visitor.sign_in(worker)
    return Desk(kind, visitor, worker, job_id, stack)


async def survives(desk: Desk, broken: Callable[[Desk], Awaitable[Marks]]) -> None:
    """One break on an item of its own."""
    await desk.next_item()
    marks = await broken(desk)
    assert marks
    await still_there(desk.visitor.page, marks)


@pytest.mark.parametrize(
    ("kind", "breaks"),
    [
        ("shapes", (breaks_network, closes_the_tab)),
        ("spans", (reloads, changes_the_device)),
        ("segments", (loses_the_server, reloads)),
        ("cells", (ends_the_session, closes_the_tab)),
        ("pair", (reloads, loses_the_server)),
        ("writing", (breaks_network, crashes)),
    ],
)
async def test_a_mark_is_there_again_after_a_break(
    arrive: Arrive, market: Market, kind: str, breaks: tuple[Callable[[Desk], Awaitable[Marks]], ...]
) -> None:
    desk = await desk_of(market, await arrive(), kind)
    for broken in breaks:
        await survives(desk, broken)


async def test_marks_made_before_the_time_ended_can_still_be_handed_in(arrive: Arrive, market: Market) -> None:
    desk = await desk_of(market, await arrive(), "cells")
    await desk.next_item()
    marks = await make_mark(desk.visitor.page, desk.kind)
    await saved(desk.visitor.page)
    await end_leases(desk.visitor, desk.worker)

    async def ended() -> bool:
        await desk.visitor.go(f"/work/jobs/{desk.job_id}/recap")
        return await desk.visitor.page.locator("#recap-late").count() == 1

    await eventually(ended, seconds=60)
    await desk.visitor.page.locator("form:has([name=late]) button").click()

    async def arrived() -> bool:
        return any(one.answer_json for one in await assignments(desk.worker, desk.job_id))

    await eventually(arrived)
    held = next(one for one in await assignments(desk.worker, desk.job_id) if one.answer_json)
    assert '"row":1' in held.answer_json.replace(" ", "")
    assert len(marks) == 1


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def own_stack() -> AsyncIterator[Stack]:
    """A stack whose gateway may be killed."""
    with tempfile.TemporaryDirectory(prefix="ilgam-") as folder:
        async with Stack(Path(folder), gateway=True) as stack:
            yield stack


@pytest.mark.long
@pytest.mark.timeout(1_800)
@pytest.mark.parametrize("kind", KINDS)
async def test_no_work_is_lost_in_a_hundred_breaks(chromium: Browser, own_stack: Stack, kind: str) -> None:
    site = site_of(own_stack)
    market = await Market.open(site)
    context = await chromium.new_context(
        base_url=site.web_url,
        viewport={"width": DESKTOP[0], "height": DESKTOP[1]},
        locale="ko-KR",
        reduced_motion="reduce",
    )
    visitor = Visitor(site, context, await context.new_page(), Guard(site.web_url))
    desk = await desk_of(market, visitor, kind, own_stack, items=BREAKS_EACH)
    # Each kind begins with another break, so that all meet all.
    begin = list(KINDS).index(kind)
    for broken in islice(cycle(BREAKS), begin, begin + BREAKS_EACH):
        await survives(desk, broken)
    await context.close()
    await market.close()
