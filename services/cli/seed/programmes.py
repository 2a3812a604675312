"""The demo's two programmes with their cohorts: the one of 2020 as history, and a running one whose today is its 9 June."""

import tomllib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from google.protobuf.timestamp_pb2 import Timestamp
from ilgam.common.v1 import common_pb2
from ilgam.workers.v1 import programmes_service_pb2 as pb

from services.sdk import Client, new_request_id

_FILE = Path(__file__).parent / "programmes.toml"
SEOUL: Final = ZoneInfo("Asia/Seoul")
HISTORY, RUNNING = "history", "running"
COHORT_COUNT, SEAT_COUNT, WAITING_MAX = 10, 40, 40
# Of the running programme, the first cohort began so long ago: today is its 9 June.
BEGAN_DAYS_AGO = 7
COURSE_DAYS = 9
# Days from the first cohort's first day: applications for the first four cohorts, then a week for each later one.
EARLY_OPEN_DAYS, EARLY_CLOSE_DAYS = -15, -4
EARLY_COHORTS = 4
LATER_OPEN_DAYS, WINDOW_DAYS = 3, 6
MORNING, OPENING, EVENING = time(9), time(10), time(18)
ACCEPT_HOURS = 24
PAGE_SIZE = 100


@dataclass(frozen=True)
class Programme:
    """A programme of the demo as it is in the system.

    Attributes:
        programme_id: of the programme.
        cohorts: in the order of their numbers.
        is_new: it was made just now.
    """

    programme_id: str
    cohorts: list[pb.Cohort]
    is_new: bool


def cohort_terms(number: int, first_day: date) -> pb.CohortTerms:
    """A cohort's dates: one begins every week, the later ones are applied for in a week of their own.

    Args:
        number: from 1.
        first_day: the first cohort's first day.
    """
    begin = first_day + timedelta(weeks=number - 1)
    if number <= EARLY_COHORTS:
        opens, closes = first_day + timedelta(EARLY_OPEN_DAYS), first_day + timedelta(EARLY_CLOSE_DAYS)
    else:
        opens = first_day + timedelta(LATER_OPEN_DAYS) + timedelta(weeks=number - EARLY_COHORTS - 1)
        closes = opens + timedelta(WINDOW_DAYS)
    terms = pb.CohortTerms(cohort_no=number, seat_count=SEAT_COUNT, place=_local(_texts()["place"]))
    terms.start_time.CopyFrom(instant(begin, MORNING))
    terms.end_time.CopyFrom(instant(begin + timedelta(COURSE_DAYS), EVENING))
    terms.open_time.CopyFrom(instant(opens, OPENING))
    terms.close_time.CopyFrom(instant(closes, EVENING))
    return terms


def first_day_of(name: str, today: date) -> date:
    """The first day of the first cohort of HISTORY or RUNNING."""
    if name == RUNNING:
        return today - timedelta(BEGAN_DAYS_AGO)
    found: date = _texts()[name]["first_day"]
    return found


def instant(day: date, at: time) -> Timestamp:
    """A day's time in Seoul."""
    stamp = Timestamp()
    stamp.FromDatetime(datetime.combine(day, at, SEOUL))
    return stamp


async def find_programme(operator: Client, name: str, organisation_id: str, today: date) -> Programme:
    """Find a programme by its title or make it; cohorts that are missing are made.

    Args:
        operator: signed in as an operator.
        name: HISTORY or RUNNING.
        organisation_id: who teaches.
        today: in Seoul; decides the dates of a running programme that is made now.
    """
    terms = _terms(name, organisation_id)
    found = {one.terms.title.ko: one async for one in _listed(operator)}.get(terms.title.ko)
    if found is None:
        request = pb.CreateProgrammeRequest(request_id=new_request_id(), terms=terms)
        programme_id = (await operator.programmes.CreateProgramme(request)).programme.programme_id
    else:
        programme_id = found.programme_id
    cohorts = await list_cohorts(operator, programme_id)
    for wanted in _missing(cohorts, first_day_of(name, today)):
        make = pb.CreateCohortRequest(request_id=new_request_id(), programme_id=programme_id, terms=wanted)
        cohorts.append((await operator.programmes.CreateCohort(make)).cohort)
    return Programme(programme_id, cohorts, found is None)


async def list_cohorts(operator: Client, programme_id: str) -> list[pb.Cohort]:
    """All cohorts of a programme, in the order of their numbers."""
    request = pb.ListCohortsRequest(programme_id=programme_id, page_size=PAGE_SIZE)
    return list((await operator.programmes.ListCohorts(request)).cohorts)


def _missing(cohorts: list[pb.Cohort], first_day: date) -> Iterator[pb.CohortTerms]:
    there = {cohort.terms.cohort_no: cohort for cohort in cohorts}
    if 1 in there:
        # The days of one that was cut short are those that it began with.
        first_day = there[1].terms.start_time.ToDatetime(ZoneInfo("UTC")).astimezone(SEOUL).date()
    return (cohort_terms(number, first_day) for number in range(1, COHORT_COUNT + 1) if number not in there)


def _terms(name: str, organisation_id: str) -> pb.ProgrammeTerms:
    texts = _texts()[name]
    return pb.ProgrammeTerms(
        title=_local(texts["title"]),
        aims=_local(texts["aims"]),
        description=_local(texts["description"]),
        weeks=texts["weeks"],
        target_graduates=texts["target_graduates"],
        organisation_id=organisation_id,
        residents_only=True,
        accept_seconds=ACCEPT_HOURS * 3600,
        waiting_max=WAITING_MAX,
    )


async def _listed(operator: Client) -> AsyncIterator[pb.Programme]:
    token = ""
    while True:
        page = await operator.programmes.ListProgrammes(pb.ListProgrammesRequest(page_size=PAGE_SIZE, page_token=token))
        for programme in page.programmes:
            yield programme
        token = page.next_page_token
        if not token:
            return


@cache
def _texts() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def _local(texts: dict[str, str]) -> common_pb2.LocalText:
    return common_pb2.LocalText(ko=texts["ko"], en=texts["en"])
