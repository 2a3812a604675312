"""Programmes and cohorts under test, and places in them through the public API."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from ilgam.common.v1 import common_pb2
from ilgam.workers.v1 import programmes_service_pb2 as pb

from services.runtime.wire import to_timestamp
from services.sdk import Client, IlgamError, new_request_id
from tests.support.market import Person
from tests.support.service import eventually


def at(**ahead: float) -> datetime:
    """An instant so far from now."""
    return datetime.now(UTC) + timedelta(**ahead)


def programme_terms(**changed: Any) -> pb.ProgrammeTerms:
    """A programme of ten weeks."""
    terms: dict[str, Any] = {
        "title": common_pb2.LocalText(ko="인공지능 데이터 라벨링 교육", en="AI data labelling course"),
        "weeks": 10,
        "target_graduates": 400,
        "waiting_max": 10,
        "accept_seconds": 3600,
    }
    return pb.ProgrammeTerms(**(terms | changed))


def cohort_terms(cohort_no: int = 1, seat_count: int = 2, **changed: datetime) -> pb.CohortTerms:
    """A cohort whose registration is open, and whose course begins next week."""
    times = {
        "open_time": at(days=-1),
        "close_time": at(days=1),
        "start_time": at(days=7),
        "end_time": at(days=77),
    } | changed
    stamps: dict[str, Any] = {name: to_timestamp(instant) for name, instant in times.items()}
    return pb.CohortTerms(cohort_no=cohort_no, seat_count=seat_count, online=True, **stamps)


async def new_programme(operator: Client, **changed: Any) -> str:
    """A programme; gives its id."""
    request = pb.CreateProgrammeRequest(request_id=new_request_id(), terms=programme_terms(**changed))
    return (await operator.programmes.CreateProgramme(request)).programme.programme_id


async def new_cohort(operator: Client, programme_id: str, terms: pb.CohortTerms) -> str:
    """A cohort; gives its id."""
    request = pb.CreateCohortRequest(request_id=new_request_id(), programme_id=programme_id, terms=terms)
    return (await operator.programmes.CreateCohort(request)).cohort.cohort_id


async def enrol(person: Person, cohort_id: str) -> pb.Enrolment:
    """An application; whoever has just come is known to programmes a moment later."""
    request = pb.EnrolInCohortRequest(request_id=new_request_id(), cohort_id=cohort_id, residence_declared=True)

    async def known() -> pb.Enrolment | None:
        try:
            return (await person.client.programmes.EnrolInCohort(request)).enrolment
        except IlgamError as error:
            if error.reason != "UNAVAILABLE":
                raise
            return None

    found: pb.Enrolment = await eventually(known)
    return found
