"""What workers learns of claims, time and won: the same however often and in whatever order it is told."""

from datetime import UTC, datetime, timedelta

from google.protobuf.message import Message
from ilgam.accounts.v1 import accounts_events_pb2
from ilgam.payments.v1 import payments_events_pb2
from ilgam.tasks.v1 import tasks_events_pb2
from ilgam.workers.v1 import journeys_service_pb2 as pb
from ilgam.workers.v1 import journeys_service_pb2_grpc as pb_grpc

from services.core.ids import new_id
from services.runtime.wire import to_timestamp
from tests.service.workers.school import School, granting
from tests.support.identity import operator, worker
from tests.support.servers import Servers
from tests.support.storm import storm

NOON = datetime(2026, 6, 9, 3, tzinfo=UTC)


def claimed(worker_id: str, moment: datetime = NOON) -> tasks_events_pb2.ItemsClaimed:
    return tasks_events_pb2.ItemsClaimed(
        event_id=str(new_id()), occur_time=to_timestamp(moment), worker_id=worker_id, answer_ids=[str(new_id())]
    )


def submitted(worker_id: str, *active_ms: int) -> tasks_events_pb2.AnswersSubmitted:
    answers = [tasks_events_pb2.SubmittedAnswer(answer_id=str(new_id()), active_ms=one) for one in active_ms]
    return tasks_events_pb2.AnswersSubmitted(event_id=str(new_id()), worker_id=worker_id, answers=answers)


def paid(worker_id: str, moment: datetime, *answers: tuple[str, int, int]) -> payments_events_pb2.AnswersPaid:
    """(answer id, revision, net won) of each."""
    payments = [
        payments_events_pb2.AnswerPayment(answer_id=answer_id, revision=revision, net_krw=net_krw)
        for answer_id, revision, net_krw in answers
    ]
    return payments_events_pb2.AnswersPaid(
        event_id=str(new_id()), occur_time=to_timestamp(moment), worker_id=worker_id, payments=payments
    )


async def journey_of(school: School, worker_id: str) -> pb.GetJourneyResponse:
    stub = school.service.stub(pb_grpc.JourneysServiceStub, operator())
    return await stub.GetJourney(pb.GetJourneyRequest(worker_id=worker_id))


async def test_news_of_work_in_any_order_gives_the_same_tables(servers: Servers) -> None:
    people = [str(new_id()) for _ in range(4)]
    answers = [str(new_id()) for _ in range(12)]
    news = [
        accounts_events_pb2.RoleGranted(account_id=one, role="worker", revision=2, occur_time=to_timestamp(NOON))
        for one in people[:2]
    ]
    told: list[Message] = list(news)
    for number, answer_id in enumerate(answers):
        one = people[number % len(people)]
        moment = NOON + timedelta(hours=7 * number)
        told += [claimed(one, moment), submitted(one, 1000 * number, 500), paid(one, moment, (answer_id, 1, 0))]
        told.append(paid(one, moment + timedelta(hours=1), (answer_id, 2, 70), (str(new_id()), 1, 30)))
        told.append(paid(one, moment + timedelta(hours=2), (answer_id, 3, 0 if number % 3 else 90)))
    await storm("workers", servers, told, ignore_tables=frozenset({"certificate_key"}))


async def test_a_correction_counts_by_its_difference(school: School) -> None:
    one, answer_id, other_id = (str(new_id()) for _ in range(3))
    await school.operator.GrantCertificate(granting([one]))
    await school.service.deliver(
        submitted(one, 60_000, 60_000),
        paid(one, NOON, (answer_id, 1, 100), (other_id, 1, 100)),
        paid(one, NOON, (answer_id, 3, 100)),
        paid(one, NOON, (answer_id, 2, 0)),
        paid(one, NOON, (other_id, 2, 0)),
    )
    history = (await journey_of(school, one)).history
    assert (history.answered_count, history.paid_answer_count, history.earned_krw) == (2, 1, 100)
    assert (history.active_seconds, history.hourly_krw) == (120, 3000)


async def test_the_first_claim_and_the_first_pay_are_steps_of_the_way(school: School) -> None:
    one = str(new_id())
    await school.operator.GrantCertificate(granting([one]))
    await school.service.deliver(
        claimed(one, NOON + timedelta(days=1)),
        claimed(one, NOON),
        paid(one, NOON, (str(new_id()), 1, 0)),
        paid(one, NOON + timedelta(days=2), (str(new_id()), 1, 50)),
    )
    journey = await journey_of(school, one)
    times = {step.step: step.reach_time.ToDatetime(tzinfo=UTC) for step in journey.steps}
    assert times[pb.JOURNEY_STEP_CLAIMED] == NOON
    assert times[pb.JOURNEY_STEP_PAID] == NOON + timedelta(days=2)
    assert journey.history.last_claim_day == "2026-06-10"
    assert journey.next.kind == pb.NEXT_STEP_KIND_WORK


async def test_work_that_is_told_before_the_account_is_not_lost(school: School) -> None:
    one = new_id()
    await school.service.deliver(claimed(str(one)), paid(str(one), NOON, (str(new_id()), 1, 50)))
    own = school.service.stub(pb_grpc.JourneysServiceStub, worker(one))
    journey = await own.GetJourney(pb.GetJourneyRequest())
    assert [step.step for step in journey.steps] == [pb.JOURNEY_STEP_CLAIMED, pb.JOURNEY_STEP_PAID]
    assert journey.history.earned_krw == 50
