"""PaymentsService: converts, calls one use case, converts back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Protocol, TypeVar
from uuid import UUID

from ilgam.common.v1 import common_pb2 as common_pb
from ilgam.payments.v1 import payments_service_pb2 as pb
from ilgam.payments.v1 import payments_service_pb2_grpc as pb_grpc
from sqlalchemy.ext.asyncio import AsyncConnection

from services.core.clock import utc_now
from services.core.errors import NotFoundError, invalid_field
from services.payments.domain.holder import FIRST_PAGE, Company, Holder, Worker
from services.payments.entrypoints import convert
from services.payments.store.queries.audit import account_facts, answer_facts, unbalanced_journals
from services.payments.store.queries.checks import ledger_counts, ledger_differences
from services.payments.store.queries.statements import statement_lines
from services.payments.use_cases.read_balance import read_balance, read_job_funds
from services.payments.use_cases.record_deposit import Deposit, record_deposit
from services.runtime.auth import Caller, current_caller
from services.runtime.database import Database, Transaction
from services.runtime.middleware import Context
from services.runtime.paging import page_size
from services.runtime.requests import run_once
from services.runtime.wire import uuid_of

FACTS_PER_MESSAGE = 1000

F = TypeVar("F")


class NamesHolder(Protocol):
    """A request that names whose balance is meant."""

    organisation_id: str
    worker_id: str


class PaymentsServicer(pb_grpc.PaymentsServiceServicer):
    """Deposits, balances, statements and the ledger's checks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def RecordDeposit(self, request: pb.RecordDepositRequest, _context: Context) -> pb.RecordDepositResponse:
        """Records money that has arrived for a company, once per request_id for ever."""
        deposit = Deposit(
            organisation_id=uuid_of(request.organisation_id),
            operator_id=current_caller().worker_id,
            amount_krw=request.amount_krw,
            bank_reference=request.bank_reference,
        )

        async def act(tx: Transaction) -> pb.RecordDepositResponse:
            journal_id, available_krw = await record_deposit(tx, deposit)
            return pb.RecordDepositResponse(journal_id=str(journal_id), available_krw=available_krw)

        return await run_once(self._database, request, pb.RecordDepositResponse, act, forever=True)

    async def GetBalance(self, request: pb.GetBalanceRequest, _context: Context) -> pb.GetBalanceResponse:
        """A company's or a worker's won."""
        holder = _holder(request, current_caller())
        async with self._database.transaction() as tx:
            balance = await read_balance(tx, holder, utc_now())
        return pb.GetBalanceResponse(
            available_krw=balance.available_krw, reserved_krw=balance.reserved_krw, today_krw=balance.today_krw
        )

    async def ListStatementLines(
        self, request: pb.ListStatementLinesRequest, _context: Context
    ) -> pb.ListStatementLinesResponse:
        """Every line that made a balance, newest first."""
        holder = _holder(request, current_caller())
        after = convert.after_of(request.page_token) or FIRST_PAGE
        count = page_size(request.page_size)
        async with self._database.transaction() as tx:
            lines = await statement_lines(tx.connection, holder, count + 1, after)
        page = lines[:count]
        return pb.ListStatementLinesResponse(
            lines=[convert.line_message(line) for line in page],
            next_page_token=convert.page_token(page[-1]) if len(lines) > count else "",
        )

    async def GetJobFunds(self, request: pb.GetJobFundsRequest, _context: Context) -> pb.GetJobFundsResponse:
        """What a job has reserved, paid, and given back."""
        async with self._database.transaction() as tx:
            funds = await read_job_funds(tx, uuid_of(request.job_id))
        if not current_caller().may_see_organisation(funds.organisation_id):
            raise NotFoundError("job")
        return convert.job_funds_message(funds)

    async def CheckLedger(self, _request: pb.CheckLedgerRequest, _context: Context) -> pb.CheckLedgerResponse:
        """Recomputes every total and says what differs."""
        async with self._database.transaction() as tx:
            journal_count, posting_count = await ledger_counts(tx.connection)
            differences = await ledger_differences(tx.connection)
        return pb.CheckLedgerResponse(
            clean=not differences,
            journal_count=journal_count,
            posting_count=posting_count,
            differences=[convert.difference_message(difference) for difference in differences],
        )

    async def StreamAudit(
        self, _request: pb.StreamAuditRequest, _context: Context
    ) -> AsyncIterator[pb.StreamAuditResponse]:
        """Answers, kept totals and unbalanced journals, sorted by kind and id."""
        parts = (
            self._pages(answer_facts, lambda fact: fact.answer_id, convert.answer_fact),
            self._pages(account_facts, lambda fact: fact.account_id, convert.account_fact),
            self._pages(unbalanced_journals, lambda fact: fact.journal_id, convert.journal_fact),
        )
        for part in parts:
            async for facts in part:
                yield pb.StreamAuditResponse(facts=facts)

    async def _pages(
        self,
        read: Callable[[AsyncConnection, int, UUID], Awaitable[Sequence[F]]],
        id_of: Callable[[F], UUID],
        message_of: Callable[[F], common_pb.AuditFact],
    ) -> AsyncIterator[list[common_pb.AuditFact]]:
        after = UUID(int=0)
        while True:
            async with self._database.transaction() as tx:
                page = await read(tx.connection, FACTS_PER_MESSAGE, after)
            if not page:
                return
            yield [message_of(fact) for fact in page]
            after = id_of(page[-1])


def _holder(request: NamesHolder, caller: Caller) -> Holder:
    """Whose balance a request means, if the caller may see it.

    Raises:
        InvalidArgumentError: it names two, or none where the caller is no worker.
        NotFoundError: another's.
    """
    if request.organisation_id and request.worker_id:
        raise invalid_field("worker_id", "name either a company or a worker")
    if request.organisation_id:
        organisation_id = uuid_of(request.organisation_id)
        if not caller.may_see_organisation(organisation_id):
            raise NotFoundError("organisation")
        return Company(organisation_id)
    if request.worker_id:
        worker_id = uuid_of(request.worker_id)
        if not caller.is_operator and worker_id != caller.account_id:
            raise NotFoundError("worker")
        return Worker(worker_id)
    if "worker" not in caller.roles:
        raise invalid_field("organisation_id", "name a company or a worker")
    return Worker(caller.worker_id)
