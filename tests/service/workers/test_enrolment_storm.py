"""Whatever many people do to one programme, in whatever order, its cohorts keep their rules."""

import asyncio
import random
from collections import Counter
from typing import Any
from uuid import UUID

import pytest
from grpc.aio import AioRpcError
from ilgam.workers.v1 import programmes_service_pb2 as pb
from ilgam.workers.v1 import workers_events_pb2 as events

from services.sdk.errors import IlgamError
from services.workers.use_cases.settle_cohorts import settle_cohorts
from tests.service.workers.desk import Desk, Stub, accept, cancel, enrol, request_id
from tests.support.refusals import refusal

PEOPLE, SEATS, WAITING, ROUNDS, AT_ONCE = 14, 3, 4, 14, 6
# What may be said to somebody whose act came too late or twice; anything else is a fault.
POLITE = {"ENROLLED_ALREADY", "COHORT_FULL", "ENROLMENT_STATE"}


class Storm:
    """People who apply, cancel, accept; operators who refuse and add seats; a clock that lets offers end."""

    def __init__(self, desk: Desk, people: list[Stub], cohort_ids: list[str], chance: random.Random) -> None:
        self.desk = desk
        self.people = people
        self.cohort_ids = cohort_ids
        self.chance = chance
        self.done: Counter[str] = Counter()

    async def act(self) -> None:
        """One random act; a polite refusal is an answer too."""
        person = self.chance.choice(self.people)
        kind = self.chance.choice(["apply", "apply", "apply", "cancel", "cancel", "accept", "refuse", "lapse"])
        try:
            await getattr(self, kind)(person)
            self.done[kind] += 1
        except AioRpcError as error:
            reason = IlgamError.of(error).reason
            assert reason in POLITE, reason

    async def apply(self, person: Stub) -> None:
        await enrol(person, self.chance.choice(self.cohort_ids), residence_declared=True)

    async def cancel(self, person: Stub) -> None:
        for enrolment_id in await self._own(person):
            await cancel(person, enrolment_id)

    async def accept(self, person: Stub) -> None:
        for enrolment_id in await self._own(person, events.ENROLMENT_STATE_OFFERED):
            await accept(person, enrolment_id)

    async def refuse(self, person: Stub) -> None:
        for enrolment_id in await self._own(person):
            act = pb.DecideResidenceRequest(request_id=request_id(), enrolment_id=enrolment_id, reason="x")
            await self.desk.operator.DecideResidence(act)

    async def lapse(self, _person: Stub) -> None:
        await self.desk.end_offers(self.chance.choice(self.cohort_ids))
        await settle_cohorts(self.desk.service.database)

    async def _own(self, person: Stub, *states: events.EnrolmentState.ValueType) -> list[str]:
        asked = pb.ListEnrolmentsRequest(
            states=states
            or (
                events.ENROLMENT_STATE_ENROLLED,
                events.ENROLMENT_STATE_WAITING,
                events.ENROLMENT_STATE_OFFERED,
            )
        )
        return [one.enrolment_id for one in (await person.ListEnrolments(asked)).enrolments]


async def broken_rules(desk: Desk) -> list[Any]:
    """What the tables hold that they must not, between acts."""
    return [
        *await desk.run("""
            SELECT 'more than the seats, or counts that are wrong', c.cohort_no, c.taken_count, c.waiting_count,
                count(e.*) FILTER (WHERE e.state IN ('ENROLLED', 'OFFERED', 'COMPLETED')),
                count(e.*) FILTER (WHERE e.state = 'WAITING')
            FROM cohort AS c LEFT JOIN enrolment AS e USING (cohort_id)
            GROUP BY c.cohort_id
            HAVING c.taken_count > c.seat_count
                OR c.taken_count <> count(e.*) FILTER (WHERE e.state IN ('ENROLLED', 'OFFERED', 'COMPLETED'))
                OR c.waiting_count <> count(e.*) FILTER (WHERE e.state = 'WAITING')
                OR c.last_no <> coalesce(max(e.enrolment_no), 0) OR c.last_no <> count(e.*)
        """),
        *await desk.run("""
            SELECT 'somebody waits before an empty seat', cohort_no FROM cohort
            WHERE waiting_count > 0 AND taken_count < seat_count
        """),
        *await desk.run("""
            SELECT 'somebody was passed over', w.enrolment_no, o.enrolment_no
            FROM enrolment AS w JOIN enrolment AS o USING (cohort_id)
            WHERE w.state = 'WAITING' AND o.state = 'OFFERED' AND o.enrolment_no > w.enrolment_no
        """),
        *await desk.run("""
            SELECT 'two live ones of one person', worker_id FROM enrolment
            WHERE state IN ('ENROLLED', 'OFFERED', 'WAITING', 'COMPLETED')
            GROUP BY worker_id, programme_id HAVING count(*) > 1
        """),
    ]


@pytest.mark.parametrize("seed", [1, 2])
async def test_whatever_people_do_the_rules_of_seats_hold(desk: Desk, seed: int) -> None:
    programme_id = await desk.programme(waiting_max=WAITING, residents_only=True)
    cohort_ids = [await desk.cohort(programme_id, cohort_no=no, seat_count=SEATS) for no in (1, 2)]
    storm = Storm(desk, await desk.people(PEOPLE), cohort_ids, random.Random(seed))
    for _ in range(ROUNDS):
        await asyncio.gather(*(storm.act() for _ in range(AT_ONCE)))
        assert await broken_rules(desk) == []
    assert min(storm.done[kind] for kind in ("apply", "cancel", "refuse", "lapse")) > 0, storm.done
    await _events_tell_the_same(desk)


async def _events_tell_the_same(desk: Desk) -> None:
    """The last revision of each enrolment, as published, is what the table holds."""
    newest: dict[str, events.EnrolmentChanged] = {}
    for event in await desk.service.emitted(events.EnrolmentChanged):
        held = newest.get(event.enrolment_id)
        assert held is None or held.revision != event.revision
        if held is None or held.revision < event.revision:
            newest[event.enrolment_id] = event
    rows = await desk.run("SELECT enrolment_id, state, revision FROM enrolment")
    told = {
        UUID(key): (events.EnrolmentState.Name(one.state).removeprefix("ENROLMENT_STATE_"), one.revision)
        for key, one in newest.items()
    }
    assert told == {row.enrolment_id: (row.state, row.revision) for row in rows}


async def test_the_database_is_the_last_guard_of_the_seats(desk: Desk) -> None:
    cohort_id = await desk.cohort(seat_count=1)
    (person,) = await desk.people(1)
    await enrol(person, cohort_id)
    with pytest.raises(Exception, match="ck_cohort_taken_count"):
        await desk.run("UPDATE cohort SET taken_count = 2 WHERE cohort_id = :id", id=UUID(cohort_id))
    error = await refusal(enrol(person, cohort_id))
    assert error.reason == "ENROLLED_ALREADY"
