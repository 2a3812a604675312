"""First come, first served: seats, the waiting list, and what becomes of them."""

import asyncio
import itertools
from collections import Counter
from uuid import UUID

import pytest
from ilgam.workers.v1 import programmes_service_pb2 as pb
from ilgam.workers.v1 import workers_events_pb2 as events

from tests.service.workers.desk import (
    ENROLLED,
    OFFERED,
    REFUSED,
    WAITING,
    Desk,
    accept,
    cancel,
    enrol,
    other_id,
    read,
    request_id,
)
from tests.support.identity import trainer, worker
from tests.support.programmes import at, cohort_terms
from tests.support.refusals import refusal
from tests.support.service import eventually


async def test_a_full_cohort_puts_the_next_applicant_on_the_waiting_list(desk: Desk) -> None:
    cohort_id = await desk.cohort(seat_count=2)
    given = [await enrol(person, cohort_id) for person in await desk.people(4)]
    assert [one.state for one in given] == [ENROLLED, ENROLLED, WAITING, WAITING]
    assert [one.enrolment_no for one in given] == [1, 2, 3, 4]
    assert [one.waiting_position for one in given] == [0, 0, 1, 2]
    shown = await desk.shown(cohort_id)
    assert (shown.taken_count, shown.waiting_count) == (2, 2)
    changed = await desk.service.emitted(events.EnrolmentChanged, 4)
    assert [(one.enrolment_no, one.state, one.revision) for one in changed] == [
        (1, ENROLLED, 1),
        (2, ENROLLED, 1),
        (3, WAITING, 1),
        (4, WAITING, 1),
    ]
    told = [notice for one in await desk.service.emitted(events.NoticeDue, 4) for notice in one.notices]
    assert [notice.template for notice in told] == [1, 1, 2, 2]
    assert told[3].parameters["position"] == "2"
    assert told[0].path == f"/learn/enrolments/{given[0].enrolment_id}"
    steps = Counter(row[0] for row in await desk.run("SELECT step FROM journey_step"))
    assert steps == {"APPLIED": 4, "ENROLLED": 2}


async def test_when_the_waiting_list_is_full_too_it_is_said(desk: Desk) -> None:
    cohort_id = await desk.cohort(await desk.programme(waiting_max=1), seat_count=1)
    people = await desk.people(3)
    for person in people[:2]:
        await enrol(person, cohort_id)
    error = await refusal(enrol(people[2], cohort_id))
    assert (error.reason, error.metadata["seat_count"]) == ("COHORT_FULL", "1")
    assert (await desk.shown(cohort_id)).state == pb.COHORT_STATE_FULL
    assert len(await desk.states(cohort_id)) == 2


async def test_registration_opens_and_closes_by_the_clock_of_the_database(desk: Desk) -> None:
    programme_id = await desk.programme()
    before = await desk.cohort(programme_id, cohort_terms(1, open_time=at(hours=1), close_time=at(hours=2)))
    after = await desk.cohort(programme_id, cohort_terms(2, open_time=at(hours=-2), close_time=at(seconds=-1)))
    (person,) = await desk.people(1)
    for cohort_id, state in ((before, pb.COHORT_STATE_ANNOUNCED), (after, pb.COHORT_STATE_CLOSED)):
        error = await refusal(enrol(person, cohort_id))
        assert error.reason == "REGISTRATION_CLOSED"
        assert {"open_time", "close_time"} <= set(error.metadata)
        assert (await desk.shown(cohort_id)).state == state
    assert await desk.run("SELECT 1 FROM enrolment") == []


async def test_whoever_began_before_closing_is_in_however_long_their_turn_takes(desk: Desk) -> None:
    cohort_id = await desk.cohort()
    early, late = await desk.people(2)
    async with desk.service.database.transaction() as tx:
        from services.workers.use_cases.settle_cohorts import turn_at

        await turn_at(tx, UUID(cohort_id))
        waiting = asyncio.create_task(enrol(early, cohort_id))
        await eventually(lambda: _somebody_queues(desk))
        # The clock passes the end of registration while the first one waits for the lock.
        from sqlalchemy import text

        await tx.connection.execute(
            text("UPDATE cohort SET close_time = clock_timestamp() WHERE cohort_id = :id"), {"id": UUID(cohort_id)}
        )
    assert (await waiting).state == ENROLLED
    error = await refusal(enrol(late, cohort_id))
    assert error.reason == "REGISTRATION_CLOSED"


async def _somebody_queues(desk: Desk) -> bool:
    return bool(await desk.run("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"))


async def test_one_live_enrolment_per_person_and_programme(desk: Desk) -> None:
    programme_id = await desk.programme()
    first, second = await desk.cohort(programme_id, cohort_no=1), await desk.cohort(programme_id, cohort_no=2)
    (person,) = await desk.people(1)
    mine = await enrol(person, first)
    for cohort_id in (first, second):
        error = await refusal(enrol(person, cohort_id))
        assert (error.reason, error.metadata["cohort_id"]) == ("ENROLLED_ALREADY", first)
    assert (await enrol(person, await desk.cohort())).state == ENROLLED
    await cancel(person, mine.enrolment_id)
    assert (await enrol(person, second)).state == ENROLLED


async def test_a_double_click_and_two_tabs_give_one_enrolment(desk: Desk) -> None:
    cohort_id = await desk.cohort()
    (person,) = await desk.people(1)
    request = pb.EnrolInCohortRequest(request_id=request_id(), cohort_id=cohort_id)
    clicks = await asyncio.gather(*(person.EnrolInCohort(request) for _ in range(4)))
    assert len({one.enrolment.enrolment_id for one in clicks}) == 1
    (other,) = await desk.people(1)
    tabs = await asyncio.gather(*(enrol(other, cohort_id) for _ in range(4)), return_exceptions=True)
    assert sum(isinstance(one, pb.Enrolment) for one in tabs) == 1
    shown = await desk.shown(cohort_id)
    assert (shown.taken_count, shown.waiting_count) == (2, 0)


async def test_residence_is_declared_and_a_refusal_frees_the_seat(desk: Desk) -> None:
    cohort_id = await desk.cohort(await desk.programme(residents_only=True), seat_count=1)
    people = await desk.people(2)
    assert (await refusal(enrol(people[0], cohort_id))).reason == "RESIDENCE_MISSING"
    given = [await enrol(person, cohort_id, residence_declared=True) for person in people]
    assert given[0].residence_state == pb.RESIDENCE_STATE_DECLARED
    silent = pb.DecideResidenceRequest(request_id=request_id(), enrolment_id=given[0].enrolment_id)
    assert (await refusal(desk.operator.DecideResidence(silent))).reason == "FIELD_INVALID"
    silent.reason = "주소가 다른 도시예요"
    silent.request_id = request_id()
    assert (await desk.operator.DecideResidence(silent)).enrolment.state == REFUSED
    assert await desk.states(cohort_id) == [REFUSED, OFFERED]
    assert (await read(people[0], given[0].enrolment_id)).refuse_reason == "주소가 다른 도시예요"
    found = pb.DecideResidenceRequest(request_id=request_id(), enrolment_id=given[1].enrolment_id, confirmed=True)
    assert (await desk.operator.DecideResidence(found)).enrolment.residence_state == pb.RESIDENCE_STATE_CONFIRMED


async def test_whoever_is_restricted_for_fraud_does_not_enrol(desk: Desk) -> None:
    cohort_id = await desk.cohort()
    (person,) = await desk.people(1)
    await desk.run("UPDATE worker SET restriction_kind = 'PAUSED', restriction_reason = 'x'")
    mine = await enrol(person, cohort_id)
    await cancel(person, mine.enrolment_id)
    await desk.run("UPDATE worker SET restriction_kind = 'FRAUD'")
    assert (await refusal(enrol(person, cohort_id))).reason == "WORKER_RESTRICTED"


async def test_enrolments_are_seen_by_their_person_the_teaching_company_and_operators(desk: Desk) -> None:
    teaching = UUID(other_id())
    cohort_id = await desk.cohort(await desk.programme(organisation_id=str(teaching)))
    owner, other = await desk.people(2)
    mine = await enrol(owner, cohort_id, age_band=events.AGE_BAND_60_AND_OVER)
    asked = pb.GetEnrolmentRequest(enrolment_id=mine.enrolment_id)
    assert (await owner.GetEnrolment(asked)).enrolment.age_band == events.AGE_BAND_60_AND_OVER
    taught = (await desk.as_caller(trainer(teaching)).GetEnrolment(asked)).enrolment
    assert (taught.state, taught.age_band) == (ENROLLED, events.AGE_BAND_UNSPECIFIED)
    for stranger in (other, desk.as_caller(worker()), desk.as_caller(trainer(UUID(other_id())))):
        assert (await refusal(stranger.GetEnrolment(asked))).reason == "NOT_FOUND"
    for act in (accept, cancel):
        assert (await refusal(act(other, mine.enrolment_id))).reason == "NOT_FOUND"
    of_cohort = pb.ListEnrolmentsRequest(cohort_id=cohort_id)
    assert len((await desk.as_caller(trainer(teaching)).ListEnrolments(of_cohort)).enrolments) == 1
    assert len((await other.ListEnrolments(of_cohort)).enrolments) == 0
    assert len((await owner.ListEnrolments(pb.ListEnrolmentsRequest())).enrolments) == 1
    stranger = desk.as_caller(trainer(UUID(other_id())))
    assert (await refusal(stranger.ListEnrolments(of_cohort))).reason == "NOT_FOUND"


async def test_lists_are_paged_and_each_enrolment_comes_once(desk: Desk) -> None:
    cohort_id = await desk.cohort(seat_count=5)
    for person in await desk.people(5):
        await enrol(person, cohort_id)
    numbers, token = [], ""
    while True:
        request = pb.ListEnrolmentsRequest(cohort_id=cohort_id, page_size=2, page_token=token)
        page = await desk.operator.ListEnrolments(request)
        numbers += [one.enrolment_no for one in page.enrolments]
        token = page.next_page_token
        if not token:
            break
    assert numbers == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("act", [accept, cancel])
async def test_what_has_ended_cannot_be_changed(desk: Desk, act: object) -> None:
    cohort_id = await desk.cohort()
    (person,) = await desk.people(1)
    mine = await enrol(person, cohort_id)
    await cancel(person, mine.enrolment_id)
    error = await refusal(act(person, mine.enrolment_id))  # type: ignore[operator]  # one of the two above
    assert (error.reason, error.metadata["state"]) == ("ENROLMENT_STATE", "CANCELLED")


async def test_two_hundred_at_once_for_forty_seats(desk: Desk) -> None:
    cohort_id = await desk.cohort(await desk.programme(waiting_max=100), seat_count=40)
    people = await desk.people(200)
    outcomes = await asyncio.gather(*(enrol(person, cohort_id) for person in people), return_exceptions=True)
    placed = [one for one in outcomes if isinstance(one, pb.Enrolment)]
    assert Counter(one.state for one in placed) == {ENROLLED: 40, WAITING: 100}
    refused = [one for one in outcomes if isinstance(one, BaseException)]
    assert len(refused) == 60
    assert all("COHORT_FULL" in str(one) or "full" in str(one) for one in refused)
    rows = await desk.run("SELECT enrolment_no, state, arrive_time FROM enrolment ORDER BY enrolment_no")
    assert [row.enrolment_no for row in rows] == list(range(1, 141))
    assert [row.state for row in rows] == ["ENROLLED"] * 40 + ["WAITING"] * 100
    inversions = [
        (later.arrive_time - one.arrive_time).total_seconds()
        for one, later in itertools.pairwise(rows)
        if later.arrive_time < one.arrive_time
    ]
    # Whoever asked first was served first; two that asked at the same moment may be told apart by the lock alone.
    assert all(seconds > -0.05 for seconds in inversions)
    assert len(inversions) < 14


async def test_people_are_told_an_hour_before_registration_opens_once(desk: Desk) -> None:
    from services.workers.use_cases.remind import tell_openings

    terms = cohort_terms(1, open_time=at(minutes=50), close_time=at(days=1))
    cohort_id, (person,) = await desk.cohort(terms=terms), await desk.people(1)
    later = await desk.cohort(terms=cohort_terms(1, open_time=at(hours=3), close_time=at(days=1)))
    for one in (cohort_id, later):
        await person.RemindMe(pb.RemindMeRequest(request_id=request_id(), cohort_id=one))
        await person.RemindMe(pb.RemindMeRequest(request_id=request_id(), cohort_id=one))
    for _ in range(2):
        await tell_openings(desk.service.database)
    told = [notice for one in await desk.service.emitted(events.NoticeDue, 1) for notice in one.notices]
    assert [notice.template for notice in told] == [6]
    opened = pb.RemindMeRequest(request_id=request_id(), cohort_id=await desk.cohort())
    assert (await refusal(person.RemindMe(opened))).reason == "REGISTRATION_CLOSED"
