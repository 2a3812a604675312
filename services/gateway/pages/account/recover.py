"""A new password for somebody who has forgotten theirs: a link by e-mail, and the page that it opens."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from ilgam.accounts.v1 import accounts_service_pb2 as pb
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.gateway.admission import address_of, anybody
from services.gateway.forms import Form, empty_form, form_of
from services.gateway.house import house_of
from services.gateway.pages.account.me import PASSWORD_LENGTH_MIN
from services.gateway.problems import put_on_form, status_of
from services.gateway.visit import visit_of
from services.sdk import IlgamError

TOKEN_LENGTH_MAX: Final = 200


@anybody
async def recover(request: Request) -> Response:
    """Asks for the address; says the same whatever it is."""
    house, words = house_of(request), visit_of(request).words
    if request.method == "GET":
        return _ask_page(request, empty_form())
    form = await form_of(request)
    if not form["email"]:
        form.wrong["email"] = words("account.email_missing")
        return _ask_page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    asked = pb.RequestPasswordResetRequest(request_id=form.request_id, email=form["email"])
    try:
        await house.people.accounts.ask_for_reset(asked, address_of(request, house.settings.proxy_hops))
    except IlgamError as error:
        put_on_form(words, form, error, {"email": "email"})
        if "email" in form.wrong:
            form.wrong["email"] = words("entry.email_wrong")
        return _ask_page(request, form, status_of(error))
    return RedirectResponse("/recover/sent", HTTPStatus.SEE_OTHER)


def _ask_page(request: Request, form: Form, status: int = 200) -> Response:
    return house_of(request).pages.page(request, "account/recover.html", int(status), form=form)


@anybody
async def sent(request: Request) -> Response:
    """Says that an e-mail is on its way, if there is such an account."""
    return house_of(request).pages.page(request, "account/recover_sent.html")


@anybody
async def new_password(request: Request) -> Response:
    """Takes the new password; the link is in the form."""
    house, words = house_of(request), visit_of(request).words
    if request.method == "GET":
        code = request.query_params.get("code", "")
        return _new_page(request, empty_form(code=code[:TOKEN_LENGTH_MAX]))
    form = await form_of(request)
    if len(form["password"]) < PASSWORD_LENGTH_MIN:
        form.wrong["password"] = words("account.password_short", count=PASSWORD_LENGTH_MIN)
        return _new_page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    asked = pb.ResetPasswordRequest(request_id=form.request_id, token=form["code"], password=form["password"])
    try:
        await house.people.accounts.reset(asked, address_of(request, house.settings.proxy_hops))
    except IlgamError as error:
        put_on_form(words, form, error, {"password": "password"})
        if error.reason == "CODE_INVALID" or any(one.field == "token" for one in error.violations):
            form.wrong = {"": words("account.link_invalid")}
        return _new_page(request, form, status_of(error))
    return RedirectResponse("/recover/done", HTTPStatus.SEE_OTHER)


def _new_page(request: Request, form: Form, status: int = 200) -> Response:
    return house_of(request).pages.page(
        request, "account/new_password.html", int(status), form=form, count=PASSWORD_LENGTH_MIN
    )


@anybody
async def done(request: Request) -> Response:
    """Says that the new password holds."""
    return house_of(request).pages.page(request, "account/recover_done.html")
