"""What comes of consultations: outcomes, pools, offers of jobs, calendar feeds."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from ilgam.workers.v1 import consultations_service_pb2 as pb
from ilgam.workers.v1 import workers_events_pb2 as events

from services.core.ids import new_id
from tests.service.workers.fair import ONLINE, Fair, booking, cancelling, recording
from tests.service.workers.school import School, request_id
from tests.support.identity import company, edge, worker
from tests.support.refusals import fields_of, refusal
from tests.support.servers import Servers
from tests.support.service import running

if TYPE_CHECKING:
    from ilgam.workers.v1.consultations_service_pb2_grpc import ConsultationsServiceAsyncStub as Stub

ADMITTED = events.CONSULTATION_STATE_ADMITTED
EDGE_KEY = "the key of the web's edge"


@pytest.fixture
def fair(school: School) -> Fair:
    return Fair(school)


async def pool_of(fair: Fair) -> pb.ListPoolResponse:
    return await fair.company.ListPool(pb.ListPoolRequest(organisation_id=fair.company_id))


async def offers_to(graduate: Stub) -> list[pb.JobOffer]:
    return list((await graduate.ListOffers(pb.ListOffersRequest())).offers)


def answering(offer_id: str, *, accept: bool) -> pb.AnswerOfferRequest:
    return pb.AnswerOfferRequest(request_id=request_id(), offer_id=offer_id, accept=accept)


def removing(fair: Fair, worker_id: str) -> pb.RemoveFromPoolRequest:
    return pb.RemoveFromPoolRequest(
        request_id=request_id(), organisation_id=fair.company_id, worker_id=worker_id, reason="함께할 일이 끝났어요."
    )


async def told(fair: Fair, worker_id: str) -> list[int]:
    due = await fair.school.service.emitted(events.NoticeDue)
    return [one.template for event in due for one in event.notices if one.account_id == worker_id]


async def test_admission_puts_a_graduate_in_the_pool_with_an_offer_that_they_accept(fair: Fair) -> None:
    jobs = [str(new_id()), str(new_id())]
    graduate, worker_id = await fair.consulted(note="꼼꼼해요", job_ids=[*jobs, jobs[0]], offer_message="함께해요 🙂")
    shown = await pool_of(fair)
    assert [(one.worker_id, one.open_offer_count) for one in shown.members] == [(worker_id, 1)]
    assert shown.member_count == 1
    (offer,) = await offers_to(graduate)
    assert (list(offer.job_ids), offer.message, offer.state) == (jobs, "함께해요 🙂", pb.OFFER_STATE_OPEN)
    accepted = (await graduate.AnswerOffer(answering(offer.offer_id, accept=True))).offer
    assert accepted.state == pb.OFFER_STATE_ACCEPTED
    again = (await graduate.AnswerOffer(answering(offer.offer_id, accept=True))).offer
    assert again == accepted
    assert (await refusal(graduate.AnswerOffer(answering(offer.offer_id, accept=False)))).reason == "OFFER_STATE"
    (joined,) = await fair.school.service.emitted(events.PoolMembershipChanged)
    assert (joined.worker_id, joined.member, joined.revision) == (worker_id, True, 1)
    made, taken = await fair.school.service.emitted(events.JobOfferChanged)
    assert (made.HasField("accepted"), made.revision) == (False, 1)
    assert (taken.accepted, taken.revision) == (True, 2)
    assert [one for one in await told(fair, worker_id) if one >= 13] == [13, 17, 19]
    (step,) = await fair.school.run("SELECT worker_id FROM journey_step WHERE step = 'CONSULTED'")
    assert step.worker_id == UUID(worker_id)


@pytest.mark.parametrize(
    ("outcome", "consulted"),
    [(events.CONSULTATION_STATE_NOT_ADMITTED, True), (events.CONSULTATION_STATE_MISSED, False)],
)
async def test_other_outcomes_admit_nobody_and_the_note_stays_with_the_company(
    fair: Fair, outcome: int, consulted: bool
) -> None:
    graduate, worker_id = await fair.consulted(outcome, note="다음에")
    assert not (await pool_of(fair)).members
    (own,) = (await graduate.ListConsultations(pb.ListConsultationsRequest())).consultations
    assert (own.state, own.outcome_note) == (outcome, "")
    asked = pb.ListConsultationsRequest(organisation_id=fair.company_id)
    assert (await fair.company.ListConsultations(asked)).consultations[0].outcome_note == "다음에"
    steps = await fair.school.run("SELECT worker_id FROM journey_step WHERE step = 'CONSULTED'")
    assert bool(steps) is consulted
    assert (18 in await told(fair, worker_id)) is consulted
    assert not (await fair.school.service.emitted(events.PoolMembershipChanged))


async def test_an_outcome_is_recorded_once_by_the_company_alone(fair: Fair) -> None:
    graduate, _ = await fair.graduate()
    (slot,) = await fair.open(30)
    booked = (await graduate.BookConsultation(booking(slot))).consultation
    await fair.begin(booked.consultation_id)
    stranger = fair.as_caller(company(new_id()))
    assert (await refusal(stranger.RecordConsultationOutcome(recording(booked)))).reason == "NOT_FOUND"
    offering = recording(booked, events.CONSULTATION_STATE_MISSED, job_ids=[str(new_id())])
    assert fields_of(await refusal(fair.company.RecordConsultationOutcome(offering))) == ["job_ids"]
    cancelled = recording(booked, events.CONSULTATION_STATE_CANCELLED)
    assert fields_of(await refusal(fair.company.RecordConsultationOutcome(cancelled))) == ["outcome"]
    answers = await asyncio.gather(
        *(fair.company.RecordConsultationOutcome(recording(booked)) for _ in range(5)), return_exceptions=True
    )
    assert sum(isinstance(one, pb.RecordConsultationOutcomeResponse) for one in answers) == 1
    assert len(await fair.school.service.emitted(events.PoolMembershipChanged)) == 1


async def test_leaving_the_pool_ends_open_offers_and_coming_back_counts_on(fair: Fair) -> None:
    graduate, worker_id = await fair.consulted(job_ids=[str(new_id())])
    await fair.company.RemoveFromPool(removing(fair, worker_id))
    assert not (await pool_of(fair)).members
    (offer,) = await offers_to(graduate)
    assert offer.state == pb.OFFER_STATE_ENDED
    assert (await refusal(graduate.AnswerOffer(answering(offer.offer_id, accept=True)))).reason == "OFFER_STATE"
    assert (await refusal(fair.company.RemoveFromPool(removing(fair, worker_id)))).reason == "NOT_FOUND"
    (slot,) = await fair.open(90)
    booked = (await graduate.BookConsultation(booking(slot))).consultation
    await fair.begin(booked.consultation_id)
    await fair.company.RecordConsultationOutcome(recording(booked))
    changes = await fair.school.service.emitted(events.PoolMembershipChanged)
    assert [(one.member, one.revision) for one in changes] == [(True, 1), (False, 2), (True, 3)]


async def test_jobs_are_offered_to_members_of_the_own_pool_only(fair: Fair) -> None:
    graduate, worker_id = await fair.consulted()
    other = Fair(fair.school)
    fields: dict[str, Any] = {"worker_id": worker_id, "job_ids": [str(new_id())]}
    theirs = pb.OfferJobsRequest(request_id=request_id(), organisation_id=other.company_id, **fields)
    assert (await refusal(other.company.OfferJobs(theirs))).reason == "NOT_FOUND"
    foreign = pb.OfferJobsRequest(request_id=request_id(), organisation_id=fair.company_id, **fields)
    assert (await refusal(other.company.OfferJobs(foreign))).reason == "NOT_FOUND"
    request = pb.OfferJobsRequest(request_id=request_id(), organisation_id=fair.company_id, **fields)
    made = (await fair.company.OfferJobs(request)).offer
    assert (await fair.company.OfferJobs(request)).offer == made
    somebody = fair.as_caller(worker())
    assert (await refusal(somebody.AnswerOffer(answering(made.offer_id, accept=True)))).reason == "NOT_FOUND"
    assert [one.offer_id for one in await offers_to(graduate)] == [made.offer_id]
    asked = pb.ListOffersRequest(organisation_id=fair.company_id)
    assert (await refusal(other.company.ListOffers(asked))).reason == "NOT_FOUND"
    assert (await refusal(other.company.ListPool(pb.ListPoolRequest(organisation_id=fair.company_id)))).reason == (
        "NOT_FOUND"
    )


async def test_one_person_is_looked_for_in_the_own_pool_only(fair: Fair) -> None:
    _, worker_id = await fair.consulted()
    _, member_id = await fair.consulted()
    asked = pb.ListPoolRequest(organisation_id=fair.company_id, worker_id=worker_id)
    found = await fair.company.ListPool(asked)
    assert ([one.worker_id for one in found.members], found.member_count) == ([worker_id], 2)
    await fair.company.RemoveFromPool(removing(fair, worker_id))
    assert not (await fair.company.ListPool(asked)).members
    asked.worker_id = member_id
    assert (await refusal(Fair(fair.school).company.ListPool(asked))).reason == "NOT_FOUND"


async def test_a_feed_shows_what_is_booked_and_cancelled_until_its_token_is_renewed(servers: Servers) -> None:
    async with running("workers", servers, log_level="error", edge_key=EDGE_KEY) as service:
        fair = Fair(School(service))
        graduate, _ = await fair.graduate()
        kept, gone = await fair.open(30, 40, venue=ONLINE)
        first = (await graduate.BookConsultation(booking(kept))).consultation
        await graduate.CancelConsultation(cancelling(first))
        second = (await graduate.BookConsultation(booking(gone))).consultation
        assert (await graduate.GetCalendarFeed(pb.GetCalendarFeedRequest())).token == ""
        renewing = pb.RenewCalendarFeedRequest(request_id=request_id())
        token = (await graduate.RenewCalendarFeed(renewing)).token
        assert (await graduate.GetCalendarFeed(pb.GetCalendarFeedRequest())).token == token
        web = fair.as_caller(edge(EDGE_KEY))
        read = await web.GetCalendarContent(pb.GetCalendarContentRequest(token=token))
        assert {(one.consultation_id, one.state) for one in read.consultations} == {
            (first.consultation_id, events.CONSULTATION_STATE_CANCELLED),
            (second.consultation_id, events.CONSULTATION_STATE_BOOKED),
        }
        ours = pb.RenewCalendarFeedRequest(request_id=request_id(), organisation_id=fair.company_id)
        assert (await refusal(graduate.RenewCalendarFeed(ours))).reason == "NOT_FOUND"
        theirs = (await fair.company.RenewCalendarFeed(ours)).token
        assert (
            await web.GetCalendarContent(pb.GetCalendarContentRequest(token=theirs))
        ).organisation_id == fair.company_id
        await graduate.RenewCalendarFeed(pb.RenewCalendarFeedRequest(request_id=request_id()))
        assert (await refusal(web.GetCalendarContent(pb.GetCalendarContentRequest(token=token)))).reason == "NOT_FOUND"
