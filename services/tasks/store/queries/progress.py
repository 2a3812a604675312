"""Counts of jobs and of the whole service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.tasks.domain.job import Counts

_COUNTS = tuple(field.name for field in fields(Counts))
_SUMS = ", ".join(f"coalesce(sum({name}), 0)::bigint AS {name}" for name in _COUNTS)


@dataclass(frozen=True)
class Minute:
    """What happened in one minute."""

    minute_time: datetime
    claimed: int
    submitted: int
    accepted: int
    rejected: int
    paid_krw: int


@dataclass(frozen=True)
class Load:
    """What is open over all jobs."""

    open_job_count: int
    wanting_count: int
    live_count: int
    active_worker_count: int
    oldest_wanting_time: datetime | None


@dataclass(frozen=True)
class OpenWork:
    """What is open of one annotation type (the contract's number)."""

    annotation_type: int
    job_count: int
    wanting_count: int


async def counts_of_job(connection: AsyncConnection, job_id: UUID) -> Counts:
    """What a job's tallies add up to."""
    row = (
        await connection.execute(
            text(f"SELECT {_SUMS} FROM job_tally WHERE job_id = :job_id"),  # noqa: S608 - field names only
            {"job_id": job_id},
        )
    ).one()
    return Counts(*row)


async def counts_of_jobs(connection: AsyncConnection, job_ids: Sequence[UUID]) -> dict[UUID, Counts]:
    """What the tallies of several jobs add up to; jobs of which nothing was counted yet are left out."""
    rows = await connection.execute(
        text(
            f"SELECT job_id, {_SUMS} FROM job_tally WHERE job_id = ANY(CAST(:job_ids AS uuid[])) GROUP BY job_id"  # noqa: S608 - field names only
        ),
        {"job_ids": list(job_ids)},
    )
    return {row[0]: Counts(*row[1:]) for row in rows}


async def wanting_count(connection: AsyncConnection, job_id: UUID) -> int:
    """How many items of a job want one more answer now; reads the claim index only."""
    result = await connection.execute(
        text(
            """
            SELECT count(*)
            FROM item
            WHERE job_id = :job_id AND live + pending + accepted < answers_wanted AND NOT resolved
            """
        ),
        {"job_id": job_id},
    )
    return int(result.scalar_one())


async def median_hourly_pay(connection: AsyncConnection, job_id: UUID, answers_min: int) -> int:
    """Won per hour of the median worker over the last 7 days; 0 while fewer answers than `answers_min` are known."""
    result = await connection.execute(
        text(
            """
            SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY krw * 3600000.0 / active_ms), sum(answers)
            FROM (
                SELECT sum(accepted_krw) AS krw, sum(active_ms) AS active_ms, sum(answers) AS answers
                FROM worker_day
                WHERE job_id = :job_id AND day > (now() AT TIME ZONE 'Asia/Seoul')::date - 7
                GROUP BY worker_id
            ) AS workers
            WHERE active_ms > 0
            """
        ),
        {"job_id": job_id},
    )
    pay, answers = result.one()
    return int(pay) if pay is not None and answers >= answers_min else 0


async def jobs_due_to_end(connection: AsyncConnection, limit: int) -> Sequence[UUID]:
    """Jobs that close and have no lease left, or whose deadline is over. A hint: whoever ends one looks again."""
    result = await connection.execute(
        text(
            """
            SELECT job_id
            FROM job
            WHERE state NOT IN ('CLOSED', 'CANCELLED')
            AND (
                (state IN ('OPEN', 'PAUSED', 'FROZEN') AND deadline_time <= now())
                OR (state = 'CLOSING' AND (
                    SELECT coalesce(sum(live), 0) = 0 FROM job_tally WHERE job_tally.job_id = job.job_id
                ))
            )
            ORDER BY job_id
            LIMIT :limit
            """
        ),
        {"limit": limit},
    )
    return result.scalars().all()


async def jobs_with_all_results(connection: AsyncConnection, limit: int) -> Sequence[UUID]:
    """Open jobs whose ordinary items all have a result. A hint: whoever ends one looks again.

    A job with an ordinary item at the head of its queue is passed over without adding up its tallies.
    """
    result = await connection.execute(
        text(
            """
            SELECT job.job_id
            FROM job
            CROSS JOIN LATERAL (
                SELECT coalesce(sum(live), 0) AS live, coalesce(sum(resolved - resolved_gold), 0) AS resolved
                FROM job_tally
                WHERE job_tally.job_id = job.job_id
                AND NOT EXISTS (
                    SELECT
                    FROM item
                    WHERE item.job_id = job.job_id AND item.pos > 0 AND item.gold_label IS NULL
                    AND live + pending + accepted < answers_wanted AND NOT resolved
                )
            ) AS tally
            WHERE state NOT IN ('CLOSED', 'CANCELLED') AND state IN ('OPEN', 'PAUSED')
            AND item_count > gold_count AND tally.live = 0 AND tally.resolved >= item_count - gold_count
            LIMIT :limit
            """
        ),
        {"limit": limit},
    )
    return result.scalars().all()


async def minutes_since(connection: AsyncConnection, minutes: int) -> list[Minute]:
    """What happened per minute, oldest first."""
    result = await connection.execute(
        text(
            """
            SELECT minute_time, sum(claimed)::bigint, sum(submitted)::bigint, sum(accepted)::bigint,
                   sum(rejected)::bigint, sum(paid_krw)::bigint
            FROM throughput_minute
            WHERE minute_time > now() - make_interval(mins => :minutes)
            GROUP BY minute_time
            ORDER BY minute_time
            """
        ),
        {"minutes": minutes},
    )
    return [Minute(*row) for row in result]


async def present_load(connection: AsyncConnection, minutes: int) -> Load:
    """What is open now; workers count as active when they hold something or acted within the minutes.

    The head of each queue stands for its oldest item: positions are given in order of time, gold lies below 0.
    It reads the claim index of open jobs, and the workers of jobs that are not over, or ended within the minutes.
    """
    result = await connection.execute(
        text(
            """
            SELECT
                (SELECT count(*) FROM job WHERE state = 'OPEN'),
                coalesce(sum(queue.wanting), 0)::bigint,
                (SELECT coalesce(sum(t.live), 0)::bigint
                 FROM job AS j
                 JOIN job_tally AS t ON t.job_id = j.job_id
                 WHERE j.state NOT IN ('CLOSED', 'CANCELLED')),
                (SELECT count(DISTINCT at_work.worker_id)
                 FROM job AS j
                 CROSS JOIN LATERAL (
                     SELECT w.worker_id
                     FROM worker_job AS w
                     WHERE w.job_id = j.job_id
                       AND (w.live_count > 0 OR w.last_act_time > now() - make_interval(mins => :minutes))
                     OFFSET 0 -- job by job: never all workers of all times
                 ) AS at_work
                 WHERE j.state NOT IN ('CLOSED', 'CANCELLED') OR j.close_time > now() - make_interval(mins => :minutes)),
                min(greatest(head.wanting_time, open_job.open_time))
            FROM (SELECT job_id, open_time FROM job WHERE state = 'OPEN') AS open_job
            LEFT JOIN LATERAL (
                SELECT count(*) AS wanting
                FROM item
                WHERE job_id = open_job.job_id
                AND live + pending + accepted < answers_wanted AND NOT resolved
            ) AS queue ON true
            LEFT JOIN LATERAL (
                SELECT wanting_time
                FROM item
                WHERE job_id = open_job.job_id
                AND live + pending + accepted < answers_wanted AND NOT resolved AND pos > 0
                ORDER BY pos
                LIMIT 1
            ) AS head ON true
            """
        ),
        {"minutes": minutes},
    )
    return Load(*result.one())


async def open_work(connection: AsyncConnection) -> list[OpenWork]:
    """Open jobs and their items that want answers, per annotation type; reads the claim index of open jobs."""
    result = await connection.execute(
        text(
            """
            SELECT annotation_type, count(*), coalesce(sum(queue.wanting), 0)::bigint
            FROM job
            CROSS JOIN LATERAL (
                SELECT count(*) AS wanting
                FROM item
                WHERE item.job_id = job.job_id
                AND live + pending + accepted < answers_wanted AND NOT resolved
            ) AS queue
            WHERE state = 'OPEN'
            GROUP BY annotation_type
            ORDER BY annotation_type
            """
        )
    )
    return [OpenWork(*row) for row in result]
