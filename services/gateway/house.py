"""What the pages of one process share."""

from __future__ import annotations

from dataclasses import dataclass

from itsdangerous import URLSafeTimedSerializer
from starlette.requests import Request

from services.gateway.bell import Bell
from services.gateway.cookies import Cookies
from services.gateway.csrf import FormMarks
from services.gateway.people import People
from services.gateway.pictures import Pictures
from services.gateway.pokes import Pokes
from services.gateway.render import Pages
from services.gateway.settings import GatewaySettings
from services.gateway.uploads.report import Reports
from services.sdk import Client


@dataclass(frozen=True)
class House:
    """Everything a page may need; made once at start."""

    settings: GatewaySettings
    people: People
    pages: Pages
    cookies: Cookies
    marks: FormMarks
    # Keeps what somebody typed while they sign in again.
    keeper: URLSafeTimedSerializer
    pictures: Pictures
    pokes: Pokes
    bell: Bell
    reports: Reports
    # Calls the services as nobody.
    open_client: Client


def house_of(request: Request) -> House:
    """The house that a request came to."""
    house: House = request.app.state.house
    return house
