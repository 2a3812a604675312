"""The funnel: what it counts is what the events tell, and small groups stay hidden."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import grpc
import pytest
from google.protobuf.message import Message
from ilgam.common.v1 import common_pb2
from ilgam.workers.v1 import consultations_service_pb2 as talks_pb
from ilgam.workers.v1 import journeys_service_pb2 as pb
from ilgam.workers.v1 import journeys_service_pb2_grpc as pb_grpc
from ilgam.workers.v1 import programmes_service_pb2 as programmes_pb
from ilgam.workers.v1 import workers_events_pb2 as events
from ilgam.workers.v1 import workers_service_pb2 as workers_pb

from services.core.ids import new_id
from services.runtime.wire import to_timestamp
from tests.service.workers.desk import CANCELLED, COMPLETED, ENROLLED, Desk
from tests.service.workers.fair import Fair
from tests.service.workers.school import School, answers_to, granting, request_id, starting, submitting
from tests.service.workers.test_work_history import claimed, paid, submitted
from tests.support.funnel import TOLD_BY, Retold, assert_shown_right, retell, shown
from tests.support.identity import operator, worker
from tests.support.programmes import cohort_terms

LAST_YEAR = datetime(2025, 6, 2, 3, tzinfo=UTC)
STEPS = [step for step in pb.JourneyStep.values() if step]
BANDS = [events.AGE_BAND_UNDER_30, events.AGE_BAND_60_AND_OVER]


def restricting(worker_id: str) -> workers_pb.RestrictWorkerRequest:
    """Somebody may not claim for now."""
    return workers_pb.RestrictWorkerRequest(
        request_id=request_id(), worker_id=worker_id, kind=events.RESTRICTION_KIND_PAUSED, reason="확인 중이에요"
    )


class Town:
    """Two programmes, and people who have come so far."""

    def __init__(self, school: School) -> None:
        self.school, self.desk, self.fair = school, Desk(school.service), Fair(school)
        self.stub: pb_grpc.JourneysServiceAsyncStub = school.service.stub(pb_grpc.JourneysServiceStub, operator())
        self.told: list[Message] = []

    async def settle(self) -> None:
        """Brings in the people, and what others tell of them."""
        self.first, self.second = await self.desk.programme(), await self.desk.programme(target_graduates=8)
        self.cohorts = [
            await self.desk.cohort(programme_id, cohort_terms(number, 40))
            for programme_id, number in ((self.first, 1), (self.first, 2), (self.second, 1))
        ]
        self.people = [str(one.account_id) for one in await self.desk.callers(40)]
        a, b, c = self.cohorts
        await self.enrol(self.people[:18], a, COMPLETED)
        await self.enrol(self.people[18:24], a, ENROLLED)
        await self.enrol(self.people[24:33], b, ENROLLED)
        await self.enrol(self.people[33:40], c, COMPLETED)
        # What was given up counts for nothing beside a seat, however new it is.
        await self.enrol(self.people[16:20], b, CANCELLED)
        self.strangers = [str(new_id()) for _ in range(6)]
        await self.school.operator.GrantCertificate(granting([*self.people[:12], *self.people[33:37], *self.strangers]))
        for number, one in enumerate([*self.people[:9], *self.strangers]):
            await self.work(one, LAST_YEAR + timedelta(days=60 + number), pays=number != 3)

    async def enrol(self, people: Sequence[str], cohort_id: str, state: events.EnrolmentState.ValueType) -> None:
        """Brings in enrolments of last year."""
        rows = [
            programmes_pb.EnrolmentRow(
                worker_id=one,
                cohort_id=cohort_id,
                state=state,
                apply_time=to_timestamp(LAST_YEAR),
                complete_time=to_timestamp(LAST_YEAR + timedelta(days=50 + number)) if state == COMPLETED else None,
                age_band=BANDS[number % 6 == 0],
            )
            for number, one in enumerate(people)
        ]
        imported = programmes_pb.ImportEnrolmentsRequest(request_id=request_id(), rows=rows)
        verdicts = (await self.desk.operator.ImportEnrolments(imported)).verdicts
        assert {one.state for one in verdicts} == {programmes_pb.ENROLMENT_IMPORT_STATE_ACCEPTED}

    async def work(self, worker_id: str, moment: datetime, *, pays: bool) -> None:
        """Tells of a claim, an answer and its pay, which is taken back once; in a wrong order."""
        answer_id = str(new_id())
        news = [
            paid(worker_id, moment + timedelta(days=2), (answer_id, 3, 100 if pays else 0)),
            paid(worker_id, moment + timedelta(days=1), (answer_id, 2, 0)),
            submitted(worker_id, 72_000),
            claimed(worker_id, moment),
        ]
        self.told += news
        await self.school.service.deliver(*news)

    async def pass_exam(self, worker_id: str) -> None:
        """Somebody passes the exam."""
        stub = self.school.worker(worker_id)
        exam = await stub.StartExam(starting())
        await stub.SubmitExamAnswers(submitting(exam, answers_to(exam, len(exam.items)), finish=True))

    async def talk(self, worker_id: str) -> None:
        """Somebody talks with a company."""
        (slot,) = await self.fair.open(24)
        stub = self.fair.as_caller(worker(UUID(worker_id)))
        booked = await stub.BookConsultation(
            talks_pb.BookConsultationRequest(request_id=request_id(), slot_id=slot.slot_id)
        )
        consultation_id = booked.consultation.consultation_id
        await self.fair.begin(consultation_id)
        await self.fair.company.RecordConsultationOutcome(
            talks_pb.RecordConsultationOutcomeRequest(
                request_id=request_id(),
                consultation_id=consultation_id,
                outcome=events.CONSULTATION_STATE_NOT_ADMITTED,
            )
        )

    async def retold(self) -> Retold:
        """The same from the events alone."""
        own = [event for kind in TOLD_BY["workers"] for event in await self.school.service.emitted(kind)]
        return retell([*own, *self.told])

    async def funnel(self, **asked: object) -> pb.GetFunnelResponse:
        return await self.stub.GetFunnel(pb.GetFunnelRequest(**asked))  # type: ignore[arg-type]  # the tests' own fields


async def test_the_funnel_is_what_the_events_tell(school: School) -> None:
    town = Town(school)
    await town.settle()
    await school.fill_pool()
    await town.pass_exam(town.people[13])
    await town.talk(town.people[0])
    await town.talk(town.people[1])
    retold = await town.retold()
    whole = await town.funnel()
    assert shown(whole.steps) == retold.counts()
    assert list(shown(whole.steps).values()) == [40, 40, 25, 25, 1, 23, 2, 15, 14]
    for programme_id in (town.first, town.second):
        assert shown((await town.funnel(programme_id=programme_id)).steps) == retold.counts(programme_id)
    for cohort_id in town.cohorts[:2]:
        found = await town.funnel(programme_id=town.first, cohort_id=cohort_id)
        assert_shown_right(found.steps, retold.counts(town.first, cohort_id))
    for cohort in (await town.funnel(programme_id=town.first)).cohorts:
        assert_shown_right(cohort.steps, retold.counts(town.first, cohort.cohort_id))


async def test_cohorts_and_people_without_one_add_up(school: School) -> None:
    town = Town(school)
    await town.settle()
    rows = (await town.funnel()).cohorts
    assert [row.cohort_id for row in rows] == [town.cohorts[2], town.cohorts[0], town.cohorts[1], ""]
    assert [row.steps[0].people_count for row in rows[:3]] == [7, 24, 9]
    assert [row.steps[0].hidden for row in rows] == [False, False, False, True]


async def test_what_few_people_reached_cannot_be_worked_out(school: School) -> None:
    """Of the first programme 18 finished: 3 of them are 60 and over, so the 15 younger ones are not shown either."""
    town = Town(school)
    await town.settle()
    bands = {row.age_band: shown(row.steps) for row in (await town.funnel(programme_id=town.first)).age_bands}
    assert bands[events.AGE_BAND_60_AND_OVER][pb.JOURNEY_STEP_FINISHED] is None
    assert bands[events.AGE_BAND_UNDER_30][pb.JOURNEY_STEP_FINISHED] is None
    assert bands[events.AGE_BAND_60_AND_OVER][pb.JOURNEY_STEP_APPLIED] is None or (
        bands[events.AGE_BAND_UNDER_30][pb.JOURNEY_STEP_APPLIED] is not None
    )
    young = await town.funnel(programme_id=town.first, age_band=events.AGE_BAND_UNDER_30)
    assert shown(young.steps) == bands[events.AGE_BAND_UNDER_30]
    assert (list(young.cohorts), list(young.age_bands), young.HasField("target")) == ([], [], False)
    assert {span.days.people_count for span in young.spans} == {0}


async def test_a_cohort_alone_tells_no_more_than_beside_the_others(school: School) -> None:
    town = Town(school)
    await town.settle()
    beside = (await town.funnel(programme_id=town.first)).cohorts
    assert any(step.hidden for row in beside for step in row.steps)
    for row in beside:
        alone = await town.funnel(programme_id=town.first, cohort_id=row.cohort_id)
        assert list(alone.steps) == list(row.steps)
        assert list(alone.cohorts) == [row]


async def test_few_people_of_some_days_are_hidden(school: School) -> None:
    town = Town(school)
    await town.settle()
    few = await town.funnel(from_time=to_timestamp(LAST_YEAR + timedelta(days=67)))
    assert all(step.hidden or step.people_count >= 5 for step in few.steps)


@pytest.mark.parametrize("narrow", ["cohort", "dates"])
async def test_ages_are_not_counted_in_small_groups(school: School, narrow: str) -> None:
    town = Town(school)
    asked = {"cohort_id": str(new_id())} if narrow == "cohort" else {"from_time": to_timestamp(LAST_YEAR)}
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await town.funnel(age_band=events.AGE_BAND_UNDER_30, **asked)
    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert list((await town.funnel(**asked)).age_bands) == []


async def test_days_between_steps_and_won_by_the_hour_are_those_of_the_people_in_the_middle(school: School) -> None:
    town = Town(school)
    await town.settle()
    found = await town.funnel(programme_id=town.first)
    spans = {(span.from_step, span.to_step): span.days for span in found.spans}
    to_finish = spans[pb.JOURNEY_STEP_STARTED, pb.JOURNEY_STEP_FINISHED]
    assert to_finish.people_count == 18
    to_claim = spans[pb.JOURNEY_STEP_CLAIMED, pb.JOURNEY_STEP_PAID]
    assert (to_claim.people_count, to_claim.middle) == (8, 2.0)
    assert spans[pb.JOURNEY_STEP_APPLIED, pb.JOURNEY_STEP_PAID].middle == pytest.approx(66.5)
    assert spans[pb.JOURNEY_STEP_PASSED, pb.JOURNEY_STEP_CERTIFIED].hidden
    assert (found.hourly_krw.people_count, found.hourly_krw.middle) == (8, 5_000.0)


async def test_the_target_is_that_of_the_programmes_that_are_shown(school: School) -> None:
    town = Town(school)
    await town.settle()
    targets = [(await town.funnel(**asked)).target for asked in ({}, {"programme_id": town.second})]
    assert [(one.target_count, one.graduate_count) for one in targets] == [(408, 25), (8, 7)]
    assert not (await town.funnel(from_time=to_timestamp(LAST_YEAR))).HasField("target")


async def test_dates_choose_people_by_their_first_step(school: School) -> None:
    town = Town(school)
    await town.settle()
    before = await town.funnel(to_time=to_timestamp(LAST_YEAR + timedelta(days=1)))
    after = await town.funnel(from_time=to_timestamp(LAST_YEAR + timedelta(days=1)))
    assert [found.steps[0].people_count for found in (before, after)] == [40, 0]
    assert after.steps[-2].people_count == 6


async def test_an_empty_town_has_an_empty_funnel(school: School) -> None:
    town = Town(school)
    found = await town.funnel()
    assert shown(found.steps) == dict.fromkeys(STEPS, 0)
    assert all(span.days.hidden for span in found.spans)
    nobody = await town.funnel(programme_id=str(new_id()), cohort_id=str(new_id()))
    assert set(shown(nobody.steps).values()) == {None}


async def test_idle_people_are_those_who_could_claim_and_did_not_lately(school: School) -> None:
    town = Town(school)
    people = [str(new_id()) for _ in range(5)]
    await school.operator.GrantCertificate(granting(people))
    now = datetime.now(UTC)
    await school.service.deliver(claimed(people[0], now), claimed(people[1], now - timedelta(days=20)))
    await school.operator.RestrictWorker(restricting(people[4]))
    (count,) = (await town.stub.GetIdleCounts(pb.GetIdleCountsRequest())).counts
    assert (count.certified_count, count.idle_count, count.never_count) == (4, 3, 2)
    asked = pb.ListIdleRequest(annotation_type=common_pb2.ANNOTATION_TYPE_TEXT_CHOICE, page_size=2)
    first = await town.stub.ListIdle(asked)
    asked.page_token = first.next_page_token
    second = await town.stub.ListIdle(asked)
    assert sorted(one.worker_id for one in [*first.workers, *second.workers]) == sorted(people[1:4])
    assert second.next_page_token == ""
    days = {one.worker_id: one.last_claim_day for one in [*first.workers, *second.workers]}
    assert days[people[2]] == ""
    assert days[people[1]] != ""
    (month,) = (await town.stub.GetIdleCounts(pb.GetIdleCountsRequest(idle_days=30))).counts
    assert month.idle_count == 2
