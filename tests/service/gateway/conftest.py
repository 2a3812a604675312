"""The pages over plain HTTP."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.support.market import PASSWORD, Market, Person
from tests.support.site import Site


class Surfer(httpx.AsyncClient):
    """Somebody with a cookie jar, who reads the mark off a page before they post."""

    async def mark(self, path: str = "/look") -> str:
        """The mark of this browser's forms."""
        found = re.search(r'name="mark" value="([^"]+)"', (await self.get(path)).text)
        assert found is not None
        return found[1]

    async def sign_in(self, person: Person) -> None:
        """Begins a session."""
        form = {"mark": await self.mark("/sign-in"), "email": person.email, "password": PASSWORD}
        answer = await self.post("/sign-in", data=form)
        assert answer.status_code == 303, answer.text

    async def act(self, path: str, **fields: str) -> httpx.Response:
        """Sends a form as a page of ours would."""
        return await self.post(path, data={"mark": await self.mark(), **fields})


@pytest.fixture
async def market(site: Site) -> AsyncIterator[Market]:
    market = await Market.open(site)
    yield market
    await market.close()


@pytest.fixture
async def surfer(site: Site) -> AsyncIterator[Surfer]:
    async with Surfer(base_url=site.web_url, trust_env=False) as surfer:
        yield surfer


@pytest.fixture
async def another(site: Site) -> AsyncIterator[Surfer]:
    async with Surfer(base_url=site.web_url, trust_env=False) as surfer:
        yield surfer


@pytest.fixture
async def officer(surfer: Surfer, market: Market) -> Person:
    """An operator who is at the pages."""
    person = await market.operators_member()
    await surfer.sign_in(person)
    return person
