"""What every page has: how it looks, pokes, pictures, and whether the process serves."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import replace
from http import HTTPStatus
from uuid import UUID

from ilgam.accounts.v1 import accounts_service_pb2 as pb
from ilgam.tasks.v1 import tasks_service_pb2 as tasks_pb
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response

from services.gateway.admission import anybody, signed_in
from services.gateway.cookies import TEXT_SIZES, Look
from services.gateway.forms import Form, form_of
from services.gateway.house import house_of
from services.gateway.pages.entry import inside
from services.gateway.people import ENDED_REASONS, People, Person
from services.gateway.pokes import BETWEEN_OPERATORS_POKES_SECONDS, BETWEEN_POKES_SECONDS, OPERATORS
from services.gateway.problems import wants_json
from services.gateway.visit import person_of, visit_of
from services.gateway.words import LANGUAGES
from services.sdk import IlgamError

_MILLISECONDS_DIGITS_MAX = 16


@anybody
async def look(request: Request) -> Response:
    """Shows and changes how pages look: language, size of text, contrast, single keys."""
    house, visit = house_of(request), visit_of(request)
    if request.method == "GET":
        return house.pages.page(request, "entry/look.html", back=inside(request.query_params.get("back", "")))
    form = await form_of(request)
    chosen = _chosen(visit.look, form)
    if visit.person is not None:
        preferences = pb.Preferences(
            language=chosen.language,
            text_size=chosen.text_size,
            high_contrast=chosen.high_contrast,
            single_keys_off=chosen.single_keys_off,
        )
        await visit.person.client.accounts.SetPreferences(pb.SetPreferencesRequest(preferences=preferences))
        house.people.forget(visit.person.session_id)
    response: Response
    if wants_json(request):
        response = JSONResponse({"saved": True})
    else:
        response = RedirectResponse(inside(form["back"]) or "/", HTTPStatus.SEE_OTHER)
    house.cookies.set_look(response, chosen)
    return response


def _chosen(now: Look, form: Form) -> Look:
    """The look with what the form changes; a form changes one thing or several."""
    if form["language"] in LANGUAGES:
        now = replace(now, language=form["language"])
    if form["text_size"] in {str(size) for size in TEXT_SIZES}:
        now = replace(now, text_size=int(form["text_size"]))
    if form["contrast"] in {"high", "usual"}:
        now = replace(now, high_contrast=form["contrast"] == "high")
    if form["single_keys"] in {"on", "off"}:
        now = replace(now, single_keys_off=form["single_keys"] == "off")
    return now


@signed_in
async def live(request: Request) -> Response:
    """Pokes for the person's pages, as server-sent events.

    `?job=` adds one job that the person may see, `?programme=` one programme; `?since=` is when the page was read, in milliseconds since 1970.
    """
    person, pokes = person_of(request), house_of(request).pokes
    topics = await _topics(person, request.query_params.get("job", ""))
    # Programmes are public.
    topics |= {f"programme:{one}" for one in request.query_params.getlist("programme")[:1] if one}
    people = house_of(request).people
    told = request.query_params.get("since", "")
    since = int(told) / 1000 if told.isdecimal() and len(told) < _MILLISECONDS_DIGITS_MAX else time.time()
    between_seconds = BETWEEN_OPERATORS_POKES_SECONDS if OPERATORS in topics else BETWEEN_POKES_SECONDS

    if not pokes.has_room(person.account_id):
        raise HTTPException(HTTPStatus.TOO_MANY_REQUESTS)

    async def events() -> AsyncIterator[ServerSentEvent]:
        with pokes.counted(person.account_id):
            async for poked in pokes.stream(topics, since, between_seconds):
                if await _has_ended(people, person):
                    return
                yield ServerSentEvent(event="poke", data="") if poked else ServerSentEvent(comment="")

    return EventSourceResponse(events(), ping=3600, headers={"cache-control": "no-store"})


async def _has_ended(people: People, person: Person) -> bool:
    """Whether the session has ended meanwhile; who cannot be asked for now has not."""
    try:
        await people.person_of(UUID(person.session_id))
    except IlgamError as error:
        return error.reason in ENDED_REASONS
    return False


async def _topics(person: Person, job_id: str) -> set[str]:
    """What concerns a person. Asking for the job's own data shows whether they may see it."""
    topics = {f"worker:{person.account_id}", f"account:{person.account_id}"}
    topics |= {f"organisation:{company.organisation_id}" for company in person.companies}
    if "operator" in person.roles:
        topics.add(OPERATORS)
    if job_id and person.roles & {"company", "operator"}:
        await person.client.tasks.GetJob(tasks_pb.GetJobRequest(job_id=job_id))
        topics.add(f"job:{job_id}")
    return topics


@signed_in
async def picture(request: Request) -> Response:
    """A picture or video behind a short-lived link, or a part of it."""
    given, end = request.path_params, request.path_params["end"]
    is_moment = end.isascii() and end.isdecimal() and len(end) < _MILLISECONDS_DIGITS_MAX
    return await house_of(request).pictures.answer(
        person_of(request).session_id,
        int(end) if is_moment else 0,
        given["signature"],
        given["name"],
        request.headers.get("range", ""),
    )


async def health(_request: Request) -> Response:
    """Whether this process serves."""
    return PlainTextResponse("ok")
