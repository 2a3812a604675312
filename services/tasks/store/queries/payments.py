"""Marks of payments on answers and jobs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.runtime.statement import Statement
from services.tasks.store.queries.tally import PAID_SHARD, minute_of, tally_of


@dataclass(frozen=True)
class Payment:
    """What one answer has brought in all, by its verdict of a revision."""

    answer_id: UUID
    revision: int
    net_krw: int


_MARK_PAID = Statement(
    f"""
    WITH given AS MATERIALIZED (
        SELECT DISTINCT ON (answer_id) answer_id, revision, net_krw
        FROM unnest(CAST(:answer_ids AS uuid[]), CAST(:revisions AS bigint[]), CAST(:nets AS bigint[]))
            AS g(answer_id, revision, net_krw)
        ORDER BY answer_id, revision DESC
    ),
    locked AS MATERIALIZED (
        SELECT a.assignment_id
        FROM assignment AS a
        JOIN given ON given.answer_id = a.assignment_id
        ORDER BY a.assignment_id
        FOR NO KEY UPDATE OF a
    ),
    marked AS (
        UPDATE assignment AS a
        SET paid_krw = CASE WHEN given.revision > a.paid_revision THEN given.net_krw ELSE a.paid_krw END,
            paid_revision = greatest(given.revision, a.paid_revision)
        FROM given
        JOIN locked ON locked.assignment_id = given.answer_id
        WHERE a.assignment_id = given.answer_id
        RETURNING a.assignment_id, a.job_id, new.paid_krw - old.paid_krw AS paid_krw,
                  (new.paid_krw > 0)::int - (old.paid_krw > 0)::int AS paid
    ),
    counted AS MATERIALIZED (
        SELECT job_id, sum(paid) AS paid, sum(paid_krw) AS paid_krw
        FROM marked
        GROUP BY job_id
        HAVING sum(paid) <> 0 OR sum(paid_krw) <> 0
    ),
    {tally_of("counted", "paid", "paid_krw")},
    {minute_of("counted", paid_krw="paid_krw")}
    SELECT answer_id
    FROM given
    WHERE answer_id NOT IN (SELECT assignment_id FROM locked)
    """  # noqa: S608 - built of constants
)


async def mark_paid(connection: AsyncConnection, payments: Sequence[Payment]) -> set[UUID]:
    """Notes what answers brought, and counts it; lower revisions change nothing. Gives the unknown answers."""
    result = await _MARK_PAID.execute(
        connection,
        {
            "answer_ids": [payment.answer_id for payment in payments],
            "revisions": [payment.revision for payment in payments],
            "nets": [payment.net_krw for payment in payments],
            "shard": PAID_SHARD,
        },
    )
    return set(result.scalars())


async def add_released(connection: AsyncConnection, job_id: UUID, amount_krw: int, revision: int) -> bool:
    """Notes money that went back to the company. False: no such job is known."""
    result = await connection.execute(
        text(
            """
            UPDATE job
            SET released_krw = released_krw + CAST(:amount_krw AS bigint), release_revision = greatest(release_revision, CAST(:revision AS bigint))
            WHERE job_id = :job_id
            """
        ),
        {"job_id": job_id, "amount_krw": amount_krw, "revision": revision},
    )
    return result.rowcount > 0
