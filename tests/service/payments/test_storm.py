"""Events in any order and any number give the same books."""

import random
from typing import Any

from google.protobuf.message import Message
from ilgam.payments.v1 import payments_service_pb2_grpc as pb_grpc
from ilgam.workers.v1 import workers_events_pb2 as workers_pb
from sqlalchemy import text

from services.core.ids import new_id
from tests.support.identity import operator
from tests.support.money import ACCEPTED, REJECTED, Order, assert_clean, deposit_request, ids, stored
from tests.support.servers import Servers
from tests.support.service import ServiceUnderTest, running
from tests.support.storm import _shuffled_batches, storm

# Columns that say when or by which id something was written; and how often a job gave something back, and so in how
# many journals, which depends on what came first. How much it gave does not.
IGNORED = frozenset(
    {"journal", "posting", "journal_id", "line_id", "line_time", "appeal_end_time", "operator_id", "release_revision"}
)


BOOKS = (
    "SELECT account_id, sum(amount_krw) FROM posting GROUP BY 1 HAVING sum(amount_krw) <> 0 ORDER BY 1",
    "SELECT * FROM account_total ORDER BY 1",
    "SELECT * FROM paid_answer ORDER BY 1",
    "SELECT * FROM reservation ORDER BY 1, 2",
    "SELECT job_id, close_revision, answers_submitted, released_krw - covered_krw, kept_krw FROM job ORDER BY 1",
    "SELECT count(*) FROM parked_event",
)


def _orders() -> list[Order]:
    first = Order()
    return [first, Order(organisation_id=first.organisation_id), Order()]


def _restrictions() -> list[Message]:
    paused, cleared = str(new_id()), str(new_id())
    return [
        workers_pb.WorkerRestricted(worker_id=paused, kind=workers_pb.RESTRICTION_KIND_PAUSED, revision=1),
        workers_pb.WorkerRestricted(worker_id=paused, kind=workers_pb.RESTRICTION_KIND_FRAUD, revision=2),
        workers_pb.WorkerRestricted(worker_id=cleared, kind=workers_pb.RESTRICTION_KIND_FRAUD, revision=1),
        workers_pb.WorkerRestored(worker_id=cleared, revision=2),
    ]


async def _deposit(service: ServiceUnderTest, orders: list[Order]) -> None:
    """Companies are known and rich before the storm: deposits come by call, not by event."""
    await service.deliver(*(order.organisation_created() for order in orders))
    stub: Any = service.stub(pb_grpc.PaymentsServiceStub, operator())
    for organisation_id in dict.fromkeys(order.organisation_id for order in orders):
        await stub.RecordDeposit(deposit_request(organisation_id, 1_000_000))


async def test_a_storm_of_events_leaves_the_tables_of_a_calm_day(servers: Servers) -> None:
    orders, workers = _orders(), ids(3)
    events: list[Message] = [order.organisation_created() for order in orders] + _restrictions()
    for order in orders:
        events += [order.publish(answers=20), order.publish(answers=5, publish_no=2), order.cancelled(2)]
        events += [order.publish(answers=10, publish_no=3, price=150)]
        events += [order.verdicts(worker_id, ids(2)) for worker_id in workers[:2]]
        events += [order.verdicts(workers[2], ids(3), state=REJECTED, publish_no=3)]
        events += [order.closed(answers_submitted=7)]

    async def prepare(service: ServiceUnderTest) -> None:
        await _deposit(service, orders)

    await storm("payments", servers, events, ignore_columns=IGNORED, prepare=prepare)


async def test_revisions_in_any_order_leave_the_same_balances(servers: Servers) -> None:
    orders, workers = _orders(), ids(3)
    events: list[Message] = []
    for order in orders:
        events += [order.publish(answers=20), order.publish(answers=5, publish_no=2), order.cancelled(2)]
        answers = ids(6)
        events += [order.verdicts(workers[0], answers[:3]), order.verdicts(workers[1], answers[3:], state=REJECTED)]
        events += [order.verdicts(workers[0], answers[1:3], state=REJECTED, revision=2)]
        events += [order.closed(answers_submitted=6)]
        events += [order.verdicts(workers[1], answers[3:5], state=ACCEPTED, revision=2)]
        events += [order.verdicts(workers[0], answers[2:3], state=ACCEPTED, revision=3)]
    calm = await _books_after(servers, orders, [[event] for event in events])
    for seed in range(3):
        assert await _books_after(servers, orders, _shuffled_batches(events, random.Random(seed))) == calm


async def _books_after(servers: Servers, orders: list[Order], batches: list[list[Message]]) -> list[Any]:
    async with running("payments", servers) as service:
        await _deposit(service, orders)
        for batch in batches:
            await service.process.inbox.apply([stored(event) for event in batch])
        await assert_clean(service)
        async with service.database.transaction() as tx:
            return [(await tx.connection.execute(text(statement))).all() for statement in BOOKS]
