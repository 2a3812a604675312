"""Every page is for everybody: no violation of accessibility rules, no sideways scrolling, in both languages, small and large."""

from types import SimpleNamespace
from typing import cast
from urllib.parse import urlsplit

import pytest
from starlette.routing import Route

from services.gateway.routes import ROUTES
from services.sdk import Client
from tests.browser import (
    account_places,
    consult_places,
    course_places,
    exam_places,
    journeys_places,
    notices_places,
    places,
    programmes_places,
)
from tests.browser.conftest import Arrive
from tests.browser.places import NOBODY
from tests.browser.world import World
from tests.support.browser import DESKTOP, PHONE, Visitor
from tests.support.market import Person

SESSION = pytest.mark.asyncio(loop_scope="session")
# Language, text size (2: 100 %, 5: 175 %), high contrast, window.
SMALL_KOREAN = ("ko", 2, False, PHONE)
# The longest words in the narrowest place: here the layout is looked at; rules in English at 175 % in the long form.
LARGE_ENGLISH = ("en", 5, False, PHONE)
CONTRAST = ("ko", 2, True, DESKTOP)
LOOKS = [
    pytest.param(SMALL_KOREAN, id="ko-100-phone"),
    pytest.param(LARGE_ENGLISH, id="en-175-phone"),
    pytest.param(CONTRAST, id="ko-contrast", marks=pytest.mark.long),
    *(
        pytest.param(look, id=name, marks=pytest.mark.long)
        for name, look in {
            "en-100-desktop": ("en", 2, False, DESKTOP),
            "en-175-desktop": ("en", 5, False, DESKTOP),
            "ko-175-phone": ("ko", 5, False, PHONE),
            "ko-175-desktop": ("ko", 5, False, DESKTOP),
            "en-contrast-phone": ("en", 5, True, PHONE),
        }.items()
    ),
]
# Pages of the way in and of work wear every part that there is: high contrast is tried on them in the short form too.
WITH_CONTRAST = [pytest.param(CONTRAST, id="ko-contrast"), *(look for look in LOOKS if look.id != "ko-contrast")]
Look = tuple[str, int, bool, tuple[int, int]]


async def looked_at(arrive: Arrive, look: Look, person: Person | None, addresses: list[str]) -> dict[str, list[str]]:
    """What is wrong with pages, by their address."""
    language, text_size, high_contrast, size = look
    visitor = await arrive(size)
    if person is not None:
        await visitor.sign_in(person)
    await visitor.look(language, text_size, high_contrast=high_contrast)
    wrong = {}
    for address in addresses:
        await visitor.go(address)
        if found := await wrong_with(visitor, look):
            wrong[address] = found
    return wrong


async def wrong_with(visitor: Visitor, look: Look) -> list[str]:
    """What is wrong with the page in view."""
    rules = [] if look == LARGE_ENGLISH else await visitor.axe(colours_only=look == CONTRAST)
    return [*rules, *await visitor.overflow(), *await heads(visitor)]


async def heads(visitor: Visitor) -> list[str]:
    """A page has one main heading and a title that is not the site's name alone."""
    count = await visitor.page.locator("h1:visible").count()
    title = await visitor.page.title()
    return [f"{count} main headings"] * (count != 1) + [f"title {title}"] * (title.count("·") == 0)


@SESSION
@pytest.mark.parametrize("look", WITH_CONTRAST)
async def test_the_way_in_is_for_everybody(arrive: Arrive, world: World, look: Look) -> None:
    assert await looked_at(arrive, look, None, places.entry_places(world)) == {}


@SESSION
@pytest.mark.parametrize("look", WITH_CONTRAST)
async def test_pages_of_somebody_who_works_are_for_everybody(arrive: Arrive, world: World, look: Look) -> None:
    assert await looked_at(arrive, look, world.worker, places.worker_places(world)) == {}


@SESSION
@pytest.mark.parametrize("look", LOOKS)
async def test_pages_without_any_work_yet_are_for_everybody(arrive: Arrive, world: World, look: Look) -> None:
    assert await looked_at(arrive, look, world.newcomer, places.newcomer_places(world)) == {}


@SESSION
@pytest.mark.parametrize("look", LOOKS)
async def test_pages_of_operators_are_for_everybody(arrive: Arrive, world: World, look: Look) -> None:
    assert await looked_at(arrive, look, world.operator, places.operator_places(world)) == {}


@SESSION
@pytest.mark.parametrize("look", LOOKS)
async def test_pages_of_companies_are_for_everybody(arrive: Arrive, world: World, look: Look) -> None:
    assert await looked_at(arrive, look, world.company, places.company_places(world)) == {}


@SESSION
@pytest.mark.parametrize("look", LOOKS)
async def test_pages_of_a_company_without_jobs_are_for_everybody(arrive: Arrive, world: World, look: Look) -> None:
    assert await looked_at(arrive, look, world.founder, places.founder_places(world)) == {}


# What is no page: streams, files to keep, pictures.
NO_PAGES = (
    "/live",
    "/account/export.json",
    "/course.json",
    "/healthz",
    "/media/",
    ".csv",
    ".ics",
    "/results.",
    "/data/{upload_id",
    "/revoke",
    "/notices/bell",
    ".pdf",
    "/credential.",
    "/.well-known/",
    "/certificates/status/",
    "/schemas/",
)


def test_no_page_is_forgotten() -> None:
    someone = Person("", "", cast("Client", SimpleNamespace(account_id=NOBODY)), NOBODY)
    world = World(someone, someone, someone, someone, someone, NOBODY, NOBODY, NOBODY, NOBODY)
    looked_at = [
        urlsplit(address).path
        for found in (
            places.entry_places, places.worker_places, places.company_places, places.operator_places,
            account_places.stranger_places, account_places.account_places,
        )
        for address in found(world)
    ]  # fmt: skip
    looked_at += [urlsplit(address).path for address in programmes_places.all_addresses()]
    looked_at += notices_places.every_path()
    looked_at += [urlsplit(address).path for address in consult_places.all_places()]
    looked_at += [urlsplit(address).path for address in journeys_places.all_places()]
    looked_at += [urlsplit(address).path for address in exam_places.every_address(NOBODY)]
    looked_at += [urlsplit(address).path for address in course_places.every_address(NOBODY)]
    # These are looked at by the test of the item view, which needs answers of every kind.
    looked_at += [f"/{who}/jobs/{NOBODY}/items/{NOBODY}" for who in ("company", "operator")]
    looked_at += [f"/operator/jobs/{NOBODY}/items"]
    forgotten = [
        route.path
        for route in ROUTES
        if isinstance(route, Route) and "GET" in (route.methods or set())
        if not any(part in route.path for part in NO_PAGES)
        if not any(route.path_regex.match(address) for address in looked_at)
    ]
    assert forgotten == []
