"""A freed seat goes to the head of the waiting list, for a time; the list ends when the course begins."""

from uuid import UUID

from ilgam.workers.v1 import programmes_service_pb2 as pb

from services.workers.use_cases.settle_cohorts import settle_cohorts
from tests.service.workers.desk import (
    CANCELLED,
    ENROLLED,
    LAPSED,
    OFFERED,
    WAITING,
    Desk,
    accept,
    cancel,
    enrol,
    read,
    request_id,
)
from tests.support.programmes import at, cohort_terms
from tests.support.refusals import refusal


async def test_a_freed_seat_is_offered_to_the_head_of_the_list_for_a_time(desk: Desk) -> None:
    cohort_id = await desk.cohort(seat_count=1)
    people = await desk.people(4)
    given = [await enrol(person, cohort_id) for person in people]
    await cancel(people[0], given[0].enrolment_id)
    assert await desk.states(cohort_id) == [CANCELLED, OFFERED, WAITING, WAITING]
    offered = await read(people[1], given[1].enrolment_id)
    assert 3500 < offered.accept_time.seconds - at().timestamp() <= 3600
    # The seat is kept: nobody else gets it meanwhile.
    assert (await enrol((await desk.people(1))[0], cohort_id)).waiting_position == 3
    assert (await accept(people[1], offered.enrolment_id)).state == ENROLLED
    assert await desk.states(cohort_id) == [CANCELLED, ENROLLED, WAITING, WAITING, WAITING]
    assert (await read(people[2], given[2].enrolment_id)).waiting_position == 1


async def test_an_offer_that_nobody_takes_goes_to_the_next(desk: Desk) -> None:
    cohort_id = await desk.cohort(seat_count=1)
    people = await desk.people(3)
    given = [await enrol(person, cohort_id) for person in people]
    await cancel(people[0], given[0].enrolment_id)
    await desk.end_offers(cohort_id)
    error = await refusal(accept(people[1], given[1].enrolment_id))
    assert (error.reason, error.metadata["state"]) == ("ENROLMENT_STATE", "LAPSED")
    assert await desk.states(cohort_id) == [CANCELLED, LAPSED, OFFERED]
    # The sweep does the same without anybody asking; and whoever lapsed may apply again, at the end of the line.
    await desk.end_offers(cohort_id)
    await settle_cohorts(desk.service.database)
    assert await desk.states(cohort_id) == [CANCELLED, LAPSED, LAPSED]
    again = await enrol(people[1], cohort_id)
    assert (again.state, again.enrolment_no) == (ENROLLED, 4)


async def test_once_the_course_has_begun_nobody_moves_up_and_the_list_ends(desk: Desk) -> None:
    cohort_id = await desk.cohort(seat_count=1)
    people = await desk.people(2)
    given = [await enrol(person, cohort_id) for person in people]
    await desk.run("UPDATE cohort SET start_time = now() WHERE cohort_id = :id", id=UUID(cohort_id))
    await cancel(people[0], given[0].enrolment_id)
    await settle_cohorts(desk.service.database)
    assert await desk.states(cohort_id) == [CANCELLED, LAPSED]
    shown = await desk.shown(cohort_id)
    assert (shown.taken_count, shown.waiting_count) == (0, 0)


async def test_more_seats_go_to_who_waits_and_fewer_than_taken_are_refused(desk: Desk) -> None:
    cohort_id = await desk.cohort(seat_count=2)
    for person in await desk.people(4):
        await enrol(person, cohort_id)
    fewer = pb.UpdateCohortRequest(request_id=request_id(), cohort_id=cohort_id, terms=cohort_terms(1, 1))
    error = await refusal(desk.operator.UpdateCohort(fewer))
    assert (error.reason, error.metadata["taken_count"]) == ("ENROLMENT_STATE", "2")
    more = pb.UpdateCohortRequest(request_id=request_id(), cohort_id=cohort_id, terms=cohort_terms(1, 3))
    assert (await desk.operator.UpdateCohort(more)).cohort.taken_count == 3
    assert await desk.states(cohort_id) == [ENROLLED, ENROLLED, OFFERED, WAITING]
