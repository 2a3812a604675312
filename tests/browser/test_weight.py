"""What a page weighs on the wire: people come on old phones and slow lines."""

import gzip
import re
from dataclasses import dataclass

import pytest

from tests.browser import places
from tests.browser.conftest import Arrive
from tests.browser.world import World
from tests.support.browser import Visitor
from tests.support.kinds import KINDS, open_job_of
from tests.support.market import Market, Person, claim, claimable

pytestmark = pytest.mark.asyncio(loop_scope="session")

KILOBYTE = 1000
# import{a}from"./x.js" and import"./x.js", but not import("./x.js"), which is asked for where it is needed.
_IMPORTED = re.compile(r"""(?:from|import)\s*["']\./([\w.-]+\.js)["']""")
SCRIPT_MAX, STYLE_MAX, FIRST_PAGE_MAX = 45 * KILOBYTE, 20 * KILOBYTE, 600 * KILOBYTE


@dataclass
class Weight:
    """Bytes of one page, compressed as they are sent."""

    script: int = 0
    style: int = 0
    other: int = 0

    @property
    def all(self) -> int:
        """Everything that a first visit loads."""
        return self.script + self.style + self.other


async def weigh(visitor: Visitor, path: str) -> Weight:
    """Asks for a page and everything that it names, as the gateway sends it."""
    asks = visitor.context.request
    page = await (await asks.get(path)).text()
    weight = Weight(other=len(gzip.compress(page.encode(), 5)))
    named = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page))
    styles = [await (await asks.get(name)).text() for name in named if name.endswith(".css")]
    fonts = re.findall(r"""url\(["']?\.?/?([\w.-]+\.woff2)""", "".join(styles))
    assert fonts
    named |= {f"/static/{name}" for name in fonts}
    named |= await imported(visitor, named)
    for name in named:
        body = await (await asks.get(name)).body()
        if name.endswith(".js"):
            weight.script += len(gzip.compress(body, 5))
        elif name.endswith(".css"):
            weight.style += len(gzip.compress(body, 5))
        else:
            weight.other += len(body)
    return weight


async def imported(visitor: Visitor, named: set[str]) -> set[str]:
    """What scripts of the page import at once, and what those import; what they import later is named by the page."""
    found: set[str] = set()
    left = {name for name in named if name.endswith(".js")}
    while left:
        text = await (await visitor.context.request.get(left.pop())).text()
        new = {f"/static/{name}" for name in _IMPORTED.findall(text)} - named - found
        found |= new
        left |= new
    return found


async def test_no_page_is_heavier_than_it_may_be(arrive: Arrive, world: World) -> None:
    audiences: list[tuple[Person | None, list[str]]] = [
        (None, places.entry_places(world)),
        (world.worker, places.worker_places(world)),
        (world.company, places.company_places(world)),
        (world.operator, places.operator_places(world)),
    ]
    heavy = {}
    for person, addresses in audiences:
        visitor = await arrive()
        if person is not None:
            await visitor.sign_in(person)
        for address in addresses:
            weight = await weigh(visitor, address)
            assert weight.script > 0
            assert weight.style > 0
            if weight.script > SCRIPT_MAX or weight.style > STYLE_MAX or weight.all > FIRST_PAGE_MAX:
                heavy[address] = weight
    assert heavy == {}


async def test_the_bench_of_every_kind_loads_its_own_scripts_alone(arrive: Arrive, market: Market) -> None:
    company = await market.company(500_000)
    worker = await market.person("김하늘")
    visitor = await arrive()
    await visitor.sign_in(worker)
    found = {}
    for name, kind in KINDS.items():
        await market.certify(worker, kind.annotation_type)
        job_id = await open_job_of(market, company, name, items=1)
        await claimable(worker, job_id)
        await claim(worker, job_id, 1)
        address = f"/work/jobs/{job_id}/bench"
        page = await (await visitor.context.request.get(address)).text()
        islands = re.findall(r'rel="modulepreload" href="([^"]+)"', page)
        found[name] = (await weigh(visitor, address)).script, len(islands)
    print(found)  # noqa: T201
    assert {name: count for name, (_, count) in found.items()} == {
        name: int(name not in {"pair", "writing"}) for name in KINDS
    }
    assert {name: weight for name, (weight, _) in found.items() if weight > SCRIPT_MAX} == {}
