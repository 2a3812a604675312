"""How long people wait for the next item: `python -m tests.browser.speed [items]`, on an embedded stack of its own.

Measures from the act of handing in until the next item's choices are painted, in Chromium, and prints the 50th and 95th
percentile in milliseconds. It is a bench and asserts nothing: the figure is of this machine, now.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Page, async_playwright

from deploy.local.stack import Stack
from tests.support.browser import DESKTOP, FLAGS, INSTALL, Guard, Visitor, chromium_path
from tests.support.market import Market, claim, claimable
from tests.support.service import eventually
from tests.support.site import Site, site_of

ITEMS = 200
BATCH = 50
_READ = "() => performance.getEntriesByName('ilgam:next-item').map((one) => one.duration)"


async def measure(site: Site, items: int) -> list[float]:
    """The waits in milliseconds, one for each item that was followed by another."""
    path = chromium_path()
    if path is None:
        raise SystemExit(INSTALL)
    market = await Market.open(site)
    company, worker = await market.company(1_000_000), await market.worker()
    job_id = await market.open_job(company, [f"문장 {number}: 배송이 빨라요" for number in range(items)])
    await claimable(worker, job_id)
    waits: list[float] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        width, height = DESKTOP
        context = await browser.new_context(
            base_url=site.web_url, viewport={"width": width, "height": height}, locale="ko-KR"
        )
        visitor = Visitor(site, context, await context.new_page(), Guard(site.web_url))
        await visitor.sign_in(worker)
        # Not one more claim than there are items: a job that is all answered closes.
        for begin in range(0, items, BATCH):
            held = await claim(worker, job_id, min(BATCH, items - begin))
            await visitor.go(f"/work/jobs/{job_id}/bench")
            waits += await _batch(visitor.page, len(held))
        await browser.close()
    await market.close()
    return waits


async def _batch(page: Page, count: int) -> list[float]:
    """Hands in a whole batch by keys, as somebody does who knows them."""
    waits: list[float] = []
    for number in range(1, count):
        await page.keyboard.press("Digit1")
        await page.keyboard.press("Enter")

        async def measured(wanted: int = number) -> bool:
            waits[:] = await page.evaluate(_READ)
            return len(waits) >= wanted

        await eventually(measured)
    await page.keyboard.press("Digit1")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/recap")
    return waits


def main() -> None:
    """Prints the percentiles."""
    items = int(sys.argv[1]) if len(sys.argv) > 1 else ITEMS
    with tempfile.TemporaryDirectory(prefix="ilgam-") as folder, Stack(Path(folder), gateway=True) as stack:
        waits = asyncio.run(measure(site_of(stack), items))
    marks = statistics.quantiles(waits, n=100)
    print(f"submit to next item usable, {len(waits)} items: p50 {marks[49]:.0f} ms, p95 {marks[94]:.0f} ms")  # noqa: T201 - what the bench is for


if __name__ == "__main__":
    main()
