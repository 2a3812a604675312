"""The person's own way: where they stand, what comes next, and what they have done so far."""

from __future__ import annotations

import asyncio
from typing import Final

from ilgam.workers.v1 import (
    consultations_service_pb2,
    journeys_service_pb2,
    programmes_service_pb2,
    workers_events_pb2,
)
from ilgam.workers.v1 import workers_service_pb2 as workers_pb
from starlette.requests import Request
from starlette.responses import Response

from services.gateway.admission import worker
from services.gateway.asking import answer_or_none
from services.gateway.certificates import state_of
from services.gateway.house import house_of
from services.gateway.kinds import kind_of
from services.gateway.pages.learn.steps import way_next, way_steps
from services.gateway.visit import person_of

ROWS: Final = 10


@worker
async def way(request: Request) -> Response:
    """My way; a part that cannot be told now is left out with words, the rest is shown."""
    client = person_of(request).client
    journey, enrolments, exams, profile, talks = await asyncio.gather(
        client.journeys.GetJourney(journeys_service_pb2.GetJourneyRequest()),
        answer_or_none(client.programmes.ListEnrolments(programmes_service_pb2.ListEnrolmentsRequest(page_size=ROWS))),
        answer_or_none(client.workers.ListExams(workers_pb.ListExamsRequest())),
        answer_or_none(client.workers.GetWorkerProfile(workers_pb.GetWorkerProfileRequest())),
        answer_or_none(
            client.consultations.ListConsultations(consultations_service_pb2.ListConsultationsRequest(page_size=ROWS))
        ),
    )
    companies = {one.organisation_id for one in talks.consultations} if talks else set()
    return house_of(request).pages.page(
        request,
        "learn/way.html",
        journey=journey,
        steps=way_steps(journey),
        next=way_next(journey.next),
        enrolments=enrolments,
        results=[(kind_of(one.annotation_type), one.last_result) for one in exams.exams if one.HasField("last_result")]
        if exams
        else None,
        profile=profile,
        talks=talks,
        companies=await house_of(request).people.accounts.names(companies) if companies else {},
        kind_of=kind_of,
        enrolment_state=enrolment_state,
        talk_state=talk_state,
        certificate_state=state_of,
    )


def enrolment_state(enrolment: programmes_service_pb2.Enrolment) -> str:
    """ENROLLED, WAITING...: a key of the texts."""
    return workers_events_pb2.EnrolmentState.Name(enrolment.state).removeprefix("ENROLMENT_STATE_")


def talk_state(talk: consultations_service_pb2.Consultation) -> str:
    """BOOKED, ADMITTED...: a key of the texts."""
    return workers_events_pb2.ConsultationState.Name(talk.state).removeprefix("CONSULTATION_STATE_")
