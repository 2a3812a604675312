"""A gateway whose services or broker are away says so in words, and serves what it can."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from starlette.responses import Response

from services.gateway.app import create_app
from services.gateway.cookies import Cookies
from services.gateway.settings import GatewaySettings
from services.sdk import new_request_id
from tests.service.gateway.conftest import Surfer
from tests.support.market import Market
from tests.support.site import Site

WEB_KEY = "a key of this test"
NOBODY_LISTENS = "127.0.0.1:1"


@asynccontextmanager
async def gateway(**settings: str) -> AsyncIterator[Surfer]:
    """A gateway in this process, with somebody at it."""
    app = create_app(GatewaySettings(nats_url=f"nats://{NOBODY_LISTENS}", web_key=WEB_KEY, **settings))  # type: ignore[arg-type]
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        Surfer(base_url="http://gateway.example", transport=transport) as surfer,
    ):
        yield surfer


@pytest.fixture
async def alone() -> AsyncIterator[Surfer]:
    """A gateway without services."""
    async with gateway(target=NOBODY_LISTENS) as surfer:
        yield surfer


def keep_session(surfer: Surfer) -> None:
    response = Response()
    Cookies(WEB_KEY, secure=False).set_session(response, new_request_id())
    surfer.cookies.update(
        httpx.Response(200, headers=response.headers, request=httpx.Request("GET", str(surfer.base_url))).cookies
    )


async def test_without_services_pages_say_in_words_that_they_are_not_reached(alone: Surfer) -> None:
    keep_session(alone)
    answer = await alone.get("/look")
    assert answer.status_code == 503
    assert "지금은 연결되지 않아요" in answer.text
    assert "Traceback" not in answer.text
    assert NOBODY_LISTENS not in answer.text
    answer = await alone.get("/look", headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["reason"]) == (503, "UNAVAILABLE")


async def test_without_services_whoever_is_not_signed_in_still_finds_the_way_in(alone: Surfer) -> None:
    assert (await alone.get("/healthz")).status_code == 200
    assert (await alone.get("/")).status_code == 200
    form = {"mark": await alone.mark("/sign-in"), "email": "kim@example.org", "password": "a long enough password"}
    answer = await alone.post("/sign-in", data=form)
    assert answer.status_code == 503
    assert "kim@example.org" in answer.text
    assert "잠깐 연결되지 않아요" in answer.text


async def test_without_the_broker_pages_serve_as_ever(site: Site, market: Market) -> None:
    person = await market.person()
    async with gateway(target=site.target, edge_key=site.edge_key) as surfer:
        await surfer.sign_in(person)
        answer = await surfer.get("/look")
        assert answer.status_code == 200
        assert person.name in answer.text


async def test_a_gateway_with_a_wrong_key_lets_nobody_in_and_shows_no_inside(site: Site, market: Market) -> None:
    person = await market.person()
    async with gateway(target=site.target, edge_key="not the key") as surfer:
        form = {"mark": await surfer.mark("/sign-in"), "email": person.email, "password": "a long enough password"}
        answer = await surfer.post("/sign-in", data=form)
        assert answer.status_code >= 400
        assert "ilgam_session" not in surfer.cookies
        assert "edge" not in answer.text.lower()
