"""A closed account gives back what it holds, and leaves nothing personal behind."""

from typing import Any, cast

from ilgam.accounts.v1 import accounts_events_pb2 as accounts_events
from ilgam.workers.v1 import consultations_service_pb2 as pb
from ilgam.workers.v1 import workers_events_pb2 as events

from tests.service.workers.desk import Desk, enrol
from tests.service.workers.fair import Fair, booking, recording
from tests.service.workers.school import School
from tests.support.identity import worker
from tests.support.refusals import refusal


def closed(account_id: str) -> accounts_events.AccountClosed:
    return accounts_events.AccountClosed(account_id=account_id, revision=5)


async def test_consultations_pools_and_words_go(school: School) -> None:
    fair = Fair(school)
    admitted, admitted_id = await fair.consulted(note="말을 아주 잘해요", job_ids=[])
    (slot,) = await fair.open(50)
    await admitted.BookConsultation(booking(slot))
    await school.service.deliver(closed(admitted_id), closed(admitted_id))
    texts = await school.run("SELECT message, outcome_note, cancel_reason, state FROM consultation ORDER BY start_time")
    assert [tuple(row) for row in texts] == [("", "", "", "ADMITTED"), ("", "", "", "CANCELLED")]
    (again,) = [one for one in (await fair.company.ListSlots(mine(fair))).slots if one.slot_id == slot.slot_id]
    assert not again.consultation_id  # the slot is open for somebody else
    left = (await school.service.emitted(events.PoolMembershipChanged, 2))[-1]
    assert (left.worker_id, left.member) == (admitted_id, False)
    assert not await school.run("SELECT 1 FROM request WHERE caller_id = CAST(:id AS uuid)", id=admitted_id)
    (row,) = await school.run("SELECT grant_reason, revoke_time FROM certificate")
    assert tuple(row) == ("", None)  # the certificate's facts stay


def mine(fair: Fair) -> pb.ListSlotsRequest:
    return pb.ListSlotsRequest(organisation_id=fair.company_id)


async def test_a_seat_goes_to_the_next_and_the_age_is_forgotten(desk: Desk) -> None:
    cohort_id = await desk.cohort()
    people = await desk.callers(3)
    for person in people:
        await enrol(desk.as_caller(person), cohort_id, age_band=cast(Any, 2))
    await desk.service.deliver(closed(str(people[0].account_id)))
    states = await desk.run("SELECT state, age_band FROM enrolment ORDER BY enrolment_no")
    assert [tuple(row) for row in states] == [("CANCELLED", 0), ("ENROLLED", 2), ("OFFERED", 2)]


async def test_somebody_who_was_never_here_is_closed_without_trouble(school: School) -> None:
    await school.service.deliver(closed(str(worker().account_id)))
    assert await school.run("SELECT 1 FROM dead_letter") == []


async def test_a_talk_without_an_outcome_leads_nobody_into_a_pool_who_has_closed_the_account(school: School) -> None:
    fair = Fair(school)
    graduate, worker_id = await fair.graduate()
    (slot,) = await fair.open(30)
    booked = (await graduate.BookConsultation(booking(slot))).consultation
    await fair.begin(booked.consultation_id)
    await school.service.deliver(closed(worker_id))
    error = await refusal(fair.company.RecordConsultationOutcome(recording(booked, note="말을 아주 잘해요")))
    assert error.reason == "CONSULTATION_STATE"
    (row,) = await school.run("SELECT state, outcome_note FROM consultation")
    assert tuple(row) == ("CANCELLED", "")
    assert not await school.run("SELECT 1 FROM pool_member")
