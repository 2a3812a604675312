"""Fees that jobs have collected and the platform has not taken yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

# Locked first and summed after, because a sum from before the wait for a lock would be old. Busy jobs are passed over:
# the next round, or tomorrow's, takes them.
_CANDIDATES = text("""
    SELECT job_id
    FROM job
    WHERE (swept_fee_krw, swept_vat_krw) <> (
        SELECT coalesce(sum(paid_count * fee_krw), 0), coalesce(sum(paid_count * fee_vat_krw), 0)
        FROM reservation
        WHERE reservation.job_id = job.job_id)
    ORDER BY job_id
    LIMIT :count
    FOR NO KEY UPDATE SKIP LOCKED
""")

_UNSWEPT = text("""
    SELECT job_id, sum(paid_count * fee_krw) - swept_fee_krw, sum(paid_count * fee_vat_krw) - swept_vat_krw
    FROM job
    JOIN reservation USING (job_id)
    WHERE job_id = ANY(CAST(:ids AS uuid[]))
    GROUP BY job.job_id
    ORDER BY job_id
""")

_MARK_SWEPT = text("""
    UPDATE job
    SET swept_fee_krw = swept_fee_krw + swept.fee_krw, swept_vat_krw = swept_vat_krw + swept.vat_krw
    FROM unnest(CAST(:ids AS uuid[]), CAST(:fees AS bigint[]), CAST(:vats AS bigint[])) AS swept (job_id, fee_krw, vat_krw)
    WHERE job.job_id = swept.job_id
""")


@dataclass(frozen=True, slots=True)
class Unswept:
    """What one job has collected since its last sweep; below 0 where payments were taken back."""

    job_id: UUID
    fee_krw: int
    vat_krw: int


async def lock_unswept(connection: AsyncConnection, count: int) -> list[Unswept]:
    """Up to `count` jobs with something to sweep, locked until the transaction ends."""
    ids = list((await connection.execute(_CANDIDATES, {"count": count})).scalars())
    rows = (await connection.execute(_UNSWEPT, {"ids": ids})).all()
    found = [Unswept(row[0], int(row[1]), int(row[2])) for row in rows]
    return [job for job in found if job.fee_krw or job.vat_krw]


async def mark_swept(connection: AsyncConnection, jobs: Sequence[Unswept]) -> None:
    """Counts what was swept."""
    await connection.execute(
        _MARK_SWEPT,
        {
            "ids": [job.job_id for job in jobs],
            "fees": [job.fee_krw for job in jobs],
            "vats": [job.vat_krw for job in jobs],
        },
    )
