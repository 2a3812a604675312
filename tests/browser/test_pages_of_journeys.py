"""The way of one person and the funnel of all, as people see them."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import asyncpg
import pytest
import pytest_asyncio
from google.protobuf.message import Message
from ilgam.workers.v1 import journeys_service_pb2 as pb

from tests.browser import journeys_places as places
from tests.browser.conftest import Arrive
from tests.browser.journeys_places import Town
from tests.browser.test_every_page import LOOKS, Look, looked_at
from tests.support.funnel import TOLD_BY, Retold, retell, shown
from tests.support.market import Market
from tests.support.service import eventually
from tests.support.site import Site

SESSION = pytest.mark.asyncio(loop_scope="session")
TABLES = ("steps", "cohorts", "ages", "days", "hourly", "target", "idle")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def town(lasting_market: Market) -> AsyncIterator[Town]:
    """People all along the way; tests only look."""
    yield await places.make_town(lasting_market)


@SESSION
@pytest.mark.parametrize("look", LOOKS)
async def test_pages_of_the_way_are_for_everybody(arrive: Arrive, town: Town, look: Look) -> None:
    for person in (town.newcomer, town.learner, town.graduate):
        assert await looked_at(arrive, look, person, places.person_places(town)) == {}


@SESSION
@pytest.mark.parametrize("look", LOOKS)
async def test_pages_of_the_funnel_are_for_everybody(arrive: Arrive, town: Town, look: Look) -> None:
    assert await looked_at(arrive, look, town.operator, places.operator_places(town)) == {}


@SESSION
async def test_each_sees_what_comes_next_for_them(arrive: Arrive, town: Town) -> None:
    for person, name, path in (
        (town.newcomer, "APPLY", "/programmes"),
        (town.learner, "START_COURSE", f"/learn/course/{town.programme_id}"),
        (town.graduate, "WORK", "/work/jobs"),
    ):
        visitor = await arrive()
        await visitor.sign_in(person)
        await visitor.go("/learn")
        card = visitor.page.locator(".next-step")
        assert await card.get_attribute("data-next") == name
        assert await card.locator("a").get_attribute("href") == path
        states = await visitor.page.locator(".way-step").evaluate_all("all => all.map(one => one.className)")
        assert len(states) == len(pb.JourneyStep.values()) - 1
        assert sum("now" in state.split() for state in states) == (0 if name == "WORK" else 1)


@SESSION
async def test_home_leads_a_newcomer_to_the_programmes_by_keyboard(arrive: Arrive, town: Town) -> None:
    visitor = await arrive()
    await visitor.sign_in(town.newcomer)
    await visitor.go("/work")
    await visitor.page.keyboard.press("Tab")
    await visitor.page.keyboard.press("Enter")
    await visitor.page.keyboard.press("Tab")
    focused = await visitor.page.evaluate("document.activeElement.getAttribute('href')")
    assert focused == "/programmes"


@SESSION
async def test_an_operator_chooses_a_programme_by_keyboard_and_sees_its_people(arrive: Arrive, town: Town) -> None:
    visitor = await arrive()
    await visitor.sign_in(town.operator)
    await visitor.go(f"/operator/journeys?programme={town.programme_id}")
    await visitor.page.focus("#field-age")
    await visitor.page.keyboard.press("ArrowDown")
    for _ in range(20):
        await visitor.page.keyboard.press("Tab")
        if await visitor.page.evaluate("document.activeElement.matches('.journey-filters button')"):
            break
    async with visitor.page.expect_navigation():
        await visitor.page.keyboard.press("Enter")
    assert "age=1" in urlsplit(visitor.page.url).query
    applied = visitor.page.locator("[data-step=APPLIED] .funnel-count")
    assert (await applied.inner_text()).startswith("10명")


@SESSION
async def test_wrong_filters_are_said_at_their_fields(arrive: Arrive, town: Town) -> None:
    visitor = await arrive()
    await visitor.sign_in(town.operator)
    await visitor.go("/operator/journeys?from=tomorrow&age=1&programme=%F0%9F%98%80", 422)
    assert await visitor.page.locator("#error-from, #error-age").count() == 2
    assert await visitor.problems() == []
    for address in ("/operator/journeys/steps.csv?from=tomorrow", "/operator/journeys/idle/NOTHING"):
        assert (await visitor.context.request.get(address)).status in {404, 422}
    assert (await visitor.context.request.get("/operator/journeys/nothing.csv")).status == 404


@SESSION
async def test_every_table_is_a_file_too(arrive: Arrive, town: Town) -> None:
    visitor = await arrive()
    await visitor.sign_in(town.operator)
    for what in TABLES:
        answer = await visitor.context.request.get(f"/operator/journeys/{what}.csv?programme={town.programme_id}")
        assert answer.headers["content-type"] == "text/csv; charset=utf-8", what
        content = await answer.body()
        assert content.startswith(b"\xef\xbb\xbf")
        lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
        assert len({len(line) for line in lines}) == 1
        assert len(lines) > 1, what
    steps = await visitor.context.request.get(f"/operator/journeys/steps.csv?programme={town.programme_id}")
    assert "APPLIED,32,1.0," in await steps.text()


@SESSION
async def test_the_funnel_of_the_site_is_what_its_events_tell(town: Town, site: Site) -> None:
    asked = pb.GetFunnelRequest(programme_id=town.programme_id)

    async def same() -> bool:
        funnel, retold = await asyncio.gather(town.operator.client.journeys.GetFunnel(asked), retold_by(site))
        return shown(funnel.steps) == retold.counts(town.programme_id)

    await eventually(same)
    counts = (await retold_by(site)).counts(town.programme_id)
    assert counts[pb.JOURNEY_STEP_APPLIED] == places.PEOPLE + 2
    assert counts[pb.JOURNEY_STEP_PAID] == 1


async def retold_by(site: Site) -> Retold:
    """What the event logs of all services tell together."""
    told: list[Message] = []
    for service, kinds in TOLD_BY.items():
        by_name = {kind.DESCRIPTOR.full_name: kind for kind in kinds}
        address = site.postgres_url(f"ilgam_{service}", f"ilgam_{service}_owner")
        connection = await asyncpg.connect(address, timeout=10)
        try:
            rows = await connection.fetch(
                "SELECT event_type, payload FROM outbox WHERE event_type = ANY($1)", list(by_name)
            )
        finally:
            await connection.close()
        told += [by_name[row["event_type"]].FromString(row["payload"]) for row in rows]
    return retell(told)
