"""Programmes for anybody: what there is, when it begins, and where there are seats."""

from __future__ import annotations

from ilgam.workers.v1 import programmes_service_pb2 as pb
from starlette.requests import Request
from starlette.responses import Response

from services.gateway.admission import anybody
from services.gateway.house import house_of
from services.gateway.pages.open import shown_programmes as shown
from services.gateway.visit import visit_of
from services.sdk import Client

PROGRAMMES_SHOWN = 50


def client_of(request: Request) -> Client:
    """Calls services as the person, or as nobody."""
    person = visit_of(request).person
    return person.client if person else house_of(request).open_client


@anybody
async def listed(request: Request) -> Response:
    """All programmes, with what opens next."""
    asked = pb.ListProgrammesRequest(page_size=PROGRAMMES_SHOWN, page_token=request.query_params.get("page", ""))
    answer = await client_of(request).programmes.ListProgrammes(asked)
    return house_of(request).pages.page(
        request,
        "programmes/list.html",
        programmes=answer.programmes,
        next_page=answer.next_page_token,
        turned="page" in request.query_params,
        shown=shown,
    )


@anybody
async def one(request: Request) -> Response:
    """One programme with its cohorts."""
    programme_id, client = str(request.path_params["programme_id"]), client_of(request)
    programme = (await client.programmes.GetProgramme(pb.GetProgrammeRequest(programme_id=programme_id))).programme
    cohorts, now = await shown.all_cohorts(client, programme_id)
    ahead, over = shown.by_interest(cohorts)
    names = {}
    if programme.terms.organisation_id:
        names = await house_of(request).people.accounts.names([programme.terms.organisation_id])
    reminded = request.query_params.get("reminded", "")
    return house_of(request).pages.page(
        request,
        "programmes/programme.html",
        programme=programme,
        teaching=names.get(programme.terms.organisation_id, ""),
        ahead=ahead,
        over=over,
        now=now,
        mine=await shown.live_enrolment(visit_of(request), programme_id),
        reminded=next((cohort for cohort in ahead if cohort.cohort_id == reminded), None),
        shown=shown,
    )
