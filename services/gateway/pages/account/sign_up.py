"""Opening an account, and the code that proves an address.

Whoever signs up with an address that is taken sees the same words as everybody; its owner gets an e-mail.
"""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import Final
from uuid import UUID

from ilgam.accounts.v1 import accounts_service_pb2 as pb
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.gateway.admission import address_of, anybody, signed_in
from services.gateway.forms import Form, empty_form, form_of
from services.gateway.house import house_of
from services.gateway.pages.account.consents import DOCUMENTS, VERSIONS
from services.gateway.pages.account.me import NAME_LENGTH_MAX, PASSWORD_LENGTH_MIN
from services.gateway.pages.entry import home_of
from services.gateway.problems import put_on_form, status_of
from services.gateway.visit import person_of, visit_of
from services.gateway.words import LANGUAGES
from services.sdk import IlgamError

CODE_DIGITS: Final = 6
_FIELDS: Final = {"email": "email", "password": "password", "display_name": "name", "language": "language"}
_NEEDED: Final = ("terms", "privacy")


@anybody
async def sign_up(request: Request) -> Response:
    """Asks for a name, an address and a password, and opens an account."""
    visit = visit_of(request)
    if request.method == "GET":
        if visit.person is not None:
            return RedirectResponse(home_of(visit.person), HTTPStatus.SEE_OTHER)
        return _page(request, empty_form(language=visit.look.language))
    form, house = await form_of(request), house_of(request)
    _check(request, form)
    if form.wrong:
        return _page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    address = address_of(request, house.settings.proxy_hops)
    try:
        await house.people.accounts.register(_registering(form), address)
    except IlgamError as error:
        put_on_form(visit.words, form, error, _FIELDS)
        if "email" in form.wrong:
            form.wrong["email"] = visit.words("entry.email_wrong")
        return _page(request, form, status_of(error))
    return await _begin(request, form, address)


async def _begin(request: Request, form: Form, address: str) -> Response:
    """Signs in at once. Where the password is not the account's, the address was taken: the same words are shown."""
    house = house_of(request)
    try:
        session = await house.people.accounts.sign_in(form["email"], form["password"], address)
    except IlgamError as error:
        if error.reason not in {"CREDENTIALS_WRONG", "SIGN_IN_LIMITED"}:
            raise
        return RedirectResponse("/sign-up/sent", HTTPStatus.SEE_OTHER)
    person = await house.people.person_of(UUID(session.session_id))
    to = home_of(person) if person.email_verified else "/account/verify"
    response = RedirectResponse(to, HTTPStatus.SEE_OTHER)
    house.cookies.set_session(response, session.session_id)
    house.cookies.set_look(response, replace(visit_of(request).look, language=person.look.language))
    return response


@anybody
async def sent(request: Request) -> Response:
    """Says that an e-mail is on its way."""
    return house_of(request).pages.page(request, "account/sent.html")


def _registering(form: Form) -> pb.RegisterAccountRequest:
    agreed = [*_NEEDED, *(["email-notices"] if form["email_notices"] else [])]
    return pb.RegisterAccountRequest(
        request_id=form.request_id,
        email=form["email"],
        password=form["password"],
        display_name=form["name"],
        language=form["language"],
        consents=[pb.Agreement(document=DOCUMENTS[name], version=VERSIONS[name]) for name in agreed],
    )


def _check(request: Request, form: Form) -> None:
    words = visit_of(request).words
    for name in ("name", "email"):
        if not form[name]:
            form.wrong[name] = words(f"account.{name}_missing")
    if len(form["name"]) > NAME_LENGTH_MAX:
        form.wrong["name"] = words("account.name_long", count=NAME_LENGTH_MAX)
    if len(form["password"]) < PASSWORD_LENGTH_MIN:
        form.wrong["password"] = words("account.password_short", count=PASSWORD_LENGTH_MIN)
    if form["language"] not in LANGUAGES:
        form.wrong["language"] = words("account.language_missing")
    for name in _NEEDED:
        if not form[name]:
            form.wrong[name] = words("account.consent_missing")


def _page(request: Request, form: Form, status: int = 200) -> Response:
    return house_of(request).pages.page(request, "account/sign_up.html", int(status), form=form)


@signed_in
async def verify(request: Request) -> Response:
    """Takes the code that was written to the person's address."""
    person, words = person_of(request), visit_of(request).words
    if request.method == "GET":
        return await _verify_page(request, empty_form())
    form = await form_of(request)
    code = "".join(form["code"].split())
    if not (len(code) == CODE_DIGITS and code.isascii() and code.isdigit()):
        form.wrong["code"] = words("account.code_wrong_form")
        return await _verify_page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        await person.client.accounts.VerifyEmail(pb.VerifyEmailRequest(request_id=form.request_id, code=code))
    except IlgamError as error:
        put_on_form(words, form, error, {"code": "code"})
        if error.reason == "CODE_INVALID":
            form.wrong = {"code": words("account.code_invalid")}
        return await _verify_page(request, form, status_of(error))
    house_of(request).people.forget(person.session_id)
    return RedirectResponse("/account?done=verified", HTTPStatus.SEE_OTHER)


@signed_in
async def send_again(request: Request) -> Response:
    """Writes a new code."""
    form = await form_of(request)
    try:
        await person_of(request).client.accounts.SendVerification(
            pb.SendVerificationRequest(request_id=form.request_id)
        )
    except IlgamError as error:
        put_on_form(visit_of(request).words, form, error, {})
        return await _verify_page(request, form, status_of(error))
    return RedirectResponse("/account/verify?sent=1", HTTPStatus.SEE_OTHER)


async def _verify_page(request: Request, form: Form, status: int = 200) -> Response:
    account = await person_of(request).client.accounts.GetAccount(pb.GetAccountRequest())
    return house_of(request).pages.page(
        request,
        "account/verify.html",
        int(status),
        form=form,
        email=account.email,
        verified=account.email_verified,
        sent="sent" in request.query_params,
    )
