"""How long people wait for the next item: `python -m tests.browser.speed [items] [kind]`, on an embedded stack of its own.

Measures from the act of handing in until the next item is painted and can be worked on, in Chromium, and prints the 50th and
95th percentile in milliseconds. The kind is `text` (a choice about a text) or one of tests/support/kinds.py, such as
`shapes`, whose pictures are fetched ahead. It is a bench and asserts nothing: the figure is of this machine, now.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Page, async_playwright

from deploy.local.stack import Stack
from tests.support.breaks import make_mark
from tests.support.browser import DESKTOP, FLAGS, INSTALL, Guard, Visitor, chromium_path
from tests.support.kinds import KINDS, open_job_of
from tests.support.market import Market, claim, claimable
from tests.support.service import eventually
from tests.support.site import Site, site_of

ITEMS = 200
BATCH = 50
TEXT = "text"
_READ = "() => performance.getEntriesByName('ilgam:next-item').map((one) => one.duration)"


async def measure(site: Site, items: int, kind: str) -> list[float]:
    """The waits in milliseconds, one for each item that was followed by another."""
    path = chromium_path()
    if path is None:
        raise SystemExit(INSTALL)
    market = await Market.open(site)
    company, worker = await market.company(1_000_000), await market.worker()
    if kind == TEXT:
        job_id = await market.open_job(company, [f"문장 {number}: 배송이 빨라요" for number in range(items)])
    else:
        await market.certify(worker, KINDS[kind].annotation_type)
        job_id = await open_job_of(market, company, kind, items)
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
            waits += await _batch(visitor.page, len(held), kind)
        await browser.close()
    await market.close()
    return waits


async def _batch(page: Page, count: int, kind: str) -> list[float]:
    """Hands in a whole batch by keys, as somebody does who knows them."""
    waits: list[float] = []
    for number in range(1, count + 1):
        await _answer(page, kind)
        if number == count:
            break

        async def measured(wanted: int = number) -> bool:
            waits[:] = await page.evaluate(_READ)
            return len(waits) >= wanted

        await eventually(measured)
    await page.wait_for_url("**/recap")
    return waits


async def _answer(page: Page, kind: str) -> None:
    if kind == TEXT:
        await page.keyboard.press("Digit1")
    else:
        await make_mark(page, kind)
    await page.keyboard.press("Control+Enter")


def main() -> None:
    """Prints the percentiles."""
    items = int(sys.argv[1]) if len(sys.argv) > 1 else ITEMS
    kind = sys.argv[2] if len(sys.argv) > 2 else TEXT
    with tempfile.TemporaryDirectory(prefix="ilgam-") as folder, Stack(Path(folder), gateway=True) as stack:
        waits = asyncio.run(measure(site_of(stack), items, kind))
    marks = statistics.quantiles(waits, n=100)
    print(f"{kind}: submit to next item usable, {len(waits)} items: p50 {marks[49]:.0f} ms, p95 {marks[94]:.0f} ms")  # noqa: T201 - what the bench is for


if __name__ == "__main__":
    main()
