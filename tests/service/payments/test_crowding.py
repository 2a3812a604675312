"""Many transactions at once: no won is lost, doubled or waited for in a circle."""

import asyncio
import random

from google.protobuf.message import Message
from sqlalchemy.exc import DBAPIError

from services.payments.domain.ledger import AccountKind
from services.payments.entrypoints.rounds import sweep_all_fees
from services.runtime.database import is_transient
from tests.support.money import ACCEPTED, PRICE, REJECTED, Order, assert_clean, balance, fund, ids, stored
from tests.support.service import ServiceUnderTest

LANES = 6


async def _apply_all(service: ServiceUnderTest, batches: list[list[Message]]) -> int:
    """Applies batches in parallel lanes, as replicas would; gives how many had to be tried again."""
    queue = list(batches)
    again = 0

    async def lane() -> None:
        nonlocal again
        while queue:
            batch = queue.pop()
            try:
                await service.process.inbox.apply([stored(event) for event in batch])
            except DBAPIError as error:
                if not is_transient(error):
                    raise
                again += 1
                queue.append(batch)

    await asyncio.gather(*(lane() for _ in range(LANES)))
    return again


async def test_workers_of_many_jobs_are_paid_to_the_won_by_many_lanes_at_once(service: ServiceUnderTest) -> None:
    chance = random.Random(5)
    first = Order()
    orders = [first, *(Order(organisation_id=first.organisation_id) for _ in range(5))]
    workers = ids(4)
    await fund(service, first, 10_000_000)
    await service.deliver(*(order.publish(answers=500) for order in orders))
    events: list[Message] = []
    for order in orders:
        for worker_id in workers:
            for _ in range(10):
                answers = ids(3)
                events.append(order.verdicts(worker_id, answers))
                events.append(order.verdicts(worker_id, answers[:1], state=REJECTED, revision=2))
                events.append(order.verdicts(worker_id, answers[:1], state=ACCEPTED, revision=3))
                events.append(order.verdicts(worker_id, answers[:1], state=REJECTED, revision=4))
    chance.shuffle(events)
    # Batches of one producer's events, as consumers have them.
    batches = [events[start : start + 8] for start in range(0, len(events), 8)]
    batches += [[order.closed(answers_submitted=120)] for order in orders]
    chance.shuffle(batches)
    sweeping = asyncio.create_task(_sweep_often(service))
    again = await _apply_all(service, batches)
    await sweeping
    # Locks are taken in one order, so that nothing has to be tried again.
    assert again == 0
    for worker_id in workers:
        assert await balance(service, AccountKind.WORKER_EARNED, worker_id) == len(orders) * 20 * PRICE
    for order in orders:
        assert await balance(service, AccountKind.JOB_ESCROW, order.job_id) == 0
    await assert_clean(service)


async def test_the_first_pay_of_a_worker_in_many_jobs_at_once_opens_one_account(service: ServiceUnderTest) -> None:
    first = Order()
    orders = [first, *(Order(organisation_id=first.organisation_id) for _ in range(11))]
    workers = ids(3)
    await fund(service, first, 10_000_000)
    await service.deliver(*(order.publish(answers=10) for order in orders))
    batches: list[list[Message]] = [
        [order.verdicts(worker_id, ids(1)) for worker_id in random.Random(n).sample(workers, 3)]
        for n, order in enumerate(orders)
    ]
    assert await _apply_all(service, batches) == 0
    for worker_id in workers:
        assert await balance(service, AccountKind.WORKER_EARNED, worker_id) == 12 * PRICE
    await assert_clean(service)


async def _sweep_often(service: ServiceUnderTest) -> None:
    for _ in range(5):
        await sweep_all_fees(service.database)
