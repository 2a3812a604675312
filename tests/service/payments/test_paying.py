"""From a deposit to a worker's pay, through the real server, bus and database."""

from typing import Any

from ilgam.payments.v1 import payments_events_pb2 as events
from ilgam.payments.v1 import payments_service_pb2 as pb
from ilgam.payments.v1 import payments_service_pb2_grpc as pb_grpc

from services.core.ids import new_id
from services.payments.domain.ledger import AccountKind
from tests.support.identity import company, operator, worker
from tests.support.money import (
    ACCEPTED,
    FEE,
    PENDING,
    PRICE,
    REJECTED,
    UNIT,
    VAT,
    Order,
    assert_clean,
    balance,
    fund,
    ids,
)
from tests.support.service import ServiceUnderTest


async def test_an_accepted_answer_is_paid_out_of_the_escrow_and_the_rest_goes_back(service: ServiceUnderTest) -> None:
    order, worker_id, answers = Order(), new_id(), ids(20)
    await fund(service, order, 10_000)
    await service.deliver(order.publish(answers=20))
    (reserved,) = await service.emitted(events.FundsReserved, 1)
    assert (reserved.job_id, reserved.publish_no, reserved.budget_krw) == (str(order.job_id), 1, 20 * UNIT)
    await service.deliver(
        order.verdicts(worker_id, answers[:18]), order.verdicts(worker_id, answers[18:], state=REJECTED)
    )
    await service.deliver(order.closed(answers_submitted=20))
    paid = await service.emitted(events.AnswersPaid, 1)
    (released,) = await service.emitted(events.EscrowReleased, 1)

    assert sum(payment.net_krw for event in paid for payment in event.payments) == 18 * PRICE
    assert {event.worker_id for event in paid} == {str(worker_id)}
    assert (released.amount_krw, released.left_krw, released.revision) == (2 * UNIT, 0, 1)
    own: Any = service.stub(pb_grpc.PaymentsServiceStub, worker(worker_id))
    mine = await own.GetBalance(pb.GetBalanceRequest())
    assert (mine.available_krw, mine.today_krw) == (18 * PRICE, 18 * PRICE)
    theirs: Any = service.stub(pb_grpc.PaymentsServiceStub, company(order.organisation_id))
    company_balance = await theirs.GetBalance(pb.GetBalanceRequest(organisation_id=str(order.organisation_id)))
    assert (company_balance.available_krw, company_balance.reserved_krw) == (10_000 - 18 * UNIT, 0)
    funds = await theirs.GetJobFunds(pb.GetJobFundsRequest(job_id=str(order.job_id)))
    assert funds == pb.GetJobFundsResponse(
        reserved_krw=20 * UNIT,
        paid_krw=18 * PRICE,
        fee_krw=18 * FEE,
        fee_vat_krw=18 * VAT,
        released_krw=2 * UNIT,
        escrow_left_krw=0,
        paid_answer_count=18,
    )
    await assert_clean(service)


async def test_a_job_without_funds_is_refused_with_what_is_missing(service: ServiceUnderTest) -> None:
    order = Order()
    await fund(service, order, 500)
    await service.deliver(order.publish(answers=10))
    (refused,) = await service.emitted(events.FundsRefused, 1)
    assert refused.missing_krw == 10 * UNIT - 500
    again = order.publish(answers=10)
    await fund(service, order, 10_000)
    await service.deliver(again)
    assert await service.emitted(events.FundsReserved) == []
    await service.deliver(order.publish(answers=10, publish_no=2))
    await service.emitted(events.FundsReserved, 1)
    assert await balance(service, AccountKind.JOB_ESCROW, order.job_id) == 10 * UNIT
    await assert_clean(service)


async def test_a_company_that_nobody_knows_has_no_funds(service: ServiceUnderTest) -> None:
    await service.deliver(Order().publish(answers=1))
    (refused,) = await service.emitted(events.FundsRefused, 1)
    assert refused.missing_krw == UNIT


async def test_two_wishes_at_once_never_reserve_more_than_there_is(service: ServiceUnderTest) -> None:
    first = Order()
    second = Order(organisation_id=first.organisation_id)
    await fund(service, first, 15 * UNIT)
    await service.deliver(first.publish(answers=10), second.publish(answers=10))
    await service.emitted(events.FundsReserved, 1)
    (refused,) = await service.emitted(events.FundsRefused, 1)
    assert refused.missing_krw == 5 * UNIT
    await assert_clean(service)


async def test_only_the_highest_revision_of_a_verdict_counts(service: ServiceUnderTest) -> None:
    order, worker_id, (answer,) = Order(), new_id(), ids(1)
    await fund(service, order, 10_000)
    await service.deliver(order.publish(answers=5))
    await service.deliver(order.verdicts(worker_id, [answer], state=REJECTED, revision=2))
    await service.deliver(order.verdicts(worker_id, [answer], state=ACCEPTED, revision=1))
    assert await balance(service, AccountKind.WORKER_EARNED, worker_id) == 0
    await service.deliver(order.verdicts(worker_id, [answer], state=ACCEPTED, revision=3))
    await service.deliver(order.verdicts(worker_id, [answer], state=ACCEPTED, revision=3))
    assert await balance(service, AccountKind.WORKER_EARNED, worker_id) == PRICE
    await service.deliver(order.verdicts(worker_id, [answer], state=PENDING, revision=4))
    assert await balance(service, AccountKind.WORKER_EARNED, worker_id) == 0
    paid = await service.emitted(events.AnswersPaid, 2)
    assert [(p.revision, p.net_krw) for event in paid for p in event.payments] == [(3, PRICE), (4, 0)]
    await assert_clean(service)


async def test_a_verdict_that_comes_before_its_job_waits_for_it(service: ServiceUnderTest) -> None:
    order, worker_id = Order(), new_id()
    await fund(service, order, 10_000)
    await service.deliver(order.closed(answers_submitted=2), order.verdicts(worker_id, ids(2)))
    assert await balance(service, AccountKind.WORKER_EARNED, worker_id) == 0
    await service.deliver(order.publish(answers=3))
    await service.emitted(events.EscrowReleased, 1)
    assert await balance(service, AccountKind.WORKER_EARNED, worker_id) == 2 * PRICE
    assert await balance(service, AccountKind.JOB_ESCROW, order.job_id) == 0
    await assert_clean(service)


async def test_a_verdict_that_names_a_later_reservation_waits_for_its_price(service: ServiceUnderTest) -> None:
    order, worker_id = Order(), new_id()
    await fund(service, order, 10_000)
    await service.deliver(order.publish(answers=2))
    await service.deliver(order.verdicts(worker_id, ids(1), publish_no=2))
    assert await balance(service, AccountKind.WORKER_EARNED, worker_id) == 0
    await service.deliver(order.publish(answers=2, publish_no=2, price=300))
    assert await balance(service, AccountKind.WORKER_EARNED, worker_id) == 300
    await assert_clean(service)


async def test_fees_are_swept_to_the_platform_and_what_was_taken_back_too(service: ServiceUnderTest) -> None:
    from services.payments.entrypoints.rounds import sweep_all_fees

    order, worker_id, answers = Order(), new_id(), ids(3)
    await fund(service, order, 10_000)
    await service.deliver(order.publish(answers=3))
    await service.deliver(order.verdicts(worker_id, answers))
    await sweep_all_fees(service.database)
    await sweep_all_fees(service.database)
    assert await balance(service, AccountKind.PLATFORM_FEE) == 3 * FEE
    assert await balance(service, AccountKind.PLATFORM_VAT) == 3 * VAT
    assert await balance(service, AccountKind.JOB_FEE, order.job_id) == 0
    await service.deliver(order.verdicts(worker_id, answers[:1], state=REJECTED, revision=2))
    await sweep_all_fees(service.database)
    assert await balance(service, AccountKind.PLATFORM_FEE) == 2 * FEE
    await assert_clean(service)


async def test_a_statement_has_one_line_per_answer_and_pages_newest_first(service: ServiceUnderTest) -> None:
    order, worker_id, answers = Order(), new_id(), ids(7)
    await fund(service, order, 10_000)
    await service.deliver(order.publish(answers=10))
    await service.deliver(order.verdicts(worker_id, answers))
    await service.deliver(order.verdicts(worker_id, answers[:1], state=REJECTED, revision=2))
    own: Any = service.stub(pb_grpc.PaymentsServiceStub, worker(worker_id))
    lines: list[pb.StatementLine] = []
    token = ""
    while True:
        page = await own.ListStatementLines(pb.ListStatementLinesRequest(page_size=3, page_token=token))
        assert len(page.lines) <= 3
        lines += page.lines
        token = page.next_page_token
        if not token:
            break
    assert len({line.line_id for line in lines}) == 8
    assert (lines[0].answer_id, lines[0].revision, lines[0].amount_krw) == (str(answers[0]), 2, -PRICE)
    assert {line.answer_id for line in lines} == {str(answer) for answer in answers}
    assert sum(line.amount_krw for line in lines) == 6 * PRICE
    theirs: Any = service.stub(pb_grpc.PaymentsServiceStub, company(order.organisation_id))
    mine = await theirs.ListStatementLines(pb.ListStatementLinesRequest(organisation_id=str(order.organisation_id)))
    assert [line.kind for line in mine.lines] == [pb.JOURNAL_KIND_RESERVE, pb.JOURNAL_KIND_DEPOSIT]
    assert [line.amount_krw for line in mine.lines] == [-10 * UNIT, 10_000]


async def test_the_audit_streams_every_answer_and_total_in_the_order_of_ids(service: ServiceUnderTest) -> None:
    order, worker_id, answers = Order(), new_id(), ids(1500)
    await fund(service, order, 1_000_000)
    await service.deliver(order.publish(answers=1500))
    await service.deliver(
        order.verdicts(worker_id, answers[:1000]), order.verdicts(worker_id, answers[1000:], state=REJECTED)
    )
    stub: Any = service.stub(pb_grpc.PaymentsServiceStub, operator())
    facts = [fact async for message in stub.StreamAudit(pb.StreamAuditRequest()) for fact in message.facts]
    keys = [(fact.kind, fact.id) for fact in facts]
    assert keys == sorted(keys)
    judged = [fact for fact in facts if fact.kind == 1]
    assert [fact.accepted for fact in judged].count(True) == 1000
    assert sum(fact.amount_krw for fact in judged) == 1000 * PRICE
    totals = [fact for fact in facts if fact.kind == 3]
    assert len(totals) == 3
    assert all(fact.amount_krw == fact.recomputed_krw for fact in totals)
    assert len(facts) == 1503
