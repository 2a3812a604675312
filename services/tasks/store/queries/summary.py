"""A worker's work in numbers, and the titles of jobs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

LIVE_JOBS_MAX = 200
"""Jobs in which a worker holds something are shown up to this many, the most pressing ones."""

# Read from counts that submits keep on worker_job and verdicts on worker_day, in one statement and so of one moment.
_COUNTS = text("""
    SELECT
        submits.count - verdicts.accepted - verdicts.rejected AS pending_count,
        submits.krw - verdicts.krw AS pending_krw,
        verdicts.accepted AS accepted_count,
        verdicts.rejected AS rejected_count,
        submits.today AS today_submitted_count
    FROM (
        SELECT coalesce(sum(submitted_count), 0)::bigint AS count, coalesce(sum(submitted_krw), 0)::bigint AS krw,
            coalesce(sum(day_submitted_count) FILTER (
                WHERE submit_day = CAST(now() AT TIME ZONE 'Asia/Seoul' AS date)), 0)::bigint AS today
        FROM worker_job
        WHERE worker_id = CAST(:worker_id AS uuid)
    ) AS submits
    CROSS JOIN (
        SELECT coalesce(sum(accepted_count), 0)::bigint AS accepted,
            coalesce(sum(rejected_count), 0)::bigint AS rejected, coalesce(sum(judged_krw), 0)::bigint AS krw
        FROM worker_day
        WHERE worker_id = CAST(:worker_id AS uuid)
    ) AS verdicts
""")

_LIVE = text(f"""
    SELECT a.job_id, j.title, a.live_count, a.lease_end_time
    FROM (
        SELECT job_id, count(*) AS live_count, min(lease_end_time) AS lease_end_time
        FROM assignment
        WHERE worker_id = CAST(:worker_id AS uuid) AND state = 1
        GROUP BY job_id
    ) AS a
    JOIN job AS j ON j.job_id = a.job_id
    ORDER BY a.lease_end_time, a.job_id
    LIMIT {LIVE_JOBS_MAX}
""")  # noqa: S608 - built of constants

_TITLES = text("""
    SELECT job_id, title, organisation_id, open_time IS NOT NULL AS opened
    FROM job
    WHERE job_id = ANY(CAST(:job_ids AS uuid[]))
""")


@dataclass(frozen=True)
class WorkCounts:
    """A worker's answers over all jobs. `today_submitted_count` is since midnight in Korea."""

    pending_count: int
    pending_krw: int
    accepted_count: int
    rejected_count: int
    today_submitted_count: int


@dataclass(frozen=True)
class LiveWork:
    """What a worker holds of one job, and when the first of the leases ends."""

    job_id: UUID
    title: str
    live_count: int
    lease_end_time: datetime


@dataclass(frozen=True)
class Title:
    """A job's title, whose job it is, and whether it has ever been open."""

    job_id: UUID
    title: str
    organisation_id: UUID
    opened: bool


async def work_counts(connection: AsyncConnection, worker_id: UUID) -> WorkCounts:
    """The counts of a worker's answers: reads a row per job, and per job and day, of the worker's, but no answer."""
    return WorkCounts(*(await connection.execute(_COUNTS, {"worker_id": worker_id})).one())


async def live_work(connection: AsyncConnection, worker_id: UUID) -> list[LiveWork]:
    """What the worker holds, soonest lease first, past leases that are not ended yet among it; reads those rows only."""
    return [LiveWork(*row) for row in await connection.execute(_LIVE, {"worker_id": worker_id})]


async def titles_of_jobs(connection: AsyncConnection, job_ids: Sequence[UUID]) -> list[Title]:
    """The titles of those jobs that there are."""
    return [Title(*row) for row in await connection.execute(_TITLES, {"job_ids": list(job_ids)})]
