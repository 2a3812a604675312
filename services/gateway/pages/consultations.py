"""What the pages of consultations ask on both sides: names, calendar feeds, one consultation as a file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time
from typing import Final

from ilgam.workers.v1 import consultations_service_pb2 as pb
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.gateway.admission import anybody, signed_in
from services.gateway.asking import answer_or_none, uuid_of
from services.gateway.calendars import calendar_file, calendar_of, ids_of, kind_name, place_of, state_of
from services.gateway.forms import form_of
from services.gateway.house import house_of
from services.gateway.visit import person_of, visit_of
from services.gateway.words import SEOUL

STALE: Final = frozenset({"SLOT_TAKEN", "CONSULTATION_STATE", "SLOT_OVERLAPS", "OFFER_STATE", "NOT_FOUND"})
"""Refusals that mean: what the page shows is not how it is any more."""


async def names_of(request: Request, ids: Iterable[str]) -> dict[str, str]:
    """What companies and people are called; nothing while that cannot be told."""
    wanted = set(ids)
    return (await answer_or_none(house_of(request).people.accounts.names(wanted)) or {}) if wanted else {}


def shown(request: Request) -> dict[str, object]:
    """What templates of consultations need: how a state, a venue and a place are called now."""
    words, now = visit_of(request).words, datetime.now(UTC)
    return {
        "state_of": lambda one: state_of(one, now),
        "kind_name": kind_name,
        "place_of": lambda venue: place_of(words, venue),
        "noon": lambda day: datetime.combine(day, time(12), SEOUL),
        "done": request.query_params.get("done", ""),
    }


def site_of(request: Request) -> str:
    """The address of these pages, without a slash at the end."""
    return house_of(request).settings.public_url


async def feed_of(request: Request, organisation_id: str = "") -> str:
    """The address of the person's calendar feed; empty where there is none, or it cannot be told now."""
    client = person_of(request).client.consultations
    found = await answer_or_none(client.GetCalendarFeed(pb.GetCalendarFeedRequest(organisation_id=organisation_id)))
    return f"{site_of(request)}/calendar/{found.token}.ics" if found and found.token else ""


@signed_in
async def renew_feed(request: Request) -> Response:
    """Makes a new address for a calendar feed; the one before is void."""
    form = await form_of(request)
    mine = {one.organisation_id for one in person_of(request).companies}
    company_id = form["organisation_id"] if form["organisation_id"] in mine else ""
    asked = pb.RenewCalendarFeedRequest(request_id=form.request_id, organisation_id=company_id)
    await person_of(request).client.consultations.RenewCalendarFeed(asked)
    path = f"/company/consultations?organisation={company_id}&" if company_id else "/learn/consultations?"
    return RedirectResponse(f"{path}done=calendar#calendar", 303)


@signed_in
async def one_file(request: Request) -> Response:
    """One consultation for a calendar."""
    asked = pb.GetConsultationRequest(consultation_id=uuid_of(request, "consultation_id"))
    person = person_of(request)
    found = (await person.client.consultations.GetConsultation(asked)).consultation
    for_company = found.worker_id != person.account_id
    names = {} if for_company else await names_of(request, [found.organisation_id])
    content = calendar_of(visit_of(request).words, site_of(request), [found], names, for_company=for_company)
    return calendar_file(content, "consultation.ics")


@anybody
async def feed(request: Request) -> Response:
    """A calendar feed: whoever has its address may read it."""
    house = house_of(request)
    read = await house.people.calendars.read(request.path_params["token"])
    for_company = bool(read.organisation_id)
    names = {} if for_company else await names_of(request, ids_of(read.consultations))
    words = visit_of(request).words
    content = calendar_of(words, site_of(request), read.consultations, names, for_company=for_company)
    return calendar_file(content, "consultations.ics")
