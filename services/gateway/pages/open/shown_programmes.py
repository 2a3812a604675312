"""Programmes, cohorts and enrolments in the form that pages show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from google.protobuf.timestamp_pb2 import Timestamp
from ilgam.workers.v1 import programmes_service_pb2 as pb
from ilgam.workers.v1 import workers_events_pb2 as events_pb

from services.gateway.visit import Visit
from services.sdk import Client

AGE_BANDS: Final = tuple(events_pb.AgeBand.values()[1:])
LIVE_STATES: Final = (
    events_pb.ENROLMENT_STATE_ENROLLED,
    events_pb.ENROLMENT_STATE_WAITING,
    events_pb.ENROLMENT_STATE_OFFERED,
    events_pb.ENROLMENT_STATE_COMPLETED,
)
_COHORTS_AT_ONCE: Final = 200


def cohort_state(cohort: pb.Cohort) -> str:
    """ANNOUNCED, OPEN, FULL or CLOSED; WAITING for an open one where only the waiting list takes people."""
    name = pb.CohortState.Name(cohort.state).removeprefix("COHORT_STATE_")
    return "WAITING" if name == "OPEN" and not seats_left(cohort) else name


def seats_left(cohort: pb.Cohort) -> int:
    """How many seats somebody who applies now can get; none while others wait."""
    return 0 if cohort.waiting_count else max(0, cohort.terms.seat_count - cohort.taken_count)


def enrolment_state(enrolment: pb.Enrolment) -> str:
    """ENROLLED, WAITING, ..."""
    return events_pb.EnrolmentState.Name(enrolment.state).removeprefix("ENROLMENT_STATE_")


def residence_state(enrolment: pb.Enrolment) -> str:
    """NOT_ASKED, DECLARED, ..."""
    return pb.ResidenceState.Name(enrolment.residence_state).removeprefix("RESIDENCE_STATE_")


def age_band_name(band: events_pb.AgeBand.ValueType) -> str:
    """UNDER_30, ..."""
    return events_pb.AgeBand.Name(band).removeprefix("AGE_BAND_")


def seconds_between(now: Timestamp, then: Timestamp) -> float:
    """How long it is from one moment to another; below 0 for the past."""
    return (then.ToMicroseconds() - now.ToMicroseconds()) / 1e6


def by_interest(cohorts: Sequence[pb.Cohort]) -> tuple[list[pb.Cohort], list[pb.Cohort]]:
    """Cohorts that take applications or will, those that are open first; and those that are full or over."""
    over = {pb.COHORT_STATE_CLOSED}
    ahead = [one for one in cohorts if one.state not in over]
    ranks = {pb.COHORT_STATE_OPEN: 0, pb.COHORT_STATE_ANNOUNCED: 1}
    return sorted(ahead, key=lambda one: ranks.get(one.state, 2)), [one for one in cohorts if one.state in over]


async def all_cohorts(client: Client, programme_id: str) -> tuple[list[pb.Cohort], Timestamp]:
    """The first 200 cohorts of a programme, and the server's clock."""
    request = pb.ListCohortsRequest(programme_id=programme_id, page_size=_COHORTS_AT_ONCE)
    answer = await client.programmes.ListCohorts(request)
    return list(answer.cohorts), answer.now


async def live_enrolment(visit: Visit, programme_id: str) -> pb.Enrolment | None:
    """The person's own live enrolment in a programme, if they are somebody who labels and have one."""
    if visit.person is None or "worker" not in visit.person.roles:
        return None
    asked = pb.ListEnrolmentsRequest(states=LIVE_STATES, page_size=200, worker_id=visit.person.account_id)
    found = (await visit.person.client.programmes.ListEnrolments(asked)).enrolments
    return next((one for one in found if one.programme_id == programme_id), None)
