"""Reads balances and the lines that made them, for those who may see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from services.core.clock import KOREA, korean_date
from services.core.errors import NotFoundError
from services.payments.domain.funds import JobFunds
from services.payments.domain.holder import Company, Holder, Worker
from services.payments.store.queries.funds import read_funds
from services.payments.store.queries.statements import balance_krw, earned_since_krw, reserved_krw
from services.runtime.database import Transaction


@dataclass(frozen=True, slots=True)
class Balance:
    """Company: free and in escrow. Worker: earned and not paid out, and earned today in Korea."""

    available_krw: int
    reserved_krw: int
    today_krw: int


async def read_balance(tx: Transaction, holder: Holder, now: datetime) -> Balance:
    """What a company or a worker has; zeros where nothing ever came."""
    available = await balance_krw(tx.connection, holder)
    match holder:
        case Company(organisation_id):
            return Balance(available, await reserved_krw(tx.connection, organisation_id), 0)
        case Worker(worker_id):
            midnight = datetime.combine(korean_date(now), time(), KOREA)
            return Balance(available, 0, await earned_since_krw(tx.connection, worker_id, midnight))


async def read_job_funds(tx: Transaction, job_id: UUID) -> JobFunds:
    """What a job has reserved, paid and given back.

    Raises:
        NotFoundError: the job never asked for money.
    """
    funds = await read_funds(tx.connection, job_id)
    if funds is None:
        raise NotFoundError("job")
    return funds
