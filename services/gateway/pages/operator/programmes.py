"""Programmes, as operators make and change them."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from ilgam.accounts.v1 import accounts_service_pb2 as accounts_pb
from ilgam.workers.v1 import programmes_service_pb2 as pb
from starlette.requests import Request
from starlette.responses import Response

from services.gateway.admission import operator
from services.gateway.asking import answer_or_none
from services.gateway.forms import Form, form_of
from services.gateway.house import house_of
from services.gateway.pages.open import shown_programmes as shown
from services.gateway.pages.operator.asking import ORGANISATIONS_AT_ONCE, ROWS, done
from services.gateway.pages.operator.programme_forms import PROGRAMME_FIELDS, programme_form, programme_terms
from services.gateway.problems import put_on_form, status_of
from services.gateway.visit import person_of, visit_of
from services.sdk import IlgamError

PATH: Final = "/operator/programmes"


@operator
async def listed(request: Request) -> Response:
    """All programmes with their counts."""
    asked = pb.ListProgrammesRequest(page_size=ROWS, page_token=request.query_params.get("page", ""))
    answer = await person_of(request).client.programmes.ListProgrammes(asked)
    return house_of(request).pages.page(
        request,
        "operator/programmes.html",
        programmes=answer.programmes,
        turned="page" in request.query_params,
        next_page=answer.next_page_token,
    )


@operator
async def one(request: Request) -> Response:
    """One programme with its cohorts."""
    programme = await programme_of(request)
    cohorts, _ = await shown.all_cohorts(person_of(request).client, programme.programme_id)
    return house_of(request).pages.page(
        request,
        "operator/programme.html",
        programme=programme,
        cohorts=cohorts,
        done=done_words(request),
        shown=shown,
    )


@operator
async def create(request: Request) -> Response:
    """Makes a programme."""
    if request.method == "GET":
        return await _form_page(request, programme_form(None), None)
    form, words = await form_of(request), visit_of(request).words
    terms = programme_terms(form, words)
    if terms is None:
        return await _form_page(request, form, None, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        answer = await person_of(request).client.programmes.CreateProgramme(
            pb.CreateProgrammeRequest(request_id=form.request_id, terms=terms)
        )
    except IlgamError as error:
        put_on_form(words, form, error, PROGRAMME_FIELDS)
        return await _form_page(request, form, None, status_of(error))
    return done(f"{PATH}/{answer.programme.programme_id}", "programme")


@operator
async def edit(request: Request) -> Response:
    """Changes what a programme says of itself."""
    programme = await programme_of(request)
    if request.method == "GET":
        return await _form_page(request, programme_form(programme), programme)
    form, words = await form_of(request), visit_of(request).words
    terms = programme_terms(form, words)
    if terms is None:
        return await _form_page(request, form, programme, HTTPStatus.UNPROCESSABLE_ENTITY)
    act = pb.UpdateProgrammeRequest(request_id=form.request_id, programme_id=programme.programme_id, terms=terms)
    try:
        await person_of(request).client.programmes.UpdateProgramme(act)
    except IlgamError as error:
        put_on_form(words, form, error, PROGRAMME_FIELDS)
        return await _form_page(request, form, programme, status_of(error))
    return done(f"{PATH}/{programme.programme_id}", "programme")


async def programme_of(request: Request) -> pb.Programme:
    """The programme in the address; raises IlgamError NOT_FOUND."""
    asked = pb.GetProgrammeRequest(programme_id=str(request.path_params["programme_id"]))
    return (await person_of(request).client.programmes.GetProgramme(asked)).programme


def done_words(request: Request) -> str:
    """The words for what was just done; empty where nothing was."""
    words, key = visit_of(request).words, f"programmes.op_done_{request.query_params.get('done', '')}"
    return words(key) if words.has(key) else ""


async def _form_page(request: Request, form: Form, programme: pb.Programme | None, status: int = 200) -> Response:
    asked = accounts_pb.ListOrganisationsRequest(page_size=ORGANISATIONS_AT_ONCE)
    answer = await answer_or_none(person_of(request).client.accounts.ListOrganisations(asked))
    return house_of(request).pages.page(
        request,
        "operator/programme_form.html",
        int(status),
        form=form,
        programme=programme,
        organisations=answer.organisations if answer else [],
    )
