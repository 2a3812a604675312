"""What callers may not do, and how they are told."""

import asyncio
from typing import Any

import grpc
import pytest
from google.rpc import error_details_pb2
from grpc import aio
from grpc_status import rpc_status
from ilgam.payments.v1 import payments_service_pb2 as pb
from ilgam.payments.v1 import payments_service_pb2_grpc as pb_grpc

from services.core.ids import new_id
from services.payments.domain.ledger import AccountKind
from services.runtime.inbox import PermanentEventError
from tests.support.identity import company, operator, worker
from tests.support.money import UNSPECIFIED, Order, assert_clean, balance, deposit_request, fund, ids, stored
from tests.support.service import ServiceUnderTest


def _details(error: aio.AioRpcError) -> tuple[str, dict[str, str], list[str]]:
    """Reason, metadata and wrong fields of a failure."""
    status = rpc_status.from_call(error)
    assert status is not None
    info, bad = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
    for detail in status.details:
        for message in (info, bad):
            if detail.Is(message.DESCRIPTOR):
                detail.Unpack(message)
    return info.reason, dict(info.metadata), [violation.field for violation in bad.field_violations]


async def _refused(call: Any) -> tuple[grpc.StatusCode, str, dict[str, str], list[str]]:
    with pytest.raises(aio.AioRpcError) as caught:
        await call
    return (caught.value.code(), *_details(caught.value))


async def test_a_deposit_needs_a_known_company_and_whole_won_above_0(service: ServiceUnderTest) -> None:
    stub: Any = service.stub(pb_grpc.PaymentsServiceStub, operator())
    code, reason, metadata, _ = await _refused(stub.RecordDeposit(deposit_request(new_id(), 100)))
    assert (code, reason, metadata) == (grpc.StatusCode.NOT_FOUND, "NOT_FOUND", {"resource": "organisation"})
    order = Order()
    await service.deliver(order.organisation_created())
    for amount_krw in (0, -5, 10**12 + 1):
        code, reason, _, fields = await _refused(stub.RecordDeposit(deposit_request(order.organisation_id, amount_krw)))
        assert (code, reason, fields) == (grpc.StatusCode.INVALID_ARGUMENT, "FIELD_INVALID", ["amount_krw"])
    assert await balance(service, AccountKind.BANK_CASH) == 0


async def test_the_same_deposit_request_is_booked_once_and_another_body_is_refused(service: ServiceUnderTest) -> None:
    order, caller = Order(), operator()
    await service.deliver(order.organisation_created())
    stub: Any = service.stub(pb_grpc.PaymentsServiceStub, caller)
    request = deposit_request(order.organisation_id, 700)
    answers = await asyncio.gather(*(stub.RecordDeposit(request) for _ in range(20)))
    assert len({answer.journal_id for answer in answers}) == 1
    assert {answer.available_krw for answer in answers} == {700}
    request.amount_krw = 701
    code, reason, _, _ = await _refused(stub.RecordDeposit(request))
    assert (code, reason) == (grpc.StatusCode.ALREADY_EXISTS, "REQUEST_REUSED")
    assert await balance(service, AccountKind.COMPANY_AVAILABLE, order.organisation_id) == 700
    await assert_clean(service)


async def test_nobody_sees_anothers_money(service: ServiceUnderTest) -> None:
    order, worker_id = Order(), new_id()
    await fund(service, order, 10_000)
    await service.deliver(order.publish(answers=2))
    await service.deliver(order.verdicts(worker_id, ids(1)))
    by_company: dict[str, Any] = {"organisation_id": str(order.organisation_id)}
    by_worker: dict[str, Any] = {"worker_id": str(worker_id)}
    for caller in (company(new_id()), worker(), worker(worker_id)):
        stub: Any = service.stub(pb_grpc.PaymentsServiceStub, caller)
        for call in (
            stub.GetBalance(pb.GetBalanceRequest(**by_company)),
            stub.ListStatementLines(pb.ListStatementLinesRequest(**by_company)),
        ):
            assert (await _refused(call))[:2] == (grpc.StatusCode.NOT_FOUND, "NOT_FOUND")
    for caller in (company(order.organisation_id), worker()):
        stub = service.stub(pb_grpc.PaymentsServiceStub, caller)
        for call in (
            stub.GetBalance(pb.GetBalanceRequest(**by_worker)),
            stub.ListStatementLines(pb.ListStatementLinesRequest(**by_worker)),
        ):
            assert (await _refused(call))[:2] == (grpc.StatusCode.NOT_FOUND, "NOT_FOUND")
    stranger: Any = service.stub(pb_grpc.PaymentsServiceStub, company(new_id()))
    code, reason, metadata, _ = await _refused(stranger.GetJobFunds(pb.GetJobFundsRequest(job_id=str(order.job_id))))
    assert (code, reason, metadata) == (grpc.StatusCode.NOT_FOUND, "NOT_FOUND", {"resource": "job"})
    other: Any = service.stub(pb_grpc.PaymentsServiceStub, operator())
    assert (await other.GetBalance(pb.GetBalanceRequest(**by_worker))).available_krw == 100
    assert (await other.GetBalance(pb.GetBalanceRequest(**by_company))).reserved_krw == 111
    code, _, _, _ = await _refused(other.GetJobFunds(pb.GetJobFundsRequest(job_id=str(new_id()))))
    assert code == grpc.StatusCode.NOT_FOUND


async def test_a_balance_is_of_exactly_one_holder(service: ServiceUnderTest) -> None:
    stub: Any = service.stub(pb_grpc.PaymentsServiceStub, operator())
    one = str(new_id())
    for names, field in (({}, "organisation_id"), ({"organisation_id": one, "worker_id": one}, "worker_id")):
        code, reason, _, fields = await _refused(stub.GetBalance(pb.GetBalanceRequest(**names)))
        assert (code, reason, fields) == (grpc.StatusCode.INVALID_ARGUMENT, "FIELD_INVALID", [field])
    code, _, _, fields = await _refused(stub.GetBalance(pb.GetBalanceRequest(worker_id="me")))
    assert (code, fields) == (grpc.StatusCode.INVALID_ARGUMENT, ["worker_id"])


async def test_a_page_token_of_somebody_elses_making_is_refused(service: ServiceUnderTest) -> None:
    stub: Any = service.stub(pb_grpc.PaymentsServiceStub, worker())
    import base64

    made_up = [
        base64.urlsafe_b64encode(text.encode()).decode()
        for text in (
            "{}x",
            '{"time": -1, "line": 1}',
            '{"time": 1}',
            '{"time": "a", "line": 1}',
            '{"time": 1.5, "line": 1}',
            f'{{"time": {2**70}, "line": {2**70}}}',
            '{"time": true, "line": null}',
        )
    ]
    for token in ("?", "garbage", *made_up):
        call = stub.ListStatementLines(pb.ListStatementLinesRequest(page_token=token))
        assert (await _refused(call))[:2] == (grpc.StatusCode.INVALID_ARGUMENT, "PAGE_TOKEN_INVALID"), token
    far = base64.urlsafe_b64encode(f'{{"time": {2**62}, "line": {2**62}}}'.encode()).decode()
    assert (await stub.ListStatementLines(pb.ListStatementLinesRequest(page_token=far))).lines == []


async def test_an_event_that_can_never_be_applied_changes_nothing(service: ServiceUnderTest) -> None:
    order, worker_id, (answer,) = Order(), new_id(), ids(1)
    await fund(service, order, 10_000)
    await service.deliver(order.publish(answers=5))
    await service.deliver(order.verdicts(worker_id, [answer]))
    nameless, stateless, unnumbered = (order.verdicts(new_id(), ids(1)) for _ in range(3))
    nameless.verdicts[0].answer_id = "not an id"
    stateless.verdicts[0].state = UNSPECIFIED
    unnumbered.verdicts[0].revision = 0
    negative = Order(organisation_id=order.organisation_id).publish(answers=1)
    negative.budget_krw = -1
    another_worker = order.verdicts(new_id(), [answer], revision=2)
    another_job = Order(organisation_id=order.organisation_id)
    await service.deliver(another_job.publish(answers=5))
    for bad in (
        nameless,
        stateless,
        unnumbered,
        negative,
        another_worker,
        another_job.verdicts(worker_id, [answer], revision=2),
        order.cancelled(-1),
        order.closed(-1),
    ):
        with pytest.raises(PermanentEventError):
            await service.process.inbox.apply([stored(order.verdicts(new_id(), ids(1))), stored(bad)])
    assert await balance(service, AccountKind.WORKER_EARNED, worker_id) == 100
    assert (await assert_clean(service)).journal_count == 4
