"""What balances are, and the lines that made them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.payments.domain.holder import FIRST_PAGE, After, Company, Holder, StatementLine, Worker

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_END_OF_TIME = datetime(9999, 1, 1, tzinfo=UTC)

_BALANCE = text("SELECT balance_krw FROM account_total WHERE account_id = :account_id")

_RESERVED = text("""
    SELECT coalesce(sum(balance_krw), 0)
    FROM job
    JOIN account_total ON account_total.account_id = job.escrow_account_id
    WHERE organisation_id = :organisation_id
""")

_EARNED_SINCE = text("""
    SELECT coalesce(sum(amount_krw), 0)
    FROM paid_line
    WHERE worker_id = :worker_id AND line_time >= :since
""")

_COMPANY_LINES = text("""
    SELECT posting_id, create_time, kind, journal_id, job_id, CAST(NULL AS uuid), amount_krw, 0
    FROM posting
    JOIN journal USING (journal_id)
    WHERE account_id = :account_id AND posting_id < :line_id
    ORDER BY posting_id DESC
    LIMIT :count
""")

_WORKER_LINES = text("""
    SELECT line_id, line_time, 'PAY', journal_id, job_id, answer_id, amount_krw, revision
    FROM paid_line
    WHERE worker_id = :worker_id AND (line_time, line_id) < (:line_time, :line_id)
    ORDER BY line_time DESC, line_id DESC
    LIMIT :count
""")


async def balance_krw(connection: AsyncConnection, holder: Holder) -> int:
    """A company's free money, or a worker's earned won; 0 where nothing ever came."""
    rows = await connection.execute(_BALANCE, {"account_id": holder.account.account_id})
    return int(rows.scalar_one_or_none() or 0)


async def reserved_krw(connection: AsyncConnection, organisation_id: UUID) -> int:
    """What a company's jobs hold in escrow."""
    return int((await connection.execute(_RESERVED, {"organisation_id": organisation_id})).scalar_one())


async def earned_since_krw(connection: AsyncConnection, worker_id: UUID, since: datetime) -> int:
    """What a worker's verdicts have brought, less what they took, from an instant on."""
    return int((await connection.execute(_EARNED_SINCE, {"worker_id": worker_id, "since": since})).scalar_one())


async def statement_lines(
    connection: AsyncConnection, holder: Holder, count: int, after: After = FIRST_PAGE
) -> list[StatementLine]:
    """Up to `count` lines, newest first."""
    match holder:
        case Company():
            parameters = {"account_id": holder.account.account_id, "line_id": after.line_id, "count": count}
            rows = await connection.execute(_COMPANY_LINES, parameters)
        case Worker(worker_id):
            parameters = {
                "worker_id": worker_id,
                "line_time": _instant(after.line_time_us),
                "line_id": after.line_id,
                "count": count,
            }
            rows = await connection.execute(_WORKER_LINES, parameters)
    return [StatementLine(row[0], _microseconds(row[1]), *row[2:]) for row in rows]


def _microseconds(instant: datetime) -> int:
    return (instant - _EPOCH) // timedelta(microseconds=1)


def _instant(microseconds: int) -> datetime:
    limit = _microseconds(_END_OF_TIME)
    return _EPOCH + timedelta(microseconds=max(-limit // 1000, min(microseconds, limit)))
