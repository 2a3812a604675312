"""One person's way: what comes next after each thing they do, and who may see it."""

from uuid import UUID

from ilgam.workers.v1 import consultations_service_pb2 as talks_pb
from ilgam.workers.v1 import journeys_service_pb2 as pb
from ilgam.workers.v1 import journeys_service_pb2_grpc as pb_grpc
from ilgam.workers.v1 import workers_events_pb2 as events

from services.core.ids import new_id
from tests.service.workers.academy import Academy
from tests.service.workers.desk import Desk, accept, cancel, enrol
from tests.service.workers.fair import Fair, booking, recording
from tests.service.workers.school import School, answers_to, granting, starting, submitting
from tests.service.workers.test_work_history import claimed
from tests.support.courses import module
from tests.support.identity import TestCaller, operator, worker
from tests.support.programmes import cohort_terms
from tests.support.refusals import refusal


async def way_of(school: School, person: TestCaller) -> pb.GetJourneyResponse:
    """What somebody sees of their own way."""
    found: pb.GetJourneyResponse = await school.service.stub(pb_grpc.JourneysServiceStub, person).GetJourney(
        pb.GetJourneyRequest()
    )
    return found


async def next_of(school: School, person: TestCaller) -> pb.NextStep:
    return (await way_of(school, person)).next


async def test_a_place_on_the_waiting_list_leads_to_a_seat(school: School) -> None:
    desk = Desk(school.service)
    first, second = await desk.callers(2)
    cohort_id = await desk.cohort(terms=cohort_terms(seat_count=1))
    assert (await next_of(school, second)).kind == pb.NEXT_STEP_KIND_APPLY
    seat = await enrol(desk.as_caller(first), cohort_id)
    place = await enrol(desk.as_caller(second), cohort_id)
    assert (await next_of(school, first)).kind == pb.NEXT_STEP_KIND_START_COURSE
    waiting = await next_of(school, second)
    assert (waiting.kind, waiting.enrolment_id) == (pb.NEXT_STEP_KIND_WAIT_FOR_SEAT, place.enrolment_id)
    await cancel(desk.as_caller(first), seat.enrolment_id)
    assert (await next_of(school, first)).kind == pb.NEXT_STEP_KIND_APPLY
    offered = await next_of(school, second)
    assert (offered.kind, offered.enrolment_id) == (pb.NEXT_STEP_KIND_ACCEPT_SEAT, place.enrolment_id)
    assert offered.HasField("due_time")
    await accept(desk.as_caller(second), place.enrolment_id)
    assert (await next_of(school, second)).kind == pb.NEXT_STEP_KIND_START_COURSE
    reached = [step.step for step in (await way_of(school, second)).steps]
    assert reached == [pb.JOURNEY_STEP_APPLIED, pb.JOURNEY_STEP_ENROLLED]


async def test_the_course_leads_from_module_to_module_to_the_exam(school: School) -> None:
    academy = Academy(school.service)
    await academy.open()
    await academy.put(module("one", quiz=False), module("two", quiz=False))
    learner = await academy.enrol()
    started = await next_of(school, learner.person)
    assert (started.kind, started.programme_id) == (pb.NEXT_STEP_KIND_START_COURSE, academy.programme_id)
    await learner.finish("one")
    going_on = await next_of(school, learner.person)
    assert (going_on.kind, going_on.module_id) == (pb.NEXT_STEP_KIND_GO_ON_WITH_COURSE, "two")
    await learner.finish("two")
    assert (await next_of(school, learner.person)).kind == pb.NEXT_STEP_KIND_TAKE_EXAM
    reached = [step.step for step in (await way_of(school, learner.person)).steps]
    assert reached[-2:] == [pb.JOURNEY_STEP_STARTED, pb.JOURNEY_STEP_FINISHED]


async def test_an_exam_leads_to_a_company_or_says_when_to_try_again(school: School) -> None:
    await school.fill_pool()
    desk, academy = Desk(school.service), Academy(school.service)
    good, bad = await desk.callers(2)
    await academy.open()
    for person, right_count in ((good, 20), (bad, 3)):
        await academy.enrol(person)
        stub = school.as_caller(person)
        exam = await stub.StartExam(starting())
        await stub.SubmitExamAnswers(submitting(exam, answers_to(exam, right_count), finish=True))
    assert (await next_of(school, good)).kind == pb.NEXT_STEP_KIND_BOOK_CONSULTATION
    reached = {step.step for step in (await way_of(school, good)).steps}
    assert {pb.JOURNEY_STEP_PASSED, pb.JOURNEY_STEP_CERTIFIED} <= reached
    await school.run("UPDATE enrolment SET state = 'COMPLETED' WHERE worker_id = :id", id=bad.account_id)
    again = await next_of(school, bad)
    assert again.kind == pb.NEXT_STEP_KIND_TAKE_EXAM
    assert again.HasField("due_time")


async def test_a_talk_leads_to_an_offer_and_the_first_job(school: School) -> None:
    fair = Fair(school)
    graduate, worker_id = await fair.graduate()
    person = worker(UUID(worker_id))
    (slot,) = await fair.open(24)
    talk = (await graduate.BookConsultation(booking(slot))).consultation
    coming = await next_of(school, person)
    assert (coming.kind, coming.consultation_id) == (pb.NEXT_STEP_KIND_COME_TO_CONSULTATION, talk.consultation_id)
    await fair.begin(talk.consultation_id)
    recorded = await fair.company.RecordConsultationOutcome(
        recording(talk, events.CONSULTATION_STATE_ADMITTED, job_ids=[str(new_id())])
    )
    offered = await next_of(school, person)
    assert (offered.kind, offered.offer_id) == (pb.NEXT_STEP_KIND_ANSWER_OFFER, recorded.offer_id)
    await graduate.AnswerOffer(
        talks_pb.AnswerOfferRequest(request_id=str(new_id()), offer_id=recorded.offer_id, accept=False)
    )
    assert (await next_of(school, person)).kind == pb.NEXT_STEP_KIND_CLAIM_FIRST_JOB
    await school.service.deliver(claimed(worker_id))
    assert (await next_of(school, person)).kind == pb.NEXT_STEP_KIND_WORK


async def test_a_way_is_shown_to_its_person_and_to_operators_only(school: School) -> None:
    one, other = str(new_id()), worker()
    await school.operator.GrantCertificate(granting([one]))
    asked = pb.GetJourneyRequest(worker_id=one)
    stub = school.service.stub(pb_grpc.JourneysServiceStub, other)
    assert (await refusal(stub.GetJourney(asked))).reason == "NOT_FOUND"
    by_operator = school.service.stub(pb_grpc.JourneysServiceStub, operator())
    assert (await by_operator.GetJourney(asked)).worker_id == one
    unknown = pb.GetJourneyRequest(worker_id=str(new_id()))
    assert (await refusal(by_operator.GetJourney(unknown))).reason == "NOT_FOUND"
