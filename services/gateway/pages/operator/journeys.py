"""The funnel from application to first pay: where people fall off, who is idle, and how far the target is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from google.protobuf.timestamp_pb2 import Timestamp
from ilgam.common.v1.common_pb2 import AnnotationType
from ilgam.tasks.v1 import tasks_service_pb2 as tasks_pb
from ilgam.workers.v1 import journeys_service_pb2 as pb
from ilgam.workers.v1 import programmes_service_pb2 as programmes_pb
from ilgam.workers.v1 import workers_events_pb2
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from services.gateway.admission import operator
from services.gateway.asking import answer_or_none
from services.gateway.forms import Form, empty_form
from services.gateway.house import house_of
from services.gateway.pages.learn.steps import STEPS, step_name
from services.gateway.pages.operator import journey_tables as tables
from services.gateway.pages.operator.asking import ROWS
from services.gateway.visit import person_of, visit_of
from services.gateway.words import SEOUL, Words

PROGRAMMES_MAX: Final = 200
AGES: Final = tuple(number for number in workers_events_pb2.AgeBand.values() if number)
FIELDS: Final = ("programme", "cohort", "age", "from", "to")


@dataclass(frozen=True)
class Asked:
    """What the address asks for, and the words of what is wrong with it in `form.wrong`."""

    form: Form
    request: pb.GetFunnelRequest

    @property
    def query(self) -> str:
        """The same again, for the addresses of files."""
        return urlencode({name: self.form[name] for name in FIELDS if self.form[name]})


@operator
async def board(request: Request) -> Response:
    """The funnel of everybody, or of those who are asked for."""
    client, asked = person_of(request).client, _asked(request)
    funnel, idle, open_work, programmes, cohorts = await asyncio.gather(
        _funnel(request, asked),
        answer_or_none(client.journeys.GetIdleCounts(pb.GetIdleCountsRequest())),
        answer_or_none(client.tasks.GetOpenWork(tasks_pb.GetOpenWorkRequest())),
        _programmes(request),
        _cohorts(request, asked.request.programme_id),
    )
    titles = {one.programme_id: title_in(visit_of(request).words, one) for one in programmes}
    return house_of(request).pages.page(
        request,
        "operator/journeys.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if asked.form.wrong else HTTPStatus.OK,
        form=asked.form,
        query=asked.query,
        funnel=funnel,
        bars=tables.bars(funnel.steps) if funnel else [],
        idle=tables.idle_lines(idle.counts, open_work) if idle else None,
        programmes=[(one.programme_id, titles[one.programme_id]) for one in programmes],
        cohorts=cohorts,
        ages=AGES,
        steps=[step_name(step) for step in STEPS],
        step_name=step_name,
        name_of=lambda cohort: tables.cohort_name(visit_of(request).words, cohort, titles),
    )


@operator
async def as_file(request: Request) -> Response:
    """One of the page's tables as a CSV, of the same people."""
    what, asked, words = request.path_params["what"], _asked(request), visit_of(request).words
    if asked.form.wrong:
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY)
    client = person_of(request).client
    if what == "idle":
        idle, open_work = await asyncio.gather(
            client.journeys.GetIdleCounts(pb.GetIdleCountsRequest()),
            answer_or_none(client.tasks.GetOpenWork(tasks_pb.GetOpenWorkRequest())),
        )
        return _csv(what, tables.idle_csv(tables.idle_lines(idle.counts, open_work)))
    funnel = await client.journeys.GetFunnel(asked.request)
    makers: dict[str, Callable[[pb.GetFunnelResponse], bytes]] = {
        "steps": tables.steps_csv,
        "days": tables.days_csv,
        "hourly": tables.hourly_csv,
        "target": tables.target_csv,
        "ages": lambda told: tables.ages_csv(told, words),
    }
    if what == "cohorts":
        titles = {one.programme_id: title_in(words, one) for one in await _programmes(request)}
        return _csv(what, tables.cohorts_csv(funnel, lambda cohort: tables.cohort_name(words, cohort, titles)))
    if what not in makers:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return _csv(what, makers[what](funnel))


@operator
async def idle_people(request: Request) -> Response:
    """Who could do one annotation type and has had no work lately."""
    kind = request.path_params["kind"]
    name = f"ANNOTATION_TYPE_{kind}"
    if name not in set(AnnotationType.keys()) or not visit_of(request).words.has(f"states.{kind}"):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    told = await person_of(request).client.journeys.ListIdle(
        pb.ListIdleRequest(
            annotation_type=AnnotationType.Value(name),
            page_size=ROWS,
            page_token=request.query_params.get("page", ""),
        )
    )
    return house_of(request).pages.page(
        request,
        "operator/journeys_idle.html",
        kind=kind,
        workers=told.workers,
        names=await house_of(request).people.accounts.names(one.worker_id for one in told.workers),
        day_of=_day_of,
        turned="page" in request.query_params,
        next_page=told.next_page_token,
    )


def title_in(words: Words, programme: programmes_pb.Programme) -> str:
    """A programme's title in a language; the Korean one where there is no other."""
    title = programme.terms.title
    return (title.en if words.language == "en" else title.ko) or title.ko


async def _funnel(request: Request, asked: Asked) -> pb.GetFunnelResponse | None:
    """The funnel; None where the address asks for what there is not, which is said at its field then."""
    return None if asked.form.wrong else await person_of(request).client.journeys.GetFunnel(asked.request)


async def _programmes(request: Request) -> list[programmes_pb.Programme]:
    asking = programmes_pb.ListProgrammesRequest(page_size=PROGRAMMES_MAX)
    told = await answer_or_none(person_of(request).client.programmes.ListProgrammes(asking))
    return list(told.programmes) if told else []


async def _cohorts(request: Request, programme_id: str) -> list[programmes_pb.Cohort]:
    if not programme_id:
        return []
    asking = programmes_pb.ListCohortsRequest(programme_id=programme_id, page_size=PROGRAMMES_MAX)
    told = await answer_or_none(person_of(request).client.programmes.ListCohorts(asking))
    return list(told.cohorts) if told else []


def _asked(request: Request) -> Asked:
    words, typed = visit_of(request).words, request.query_params
    form = empty_form(**{name: typed.get(name, "").strip()[:100] for name in FIELDS})
    found = pb.GetFunnelRequest(
        programme_id=_uuid(form["programme"]),
        # A cohort is one of the programme's: without a programme there is none to choose.
        cohort_id=_uuid(form["cohort"]) if _uuid(form["programme"]) else "",
        age_band=workers_events_pb2.AgeBand.ValueType(int(form["age"]))
        if form["age"].isdecimal() and int(form["age"]) in AGES
        else workers_events_pb2.AGE_BAND_UNSPECIFIED,
    )
    for name, field, days in (("from", found.from_time, 0), ("to", found.to_time, 1)):
        _put_day(form, name, field, days, words)
    if found.age_band and (found.cohort_id or any(typed.get(name) for name in ("from", "to"))):
        form.wrong["age"] = words("journeys.age_alone")
    return Asked(form, found)


def _put_day(form: Form, name: str, moment: Timestamp, days: int, words: Words) -> None:
    """Reads the beginning of a day in Seoul, so many days later, into a message's field."""
    if not form[name]:
        return
    try:
        day = date.fromisoformat(form[name]) + timedelta(days=days)
        moment.FromDatetime(datetime.combine(day, time(), SEOUL).astimezone(UTC))
    except (ValueError, OverflowError):
        form.wrong[name] = words("journeys.date_wrong")
        # A field for dates can show nothing else.
        form.values[name] = ""


def _day_of(text: str) -> datetime | None:
    """A day of the contract (2026-11-22) as a moment of it in Seoul; None for none."""
    return datetime.combine(date.fromisoformat(text), time(12), SEOUL) if text else None


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""


def _csv(what: str, content: bytes) -> Response:
    return Response(
        content,
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="journeys-{what}.csv"'},
    )
