"""What stands on the bench stays where it is while islands take the place of what the server drew: nobody presses beside it."""

import pytest

from tests.browser.conftest import Arrive
from tests.browser.test_no_work_is_lost import desk_of
from tests.support.browser import DESKTOP, Visitor
from tests.support.market import Market

pytestmark = pytest.mark.asyncio(loop_scope="session")
HAND = (360, 740)
ISLANDS = ("cells", "segments", "shapes", "spans", "tracks")
# What web.dev calls good: the sum of all shifts that nobody's hand made.
SHIFT_MOST = 0.1
_SHIFT = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) if (!one.hadRecentInput) sum += one.value;
  }).observe({ type: "layout-shift", buffered: true });
  const twoFrames = (act) => requestAnimationFrame(() => requestAnimationFrame(act));
  document.fonts.ready.then(() => twoFrames(() => setTimeout(() => done(sum))));
})"""


async def shift_of(visitor: Visitor, job_id: str) -> float:
    """How far things jump when the bench comes, as browsers count it."""
    await visitor.go(f"/work/jobs/{job_id}/bench")
    await visitor.page.locator("[data-bench][data-ready]").wait_for()
    shift: float = await visitor.page.evaluate(_SHIFT)
    return shift


@pytest.mark.parametrize("kind", ["segments", "spans"])
async def test_nothing_jumps_when_the_bench_comes(arrive: Arrive, market: Market, kind: str) -> None:
    visitor = await arrive(HAND)
    desk = await desk_of(market, visitor, kind)
    assert await shift_of(visitor, desk.job_id) < SHIFT_MOST


@pytest.mark.long
@pytest.mark.parametrize("kind", ISLANDS)
async def test_nothing_jumps_whatever_is_labelled(arrive: Arrive, market: Market, kind: str) -> None:
    visitor = await arrive(HAND)
    desk = await desk_of(market, visitor, kind)
    shifts = [await shift_of(visitor, desk.job_id)]
    wide = await arrive(DESKTOP)
    await wide.sign_in(desk.worker)
    shifts.append(await shift_of(wide, desk.job_id))
    assert max(shifts) < SHIFT_MOST, shifts
