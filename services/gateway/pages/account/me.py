"""One's own account on a page: name, password, and the way to everything else about it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from ilgam.accounts.v1 import accounts_service_pb2 as pb
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.gateway.admission import signed_in
from services.gateway.forms import Form, empty_form, form_of
from services.gateway.house import house_of
from services.gateway.problems import put_on_form, status_of
from services.gateway.visit import person_of, visit_of
from services.sdk import IlgamError

NAME_LENGTH_MAX: Final = 80
PASSWORD_LENGTH_MIN: Final = 10
_DONE: Final = frozenset({"verified", "name", "password", "ended", "ended_others", "agreed", "withdrawn"})


def done_words(request: Request) -> str:
    """What was just done, in words; empty when nothing was."""
    what = request.query_params.get("done", "")
    return visit_of(request).words(f"account.done_{what}") if what in _DONE else ""


@signed_in
async def account(request: Request) -> Response:
    """The account and where to change what."""
    return await _page(request, empty_form(name=person_of(request).name))


@signed_in
async def set_name(request: Request) -> Response:
    """Changes what the person is called."""
    form, words, person = await form_of(request), visit_of(request).words, person_of(request)
    if not form["name"]:
        form.wrong["name"] = words("account.name_missing")
    elif len(form["name"]) > NAME_LENGTH_MAX:
        form.wrong["name"] = words("account.name_long", count=NAME_LENGTH_MAX)
    if form.wrong:
        return await _page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    asked = pb.SetDisplayNameRequest(request_id=form.request_id, display_name=form["name"])
    try:
        await person.client.accounts.SetDisplayName(asked)
    except IlgamError as error:
        put_on_form(words, form, error, {"display_name": "name"})
        return await _page(request, form, status_of(error))
    house_of(request).people.forget(person.session_id)
    return RedirectResponse("/account?done=name", HTTPStatus.SEE_OTHER)


async def _page(request: Request, form: Form, status: int = 200) -> Response:
    found = await person_of(request).client.accounts.GetAccount(pb.GetAccountRequest())
    return house_of(request).pages.page(
        request, "account/account.html", int(status), account=found, form=form, done=done_words(request)
    )


@signed_in
async def password(request: Request) -> Response:
    """Changes the password; the present one is asked for in the same form."""
    words = visit_of(request).words
    if request.method == "GET":
        return _password_page(request, empty_form())
    form = await form_of(request)
    if len(form["password"]) < PASSWORD_LENGTH_MIN:
        form.wrong["password"] = words("account.password_short", count=PASSWORD_LENGTH_MIN)
        return _password_page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    asked = pb.SetPasswordRequest(request_id=form.request_id, password=form["password"])
    try:
        await person_of(request).client.accounts.SetPassword(asked)
    except IlgamError as error:
        put_on_form(words, form, error, {"password": "password"})
        return _password_page(request, form, status_of(error))
    return RedirectResponse("/account?done=password", HTTPStatus.SEE_OTHER)


def _password_page(request: Request, form: Form, status: int = 200) -> Response:
    return house_of(request).pages.page(
        request, "account/password.html", int(status), form=form, count=PASSWORD_LENGTH_MIN
    )
