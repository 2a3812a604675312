"""The web application: what stands around the pages, and what runs beside them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Final
from uuid import uuid4

import structlog
from itsdangerous import URLSafeTimedSerializer
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from services.gateway.bell import Bell
from services.gateway.body_limit import BodyLimit
from services.gateway.cookies import Cookies
from services.gateway.csrf import FormMarks
from services.gateway.headers import SafetyHeaders, add_safety
from services.gateway.house import House, house_of
from services.gateway.people import PAGE_PATIENCE, People
from services.gateway.pictures import Pictures
from services.gateway.pokes import Pokes
from services.gateway.problems import http_problem
from services.gateway.render import Pages
from services.gateway.routes import ROUTES
from services.gateway.settings import GatewaySettings
from services.gateway.uploads.report import Reports
from services.gateway.visit import Visit
from services.gateway.words import load_words
from services.runtime.ending import end
from services.runtime.logs import logger
from services.sdk import Client
from services.sdk.channels import Channels
from services.sdk.demo import SIGN_INS

COMPRESS_FROM_BYTES: Final = 800
log = logger()


def create_app(settings: GatewaySettings) -> Starlette:
    """The application."""
    return Starlette(
        routes=ROUTES,
        middleware=[
            Middleware(SafetyHeaders, secure=settings.secure_cookies),
            Middleware(CallLog),
            Middleware(BodyLimit),
            Middleware(GZipMiddleware, minimum_size=COMPRESS_FROM_BYTES, compresslevel=5),
        ],
        exception_handlers={HTTPException: _http_exception, Exception: _unknown_exception},
        lifespan=lambda app: _lifespan(app, settings),
    )


@contextlib.asynccontextmanager
async def _lifespan(app: Starlette, settings: GatewaySettings) -> AsyncIterator[None]:
    async with Channels(settings.target) as channels:
        people = People(channels, settings.edge_key)
        pokes = Pokes(settings, people.forget)
        app.state.house = House(
            settings=settings,
            people=people,
            pages=Pages(load_words(), demo=SIGN_INS if settings.demo else ()),
            cookies=Cookies(settings.web_key, secure=settings.secure_cookies),
            marks=FormMarks(settings.web_key),
            keeper=URLSafeTimedSerializer(settings.web_key, salt="kept"),
            pictures=Pictures(settings.web_key, settings.media_url),
            pokes=pokes,
            bell=Bell(pokes),
            reports=Reports(),
            open_client=Client(channels, None, PAGE_PATIENCE),
        )
        listening = asyncio.create_task(pokes.listen(), name="pokes")
        log.info("gateway_started", listen=settings.listen)
        try:
            yield
        finally:
            pokes.close()
            await end([listening])
            log.info("gateway_stopped")


class CallLog:
    """Binds a request's id for the log; says nothing of what was asked."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] == "http":
            structlog.contextvars.clear_contextvars()
            structlog.contextvars.bind_contextvars(web_request=uuid4().hex[:12])
        await self._app(scope, receive, send)


def _nobody(request: Request) -> None:
    """Outside the pages nobody has been let in yet: the answer is for whoever is there."""
    if not hasattr(request.state, "visit"):
        house = house_of(request)
        visit_id = house.cookies.visit_id(request)
        request.state.visit = Visit.of(request, None, visit_id, house.pages.words, house.marks)


async def _http_exception(request: Request, error: Exception) -> Response:
    _nobody(request)
    return http_problem(request, error if isinstance(error, HTTPException) else HTTPException(HTTPStatus.BAD_REQUEST))


async def _unknown_exception(request: Request, error: Exception) -> Response:
    log.error("page_failed", path=request.url.path, exc_info=error)
    _nobody(request)
    response = http_problem(request, HTTPException(HTTPStatus.INTERNAL_SERVER_ERROR))
    # The framework gives this answer outside of all middleware.
    add_safety(response.headers, secure=house_of(request).settings.secure_cookies)
    return response
