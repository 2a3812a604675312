"""What a job does not need goes back; what it may still owe stays until appeals have ended."""

from datetime import timedelta

from ilgam.payments.v1 import payments_events_pb2 as events

from services.core.clock import utc_now
from services.core.ids import new_id
from services.payments.domain.ledger import AccountKind
from services.payments.entrypoints.rounds import release_escrows
from services.payments.use_cases.close_jobs import release_ended
from tests.support.money import ACCEPTED, PRICE, REJECTED, UNIT, Order, assert_clean, balance, fund, ids
from tests.support.service import ServiceUnderTest

WEEK = 7 * 24 * 3600


async def _release_after(service: ServiceUnderTest, seconds: int) -> None:
    async with service.database.transaction() as tx:
        await release_ended(tx, utc_now() + timedelta(seconds=seconds))


async def test_a_closed_job_keeps_one_unit_per_rejected_answer_until_appeals_end(service: ServiceUnderTest) -> None:
    order, worker_id, answers = Order(), new_id(), ids(4)
    await fund(service, order, 10 * UNIT)
    await service.deliver(order.publish(answers=10, appeal_seconds=WEEK))
    await service.deliver(order.closed(answers_submitted=4), order.verdicts(worker_id, answers[:1]))
    assert await service.emitted(events.EscrowReleased) == []
    await service.deliver(order.verdicts(worker_id, answers[1:], state=REJECTED))
    (first,) = await service.emitted(events.EscrowReleased, 1)
    assert (first.amount_krw, first.left_krw, first.revision) == (6 * UNIT, 3 * UNIT, 1)

    await service.deliver(order.verdicts(worker_id, answers[1:2], state=ACCEPTED, revision=2))
    assert await balance(service, AccountKind.JOB_ESCROW, order.job_id) == 2 * UNIT
    await release_escrows(service.database)
    assert await balance(service, AccountKind.JOB_ESCROW, order.job_id) == 2 * UNIT
    await _release_after(service, WEEK + 60)
    last = (await service.emitted(events.EscrowReleased, 2))[-1]
    assert (last.amount_krw, last.left_krw, last.revision) == (2 * UNIT, 0, 2)
    await _release_after(service, WEEK + 60)
    assert len(await service.emitted(events.EscrowReleased)) == 2
    assert await balance(service, AccountKind.COMPANY_AVAILABLE, order.organisation_id) == 8 * UNIT
    await assert_clean(service)


async def test_an_answer_rejected_after_all_was_given_back_frees_its_unit_again(service: ServiceUnderTest) -> None:
    order, worker_id, answers = Order(), new_id(), ids(2)
    await fund(service, order, 10 * UNIT)
    await service.deliver(order.publish(answers=2))
    await service.deliver(order.verdicts(worker_id, answers), order.closed(answers_submitted=2))
    assert await balance(service, AccountKind.COMPANY_AVAILABLE, order.organisation_id) == 8 * UNIT
    await service.deliver(order.verdicts(worker_id, answers[:1], state=REJECTED, revision=2))
    assert await balance(service, AccountKind.WORKER_EARNED, worker_id) == PRICE
    assert await balance(service, AccountKind.COMPANY_AVAILABLE, order.organisation_id) == 9 * UNIT
    await assert_clean(service)


async def test_money_owed_after_the_release_comes_from_the_company_then_from_the_appeals_account(
    service: ServiceUnderTest,
) -> None:
    order, worker_id, answers = Order(), new_id(), ids(3)
    await fund(service, order, 3 * UNIT)
    await service.deliver(order.publish(answers=3))
    await service.deliver(order.verdicts(worker_id, answers, state=REJECTED))
    await service.deliver(order.closed(answers_submitted=3))
    assert await balance(service, AccountKind.COMPANY_AVAILABLE, order.organisation_id) == 3 * UNIT
    other = Order(organisation_id=order.organisation_id)
    await service.deliver(other.publish(answers=2))
    await service.emitted(events.FundsReserved, 2)

    await service.deliver(order.verdicts(worker_id, answers, state=ACCEPTED, revision=2))
    assert await balance(service, AccountKind.WORKER_EARNED, worker_id) == 3 * PRICE
    assert await balance(service, AccountKind.COMPANY_AVAILABLE, order.organisation_id) == 0
    assert await balance(service, AccountKind.APPEALS) == -2 * UNIT
    await assert_clean(service)

    await service.deliver(order.verdicts(worker_id, answers, state=REJECTED, revision=3))
    assert await balance(service, AccountKind.APPEALS) == 0
    assert await balance(service, AccountKind.COMPANY_AVAILABLE, order.organisation_id) == UNIT
    await assert_clean(service)


async def test_a_reservation_that_nobody_waits_for_goes_back_once(service: ServiceUnderTest) -> None:
    order = Order()
    await fund(service, order, 10 * UNIT)
    await service.deliver(order.publish(answers=4), order.publish(answers=3, publish_no=2))
    await service.deliver(order.cancelled(2), order.cancelled(2))
    await service.deliver(order.cancelled(2))
    (released,) = await service.emitted(events.EscrowReleased, 1)
    assert (released.amount_krw, released.left_krw) == (3 * UNIT, 4 * UNIT)
    assert await balance(service, AccountKind.COMPANY_AVAILABLE, order.organisation_id) == 6 * UNIT
    await assert_clean(service)


async def test_a_reservation_given_back_before_it_was_decided_holds_nothing(service: ServiceUnderTest) -> None:
    order = Order()
    await fund(service, order, 10 * UNIT)
    await service.deliver(order.cancelled(1))
    await service.deliver(order.publish(answers=4))
    await service.deliver(order.publish(answers=4))
    await service.emitted(events.EscrowReleased, 1)
    assert await balance(service, AccountKind.COMPANY_AVAILABLE, order.organisation_id) == 10 * UNIT
    assert await balance(service, AccountKind.JOB_ESCROW, order.job_id) == 0
    await assert_clean(service)


async def test_a_reservation_that_reaches_a_closed_job_goes_straight_back(service: ServiceUnderTest) -> None:
    order = Order()
    await fund(service, order, 10 * UNIT)
    await service.deliver(order.publish(answers=4))
    await service.deliver(order.closed(answers_submitted=0))
    await service.deliver(order.publish(answers=4, publish_no=2))
    await service.deliver(order.cancelled(2))
    await service.emitted(events.FundsReserved, 2)
    assert await balance(service, AccountKind.COMPANY_AVAILABLE, order.organisation_id) == 10 * UNIT
    await assert_clean(service)


async def test_a_top_up_gives_later_answers_their_own_price(service: ServiceUnderTest) -> None:
    order, worker_id, (early, late) = Order(), new_id(), ids(2)
    await fund(service, order, 100 * UNIT)
    await service.deliver(order.publish(answers=4), order.publish(answers=4, publish_no=2, price=200))
    await service.deliver(
        order.verdicts(worker_id, [early]), order.verdicts(worker_id, [late], publish_no=2), order.closed(2)
    )
    assert await balance(service, AccountKind.WORKER_EARNED, worker_id) == PRICE + 200
    assert await balance(service, AccountKind.JOB_ESCROW, order.job_id) == 0
    await assert_clean(service)
