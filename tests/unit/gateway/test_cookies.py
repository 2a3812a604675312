"""Cookies, and what browsers make up."""

from uuid import uuid4

import pytest
from starlette.requests import Request
from starlette.responses import Response

from services.gateway.cookies import Cookies, Look, look_of


def request_with(cookie: str) -> Request:
    return Request({"type": "http", "headers": [(b"cookie", cookie.encode("latin-1"))], "method": "GET", "path": "/"})


def cookie_of(response: Response) -> str:
    return response.headers["set-cookie"]


def test_a_session_cookie_gives_back_the_session_and_is_out_of_reach_of_scripts_and_other_sites() -> None:
    cookies, response, session_id = Cookies("key", secure=True), Response(), uuid4()
    cookies.set_session(response, str(session_id))
    header = cookie_of(response)
    assert cookies.session_id(request_with(header.split(";")[0])) == session_id
    assert {"HttpOnly", "SameSite=lax", "Secure", "Path=/"} <= set(header.split("; "))


@pytest.mark.parametrize("change", ["other key", "changed letter", "unsigned", "empty", "garbage"])
def test_a_forged_cookie_is_nobody(change: str) -> None:
    cookies, response, session_id = Cookies("key", secure=False), Response(), uuid4()
    cookies.set_session(response, str(session_id))
    value = cookie_of(response).split(";")[0].partition("=")[2]
    forged = {
        "other key": value,
        "changed letter": ("A" if value[5] != "A" else "B").join([value[:5], value[6:]]),
        "unsigned": f'"{session_id}"',
        "empty": "",
        "garbage": "\xff\x00.x",
    }[change]
    reader = Cookies("another", secure=False) if change == "other key" else cookies
    assert reader.session_id(request_with(f"ilgam_session={forged}")) is None


def test_how_pages_look_survives_the_way_through_a_cookie() -> None:
    cookies, response = Cookies("key", secure=False), Response()
    look = Look("en", 5, high_contrast=True, single_keys_off=True)
    cookies.set_look(response, look)
    assert look_of(request_with(cookie_of(response).split(";")[0])) == look


@pytest.mark.parametrize("made_up", ["", "fr.9.2.2", "ko", "ko.2.0", "<script>.0.-.x", "a.b.c.d.e"])
def test_a_made_up_look_is_the_usual_one(made_up: str) -> None:
    assert look_of(request_with(f"ilgam_look={made_up}")) == Look()
