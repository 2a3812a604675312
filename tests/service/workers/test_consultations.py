"""Slots and consultations: opened, booked once, moved, cancelled, and what is refused."""

import asyncio
import random
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

import grpc
import pytest
from ilgam.common.v1 import common_pb2
from ilgam.workers.v1 import consultations_service_pb2 as pb
from ilgam.workers.v1 import workers_events_pb2 as events

from services.core.clock import utc_now
from services.core.ids import new_id
from services.runtime.wire import to_timestamp
from services.workers.use_cases.tell_sides import remind
from tests.service.workers.fair import ONLINE, Fair, booking, cancelling, hours_on, moving, recording
from tests.service.workers.school import School, request_id
from tests.support.identity import company, operator, worker
from tests.support.refusals import fields_of, refusal

BOOKED, CANCELLED = events.CONSULTATION_STATE_BOOKED, events.CONSULTATION_STATE_CANCELLED


@pytest.fixture
def fair(school: School) -> Fair:
    return Fair(school)


def notices_of(told: list[events.NoticeDue], template: str) -> list[str]:
    """Who was told something."""
    return [
        one.account_id
        for event in told
        for one in event.notices
        if common_pb2.NoticeTemplate.Name(one.template) == f"NOTICE_TEMPLATE_{template}"
    ]


async def test_a_booked_slot_is_shown_to_both_sides_and_to_nobody_else(fair: Fair) -> None:
    member_id = await fair.act_for_company()
    graduate, worker_id = await fair.graduate()
    slot, _ = await fair.open(30, 31, venue=ONLINE)
    (shown, _) = (await graduate.ListSlots(pb.ListSlotsRequest())).slots
    assert (shown.slot_id, shown.venue.kind, shown.venue.link) == (slot.slot_id, pb.VENUE_KIND_ONLINE, "")
    assert (await graduate.GetSlot(pb.GetSlotRequest(slot_id=slot.slot_id))).slot == shown
    booked = (await graduate.BookConsultation(booking(slot))).consultation
    assert (booked.state, booked.message, booked.venue.link) == (BOOKED, "안녕하세요 🙂", ONLINE.link)
    (left,) = (await graduate.ListSlots(pb.ListSlotsRequest())).slots
    assert left.slot_id != slot.slot_id
    (own,) = (await graduate.ListConsultations(pb.ListConsultationsRequest(only_coming=True))).consultations
    assert own == booked
    theirs = await fair.company.GetConsultation(pb.GetConsultationRequest(consultation_id=booked.consultation_id))
    assert (theirs.consultation.message, len(theirs.certificates), theirs.in_pool) == ("안녕하세요 🙂", 1, False)
    mine = pb.ListSlotsRequest(organisation_id=fair.company_id)
    assert [one.consultation_id for one in (await fair.company.ListSlots(mine)).slots] == [booked.consultation_id, ""]
    watcher = fair.as_caller(operator())
    (seen,) = (await watcher.ListConsultations(pb.ListConsultationsRequest())).consultations
    assert (seen.consultation_id, seen.message, seen.venue.link) == (booked.consultation_id, "", "")
    for stranger in (fair.as_caller(worker()), fair.as_caller(company(new_id()))):
        asked = pb.GetConsultationRequest(consultation_id=booked.consultation_id)
        assert (await refusal(stranger.GetConsultation(asked))).reason == "NOT_FOUND"
    (told,) = await fair.school.service.emitted(events.ConsultationChanged, 1)
    assert (told.worker_id, told.state, told.revision) == (worker_id, BOOKED, 1)
    assert "안녕" not in str(told)
    notices = await fair.school.service.emitted(events.NoticeDue, 1)
    assert sorted(notices_of(notices, "CONSULTATION_BOOKED")) == sorted([worker_id, member_id])


async def test_only_a_valid_certificate_books(fair: Fair) -> None:
    (slot,) = await fair.open(30)
    stranger = fair.as_caller(worker())
    assert (await refusal(stranger.BookConsultation(booking(slot)))).reason == "CERTIFICATE_MISSING"
    graduate, worker_id = await fair.graduate()
    await fair.school.run("UPDATE certificate SET revoke_time = now() WHERE worker_id = :id", id=UUID(worker_id))
    assert (await refusal(graduate.BookConsultation(booking(slot)))).reason == "CERTIFICATE_MISSING"


async def test_a_booking_stays_when_the_certificate_is_void_later_and_the_company_sees_it(fair: Fair) -> None:
    graduate, worker_id = await fair.graduate()
    (slot,) = await fair.open(30)
    booked = (await graduate.BookConsultation(booking(slot))).consultation
    await fair.school.run("UPDATE certificate SET revoke_time = now() WHERE worker_id = :id", id=UUID(worker_id))
    shown = await fair.company.GetConsultation(pb.GetConsultationRequest(consultation_id=booked.consultation_id))
    assert shown.consultation.state == BOOKED
    assert shown.certificates[0].state == 3


async def test_two_tabs_book_one_slot_once(fair: Fair) -> None:
    (slot,) = await fair.open(30)
    first, second = await fair.graduates(2)
    assert (await fair.as_caller(first).BookConsultation(booking(slot))).consultation.slot_id == slot.slot_id
    assert (await refusal(fair.as_caller(second).BookConsultation(booking(slot)))).reason == "SLOT_TAKEN"


async def test_the_same_click_twice_is_one_booking(fair: Fair) -> None:
    graduate, _ = await fair.graduate()
    (slot,) = await fair.open(30)
    request = booking(slot)
    once, twice = await asyncio.gather(graduate.BookConsultation(request), graduate.BookConsultation(request))
    assert once == twice
    assert len(await fair.school.service.emitted(events.ConsultationChanged)) == 1


async def test_withdrawn_and_past_slots_cannot_be_booked(fair: Fair) -> None:
    graduate, _ = await fair.graduate()
    withdrawn, past = await fair.open(30, 31)
    await fair.company.WithdrawSlot(pb.WithdrawSlotRequest(request_id=request_id(), slot_id=withdrawn.slot_id))
    await fair.school.run(
        "UPDATE consultation_slot SET start_time = now() - interval '1 second' WHERE slot_id = :id",
        id=UUID(past.slot_id),
    )
    for slot in (withdrawn, past):
        assert (await refusal(graduate.BookConsultation(booking(slot)))).reason == "CONSULTATION_STATE"
    assert not (await graduate.ListSlots(pb.ListSlotsRequest())).slots
    nothing = pb.Slot(slot_id=str(new_id()))
    assert (await refusal(graduate.BookConsultation(booking(nothing)))).reason == "NOT_FOUND"


async def test_a_person_is_never_at_two_talks_at_a_time(fair: Fair) -> None:
    graduate, _ = await fair.graduate()
    other = Fair(fair.school)
    (first,), (clashing,) = await fair.open(30), await other.open(30.25)
    await graduate.BookConsultation(booking(first))
    assert (await refusal(graduate.BookConsultation(booking(clashing)))).reason == "SLOT_OVERLAPS"
    (again,) = await fair.open(50)
    assert (await refusal(graduate.BookConsultation(booking(again)))).reason == "CONSULTATION_STATE"


async def test_a_companys_slots_overlap_only_on_purpose(fair: Fair) -> None:
    await fair.open(30)
    with pytest.raises(grpc.aio.AioRpcError, match="overlaps"):
        await fair.open(30.25)
    with pytest.raises(grpc.aio.AioRpcError, match="overlaps"):
        await fair.open(40, 40.25)
    await fair.open(30, 30, 30.25, parallel=True)
    shown = await fair.company.ListSlots(pb.ListSlotsRequest(organisation_id=fair.company_id))
    assert len(shown.slots) == 4


async def test_slots_need_times_to_come_and_a_venue_that_fits(fair: Fair) -> None:
    whole: dict[str, Any] = {"organisation_id": fair.company_id, "duration_minutes": 30, "venue": ONLINE}
    soon = [to_timestamp(hours_on(5))]
    wrong = [
        (whole | {"start_times": [to_timestamp(hours_on(-1))]}, "start_times"),
        (whole | {"start_times": [to_timestamp(hours_on(24 * 400))]}, "start_times"),
        (whole | {"start_times": soon, "venue": pb.Venue(kind=pb.VENUE_KIND_PLACE)}, "venue.place"),
        (whole | {"start_times": soon, "venue": pb.Venue(kind=pb.VENUE_KIND_PHONE)}, "venue.phone"),
        (whole | {"start_times": soon, "venue": pb.Venue(kind=pb.VENUE_KIND_ONLINE, link="ftp://x")}, "venue.link"),
        (whole | {"start_times": soon, "note": "가" * 1_000_000}, "note"),
    ]
    for fields, name in wrong:
        request = pb.OpenSlotsRequest(request_id=request_id(), **fields)
        assert name in fields_of(await refusal(fair.company.OpenSlots(request)))
    foreign = whole | {"organisation_id": str(new_id()), "start_times": soon}
    refused = await refusal(fair.company.OpenSlots(pb.OpenSlotsRequest(request_id=request_id(), **foreign)))
    assert refused.reason == "NOT_FOUND"


async def test_a_move_frees_the_old_slot_and_takes_the_new_one_in_one_step(fair: Fair) -> None:
    graduate, _ = await fair.graduate()
    early, late, taken = await fair.open(30, 40, 50)
    (rival,) = await fair.graduates(1)
    await fair.as_caller(rival).BookConsultation(booking(taken))
    booked = (await graduate.BookConsultation(booking(early))).consultation
    assert (await refusal(graduate.MoveConsultation(moving(booked, taken)))).reason == "SLOT_TAKEN"
    (foreign,) = await Fair(fair.school).open(60)
    assert (await refusal(graduate.MoveConsultation(moving(booked, foreign)))).reason == "NOT_FOUND"
    assert (await refusal(fair.as_caller(rival).MoveConsultation(moving(booked, late)))).reason == "NOT_FOUND"
    moved = (await graduate.MoveConsultation(moving(booked, late))).consultation
    assert (moved.slot_id, moved.start_time, moved.revision) == (late.slot_id, late.start_time, 2)
    free = await graduate.ListSlots(pb.ListSlotsRequest(company_id=fair.company_id))
    assert [slot.slot_id for slot in free.slots] == [early.slot_id]


async def test_people_who_swap_slots_do_not_wait_for_each_other(fair: Fair) -> None:
    left, right = await fair.open(30, 40)
    people = [fair.as_caller(one) for one in await fair.graduates(2)]
    one = (await people[0].BookConsultation(booking(left))).consultation
    other = (await people[1].BookConsultation(booking(right))).consultation
    for _ in range(20):
        answers = await asyncio.gather(
            people[0].MoveConsultation(moving(one, right)),
            people[1].MoveConsultation(moving(other, left)),
            return_exceptions=True,
        )
        assert all("taken" in str(answer) or "somebody else" in str(answer) for answer in answers)


async def test_what_a_graduate_cancels_is_open_again_and_what_a_company_cancels_is_not(fair: Fair) -> None:
    first, second = [fair.as_caller(one) for one in await fair.graduates(2)]
    slot, other = await fair.open(30, 31)
    given_up = (await first.BookConsultation(booking(slot))).consultation
    gone = (await first.CancelConsultation(cancelling(given_up))).consultation
    assert (gone.state, gone.cancelled_by_company) == (CANCELLED, False)
    booked = (await second.BookConsultation(booking(slot))).consultation
    assert fields_of(await refusal(fair.company.CancelConsultation(cancelling(booked)))) == ["reason"]
    stranger = fair.as_caller(company(new_id()))
    assert (await refusal(stranger.CancelConsultation(cancelling(booked, "왜")))).reason == "NOT_FOUND"
    await fair.company.CancelConsultation(cancelling(booked, "담당자가 아파요."))
    shown = await second.GetConsultation(pb.GetConsultationRequest(consultation_id=booked.consultation_id))
    assert (shown.consultation.cancel_reason, shown.consultation.cancelled_by_company) == ("담당자가 아파요.", True)
    free = (await first.ListSlots(pb.ListSlotsRequest())).slots
    assert [one.slot_id for one in free] == [other.slot_id]
    assert (await refusal(second.CancelConsultation(cancelling(booked)))).reason == "CONSULTATION_STATE"


async def test_nothing_is_cancelled_or_moved_after_the_start_and_no_outcome_recorded_before(fair: Fair) -> None:
    graduate, _ = await fair.graduate()
    slot, later = await fair.open(30, 40)
    booked = (await graduate.BookConsultation(booking(slot))).consultation
    assert (await refusal(fair.company.RecordConsultationOutcome(recording(booked)))).reason == "CONSULTATION_STATE"
    await fair.begin(booked.consultation_id)
    for act in (
        graduate.CancelConsultation(cancelling(booked)),
        fair.company.CancelConsultation(cancelling(booked, "늦었어요")),
        graduate.MoveConsultation(moving(booked, later)),
    ):
        assert (await refusal(act)).reason == "CONSULTATION_STATE"


async def test_both_sides_are_reminded_once_the_day_before_and_again_after_a_move(fair: Fair) -> None:
    member_id = await fair.act_for_company()
    graduate, worker_id = await fair.graduate()
    soon, far = await fair.open(20, 60)
    booked = (await graduate.BookConsultation(booking(soon))).consultation
    for _ in range(2):
        async with fair.school.service.database.transaction() as tx:
            await remind(tx, utc_now())
    told = await fair.school.service.emitted(events.NoticeDue, 2)
    assert sorted(notices_of(told, "CONSULTATION_SOON")) == sorted([worker_id, member_id])
    await graduate.MoveConsultation(moving(booked, far))
    async with fair.school.service.database.transaction() as tx:
        await remind(tx, utc_now() + timedelta(hours=40))
    told = await fair.school.service.emitted(events.NoticeDue)
    assert notices_of(told, "CONSULTATION_SOON").count(worker_id) == 2


async def test_slots_and_consultations_come_in_pages(fair: Fair) -> None:
    await fair.open(*range(30, 37))
    found: list[str] = []
    token = ""
    while True:
        page = await fair.company.ListSlots(
            pb.ListSlotsRequest(organisation_id=fair.company_id, page_size=3, page_token=token)
        )
        found += [slot.slot_id for slot in page.slots]
        token = page.next_page_token
        if not token:
            break
    assert len(found) == len(set(found)) == 7
    for bad in ("x", "eyJ0aW1lIjoiMjAyMC0wMS0wMSIsImlkIjoiMSJ9"):
        request = pb.ListConsultationsRequest(organisation_id=fair.company_id, page_token=bad)
        assert (await refusal(fair.company.ListConsultations(request))).reason == "PAGE_TOKEN_INVALID"


@pytest.mark.parametrize("races", [100, pytest.param(1000, marks=pytest.mark.long)])
async def test_no_slot_is_booked_twice_however_many_race_for_it(fair: Fair, races: int) -> None:
    rivals, chance = 4, random.Random(7)
    people = await fair.graduates(40)
    stubs = [fair.as_caller(one) for one in people]
    bound = asyncio.Semaphore(24)

    async def act(person: int, slot: pb.Slot) -> str:
        async with bound:
            try:
                await stubs[person].BookConsultation(booking(slot))
            except grpc.aio.AioRpcError as error:
                return (error.details() or "")[:40]
        return "booked"

    outcomes: Counter[str] = Counter()
    for _ in range(races // 20):
        companies = [Fair(fair.school) for _ in range(20)]
        slots = [(await one.open(chance.uniform(30, 8000)))[0] for one in companies]
        racing = [act(person, slot) for slot in slots for person in chance.sample(range(40), rivals)]
        outcomes.update(await asyncio.gather(*racing))
    twice = await fair.school.run(
        "SELECT slot_id FROM consultation WHERE state <> 'CANCELLED' GROUP BY slot_id HAVING count(*) > 1"
    )
    booked = await fair.school.run("SELECT count(*) FROM consultation WHERE state = 'BOOKED'")
    assert twice == []
    assert booked[0][0] == outcomes["booked"]
    assert outcomes["booked"] >= races * 0.95
    assert set(outcomes) <= {"booked", "somebody else has the slot", "it overlaps another consultation"}
