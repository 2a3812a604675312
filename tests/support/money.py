"""Money for tests: events as tasks and quality would send them, and a look at what the ledger says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from google.protobuf.message import Message
from ilgam.accounts.v1 import accounts_events_pb2 as accounts_pb
from ilgam.payments.v1 import payments_service_pb2 as pb
from ilgam.payments.v1 import payments_service_pb2_grpc as pb_grpc
from ilgam.quality.v1 import quality_events_pb2 as quality_pb
from ilgam.tasks.v1 import tasks_events_pb2 as tasks_pb
from sqlalchemy import text

from services.core.ids import new_id
from services.payments.domain.ledger import AccountKind, account_of
from services.runtime.inbox_store import StoredEvent
from tests.support.identity import operator
from tests.support.service import ServiceUnderTest

ACCEPTED = quality_pb.VERDICT_STATE_ACCEPTED
REJECTED = quality_pb.VERDICT_STATE_REJECTED
PENDING = quality_pb.VERDICT_STATE_PENDING
UNSPECIFIED = quality_pb.VERDICT_STATE_UNSPECIFIED
PRICE, FEE, VAT = 100, 10, 1
UNIT = PRICE + FEE + VAT


@dataclass
class Order:
    """A job of a company, and the events about it."""

    organisation_id: UUID = field(default_factory=new_id)
    job_id: UUID = field(default_factory=new_id)

    def organisation_created(self) -> accounts_pb.OrganisationCreated:
        return accounts_pb.OrganisationCreated(organisation_id=str(self.organisation_id), revision=1)

    def publish(
        self, answers: int, publish_no: int = 1, price: int = PRICE, appeal_seconds: int = 0
    ) -> tasks_pb.JobPublishRequested:
        """Asks for the money for so many answers."""
        return tasks_pb.JobPublishRequested(
            job_id=str(self.job_id),
            organisation_id=str(self.organisation_id),
            publish_no=publish_no,
            budget_krw=answers * (price + FEE + VAT),
            price_krw=price,
            fee_krw=FEE,
            fee_vat_krw=VAT,
            appeal_seconds=appeal_seconds,
        )

    def verdicts(
        self,
        worker_id: UUID,
        answer_ids: list[UUID],
        state: quality_pb.VerdictState.ValueType = ACCEPTED,
        revision: int = 1,
        publish_no: int = 1,
    ) -> quality_pb.VerdictsGiven:
        return quality_pb.VerdictsGiven(
            job_id=str(self.job_id),
            verdicts=[
                quality_pb.Verdict(
                    answer_id=str(answer_id),
                    item_id=str(new_id()),
                    worker_id=str(worker_id),
                    revision=revision,
                    state=state,
                    publish_no=publish_no,
                )
                for answer_id in answer_ids
            ],
        )

    def closed(self, answers_submitted: int, revision: int = 9) -> tasks_pb.JobClosed:
        return tasks_pb.JobClosed(job_id=str(self.job_id), revision=revision, answers_submitted=answers_submitted)

    def cancelled(self, publish_no: int) -> tasks_pb.JobClosed:
        return tasks_pb.JobClosed(job_id=str(self.job_id), revision=5, publish_no=publish_no)


def stored(event: Message) -> StoredEvent:
    """An event as the inbox takes it."""
    stamped: Any = event
    stamped.event_id = stamped.event_id or str(new_id())
    return StoredEvent(UUID(stamped.event_id), event.DESCRIPTOR.full_name, event.SerializeToString())


def ids(count: int) -> list[UUID]:
    return [new_id() for _ in range(count)]


def deposit_request(organisation_id: UUID, amount_krw: int) -> pb.RecordDepositRequest:
    return pb.RecordDepositRequest(
        request_id=str(new_id()),
        organisation_id=str(organisation_id),
        amount_krw=amount_krw,
        bank_reference="KWANGJU 20261122-0017",
    )


async def fund(service: ServiceUnderTest, order: Order, amount_krw: int) -> None:
    """Makes the company known and deposits money for it."""
    await service.deliver(order.organisation_created())
    stub: Any = service.stub(pb_grpc.PaymentsServiceStub, operator())
    await stub.RecordDeposit(deposit_request(order.organisation_id, amount_krw))


async def balance(service: ServiceUnderTest, kind: AccountKind, owner_id: UUID | None = None) -> int:
    """An account's won, recomputed from its postings."""
    account = account_of(kind, owner_id) if owner_id else account_of(kind)
    async with service.database.transaction() as tx:
        rows = await tx.connection.execute(
            text("SELECT coalesce(sum(amount_krw), 0) FROM posting WHERE account_id = :id"), {"id": account.account_id}
        )
        return int(rows.scalar_one())


async def assert_clean(service: ServiceUnderTest) -> pb.CheckLedgerResponse:
    """The ledger's own check finds nothing."""
    stub: Any = service.stub(pb_grpc.PaymentsServiceStub, operator())
    checked: pb.CheckLedgerResponse = await stub.CheckLedger(pb.CheckLedgerRequest())
    assert list(checked.differences) == []
    assert checked.clean
    return checked
