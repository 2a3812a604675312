"""What people agree to: the texts, what they have said to each, and new versions."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from ilgam.accounts.v1 import accounts_service_pb2 as pb
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.gateway.admission import anybody, signed_in
from services.gateway.forms import form_of
from services.gateway.house import house_of
from services.gateway.pages.account.me import done_words
from services.gateway.pages.entry import inside
from services.gateway.visit import person_of
from services.sdk import IlgamError

DOCUMENTS: Final = {
    "terms": pb.DOCUMENT_TERMS,
    "privacy": pb.DOCUMENT_PRIVACY,
    "email-notices": pb.DOCUMENT_EMAIL_NOTICES,
}
NAMES: Final = {document: name for name, document in DOCUMENTS.items()}
# The versions of the texts that these pages show: what people agree to here. accounts refuses any but the present ones.
VERSIONS: Final = {"terms": 1, "privacy": 1, "email-notices": 1}
TERMS_PARTS: Final = 7
PRIVACY_PARTS: Final = 8


@anybody
async def terms(request: Request) -> Response:
    """The terms."""
    return house_of(request).pages.page(
        request, "account/document.html", name="terms", version=VERSIONS["terms"], parts=TERMS_PARTS
    )


@anybody
async def privacy(request: Request) -> Response:
    """What is kept of people, why, for how long, and who sees it."""
    return house_of(request).pages.page(
        request, "account/document.html", name="privacy", version=VERSIONS["privacy"], parts=PRIVACY_PARTS
    )


@signed_in
async def consents(request: Request) -> Response:
    """Shows what the person has agreed to, and takes new agreements."""
    person = person_of(request)
    if request.method == "GET":
        answer = await person.client.accounts.ListConsents(pb.ListConsentsRequest())
        return house_of(request).pages.page(
            request,
            "account/consents.html",
            consents=[one for one in answer.consents if one.document in NAMES],
            name_of=lambda one: NAMES[one.document],
            next=inside(request.query_params.get("next", "")),
            done=done_words(request),
        )
    form = await form_of(request)
    agreed = [
        pb.Agreement(document=document, version=VERSIONS[name]) for name, document in DOCUMENTS.items() if form[name]
    ]
    if agreed:
        await person.client.accounts.GiveConsents(pb.GiveConsentsRequest(request_id=form.request_id, consents=agreed))
        house_of(request).people.forget(person.session_id)
    return RedirectResponse(inside(form["next"]) or "/account/consents?done=agreed", HTTPStatus.SEE_OTHER)


@signed_in
async def withdraw(request: Request) -> Response:
    """Takes an agreement back."""
    document = DOCUMENTS.get(request.path_params["document"])
    if document is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    form = await form_of(request)
    asked = pb.WithdrawConsentRequest(request_id=form.request_id, document=document)
    try:
        await person_of(request).client.accounts.WithdrawConsent(asked)
    except IlgamError as error:
        if error.reason != "CONSENT_MISSING":
            raise
        # An account is not possible without it: the page on closing says what else can be done.
        return RedirectResponse("/account/close", HTTPStatus.SEE_OTHER)
    return RedirectResponse("/account/consents?done=withdrawn", HTTPStatus.SEE_OTHER)
