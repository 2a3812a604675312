"""Every address of the site on one screen. Pages of an audience are in the module of its name."""

from __future__ import annotations

from typing import Final

from starlette.routing import BaseRoute, Mount, Route

from services.gateway.assets import Assets
from services.gateway.pages import company, entry, operator, shell
from services.gateway.render import STATIC, STATIC_PATH

ROUTES: Final[list[BaseRoute]] = [
    Route("/", entry.front),
    Route("/sign-in", entry.sign_in, methods=["GET", "POST"]),
    Route("/sign-out", entry.sign_out, methods=["POST"]),
    Route("/look", shell.look, methods=["GET", "POST"]),
    Route("/live", shell.live),
    Route("/healthz", shell.health),
    Route("/media/{end:int}/{signature}/{name:path}", shell.picture),
    Mount(STATIC_PATH, Assets(directory=STATIC)),
    *company.ROUTES,
    *operator.ROUTES,
]
