"""The end of an account: says what is erased and what stays, asks for the password, and closes it."""

from __future__ import annotations

from http import HTTPStatus

from ilgam.accounts.v1 import accounts_service_pb2 as pb
from ilgam.payments.v1 import payments_service_pb2 as payments_pb
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.gateway.admission import anybody, signed_in
from services.gateway.asking import answer_or_none
from services.gateway.forms import Form, empty_form, form_of
from services.gateway.house import house_of
from services.gateway.problems import put_on_form, status_of
from services.gateway.visit import person_of, visit_of
from services.sdk import IlgamError


@signed_in
async def close(request: Request) -> Response:
    """Closes the account for good."""
    person, words = person_of(request), visit_of(request).words
    if request.method == "GET":
        return await _page(request, empty_form())
    form = await form_of(request)
    if not form["sure"]:
        form.wrong["sure"] = words("account.sure_missing")
        return await _page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        await person.client.accounts.CloseAccount(pb.CloseAccountRequest(request_id=form.request_id))
    except IlgamError as error:
        put_on_form(words, form, error, {})
        if error.reason == "CONFLICT":
            form.wrong = {"": words("account.last_operator")}
        return await _page(request, form, status_of(error))
    house = house_of(request)
    house.people.forget(person.session_id)
    response = RedirectResponse("/closed", HTTPStatus.SEE_OTHER)
    house.cookies.drop_session(response)
    return response


async def _page(request: Request, form: Form, status: int = 200) -> Response:
    """The won that are not paid out are shown where payments can be asked just now."""
    person = person_of(request)
    balance = None
    if "worker" in person.roles:
        balance = await answer_or_none(person.client.payments.GetBalance(payments_pb.GetBalanceRequest()))
    return house_of(request).pages.page(
        request,
        "account/close.html",
        int(status),
        form=form,
        unpaid_krw=balance.available_krw if balance else None,
    )


@anybody
async def closed(request: Request) -> Response:
    """Says that the account is closed."""
    return house_of(request).pages.page(request, "account/closed.html")
