"""What a worker reads: open jobs with what they really pay, and their own assignments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.tasks.domain.claim import Held
from services.tasks.domain.job import JobState
from services.tasks.domain.lease import AssignmentState, VerdictState
from services.tasks.domain.measure import MEASURED_ANSWERS_MIN, MEASURED_DAYS, estimated_hourly_krw
from services.tasks.domain.spec import ClaimMode
from services.tasks.domain.standing import Missing, missing
from services.tasks.store.queries.standing import STANDING_COLUMNS, STANDING_JOINS, standing_of

WANTING_COUNTED_MAX = 10_000
"""The items of a job that are open are counted up to this many; workers need no more."""

# One row per job: the standing, the measured pay of the median worker, and the open items.
_SEEN_BY_WORKER = f"""
    SELECT j.job_id, j.title, j.annotation_type, j.price_krw, j.expected_seconds, j.deadline_time, j.required_skill,
        j.claim_mode, j.state, j.hold_limit, j.schema_version, j.instructions_version, j.live_count,
        {STANDING_COLUMNS}, m.answers, m.active_ms, m.hourly_krw, o.wanting
    FROM ({{jobs}}) AS j
    {STANDING_JOINS}
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(w.answers), 0) AS answers, coalesce(sum(w.active_ms), 0) AS active_ms,
            percentile_cont(0.5) WITHIN GROUP (ORDER BY w.krw * 3600000.0 / w.active_ms)
                FILTER (WHERE w.active_ms > 0) AS hourly_krw
        FROM (
            SELECT sum(d.answers) AS answers, sum(d.active_ms) AS active_ms, sum(d.accepted_krw) AS krw
            FROM worker_day AS d
            WHERE d.job_id = j.job_id AND d.day > CAST(now() AT TIME ZONE 'Asia/Seoul' AS date) - {MEASURED_DAYS}
            GROUP BY d.worker_id
        ) AS w
    ) AS m
    CROSS JOIN LATERAL (
        SELECT count(*) AS wanting
        FROM (
            SELECT FROM item AS i
            WHERE i.job_id = j.job_id AND i.live + i.pending + i.accepted < i.answers_wanted AND NOT i.resolved
              AND j.state = 'OPEN'
            LIMIT {WANTING_COUNTED_MAX}
        ) AS counted
    ) AS o
    ORDER BY j.job_id DESC
"""  # noqa: S608 - built of constants

_AVAILABLE = text(
    _SEEN_BY_WORKER.format(
        jobs="""
        SELECT job.*, 0 AS live_count
        FROM job
        WHERE state = 'OPEN' AND job_id < CAST(:before AS uuid)
          AND (NOT pool_only OR EXISTS (
              SELECT FROM pool_member AS p
              WHERE p.organisation_id = job.organisation_id AND p.worker_id = CAST(:worker_id AS uuid) AND p.member))
        ORDER BY job_id DESC
        LIMIT :count
    """
    )
)

_WORK_JOB = text(
    _SEEN_BY_WORKER.format(
        jobs="""
        SELECT job.*, coalesce(w.live_count, 0) AS live_count
        FROM job
        LEFT JOIN worker_job AS w ON w.job_id = job.job_id AND w.worker_id = CAST(:worker_id AS uuid)
        WHERE job.job_id = CAST(:job_id AS uuid) AND (job.state = 'OPEN' OR w.claimed_count > 0)
    """
    )
)

_VERSIONS = text("""
    SELECT s.schema_json, n.ko, n.en
    FROM (SELECT CAST(:job_id AS uuid) AS job_id) AS g
    LEFT JOIN label_schema AS s ON s.job_id = g.job_id AND s.version = :schema_version
    LEFT JOIN instructions AS n ON n.job_id = g.job_id AND n.version = :instructions_version
""")

_ASSIGNMENTS = """
    SELECT a.assignment_id, a.job_id, a.item_id, j.claim_mode, a.state, i.data_json, a.schema_version,
        a.instructions_version, a.claim_time, a.lease_end_time, a.hold_end_time, a.price_krw, a.draft_json,
        a.draft_revision, a.answer_json, a.submit_time, a.verdict_state, a.verdict_reason, a.verdict_time, a.paid_krw
    FROM (
        SELECT *
        FROM assignment AS a
        WHERE a.worker_id = CAST(:worker_id AS uuid)
          AND a.assignment_id < CAST(:before AS uuid)
          {conditions}
        ORDER BY a.assignment_id DESC
        LIMIT :count
    ) AS a
    JOIN item AS i ON i.item_id = a.item_id
    JOIN job AS j ON j.job_id = a.job_id
    ORDER BY a.assignment_id DESC
"""

LAST_ID = UUID(int=2**128 - 1)
"""Greater than every id: where a list that goes back in time begins."""


@dataclass(frozen=True)
class AvailableJob:
    """An open job as one worker sees it. Pay in won per hour; `usual_seconds` per answer."""

    job_id: UUID
    title: str
    annotation_type: int
    price_krw: int
    hourly_pay_krw: int
    hourly_pay_estimated: bool
    usual_seconds: int
    wanting_count: int
    deadline_time: datetime | None
    missing: tuple[Missing, ...]
    required_skill: float
    claim_mode: ClaimMode


@dataclass(frozen=True)
class WorkJob:
    """One job as one worker sees it: besides what is offered, its present versions and what the worker holds of it."""

    job: AvailableJob
    state: JobState
    schema_version: int
    instructions_version: int
    live_count: int
    hold_limit: int


@dataclass(frozen=True)
class AssignmentFilter:
    """Which of a worker's assignments are wanted. None, NONE and empty: any."""

    job_id: UUID | None = None
    state: AssignmentState | None = None
    verdict_state: VerdictState = VerdictState.NONE
    assignment_ids: tuple[UUID, ...] = ()


async def available_jobs(
    connection: AsyncConnection, worker_id: UUID, before: UUID = LAST_ID, count: int = 50
) -> list[AvailableJob]:
    """Open jobs made before the job `before`, newest first, at most `count`."""
    values = {"worker_id": worker_id, "before": before, "count": count}
    return [_available_of(row) for row in (await connection.execute(_AVAILABLE, values)).mappings()]


async def work_job(connection: AsyncConnection, worker_id: UUID, job_id: UUID) -> WorkJob | None:
    """One job as the worker sees it, None where they see none: it must be open, or they have claimed items of it."""
    values = {"worker_id": worker_id, "job_id": job_id}
    row = (await connection.execute(_WORK_JOB, values)).mappings().one_or_none()
    if row is None:
        return None
    return WorkJob(
        _available_of(row),
        JobState(row["state"]),
        row["schema_version"],
        row["instructions_version"],
        row["live_count"],
        row["hold_limit"],
    )


async def texts_of_versions(
    connection: AsyncConnection, job_id: UUID, schema_version: int, instructions_version: int
) -> tuple[str | None, tuple[str, str] | None]:
    """The label schema of a version, and the instructions (Korean, English) of a version; None where there is none."""
    values = {"job_id": job_id, "schema_version": schema_version, "instructions_version": instructions_version}
    row = (await connection.execute(_VERSIONS, values)).one()
    return row.schema_json, None if row.ko is None else (row.ko, row.en)


async def assignments_of(
    connection: AsyncConnection, worker_id: UUID, wanted: AssignmentFilter, before: UUID = LAST_ID, count: int = 50
) -> list[Held]:
    """The worker's assignments before the assignment `before`, newest first.

    Live ones and named ones are found by index. For others the worker's assignments are read back in time until the
    page is full: all of them (measured: 50,000 in 0.1 s) only where hardly any fits.
    """
    statement = _assignments(
        wanted.state, wanted.verdict_state, of_job=wanted.job_id is not None, named=bool(wanted.assignment_ids)
    )
    values: dict[str, Any] = {"worker_id": worker_id, "before": before, "count": count}
    if wanted.job_id is not None:
        values["job_id"] = wanted.job_id
    if wanted.assignment_ids:
        values["assignment_ids"] = list(wanted.assignment_ids)
    return [_held_of(row) for row in (await connection.execute(statement, values)).mappings()]


# States stand in the statement and not in a parameter: the index of live assignments is for one state only.
@lru_cache(maxsize=100)
def _assignments(
    state: AssignmentState | None, verdict_state: VerdictState, *, of_job: bool, named: bool
) -> TextClause:
    conditions = [
        f"AND a.state = {state.value}" if state is not None else "",
        f"AND a.verdict_state = {verdict_state.value}" if verdict_state is not VerdictState.NONE else "",
        "AND a.job_id = CAST(:job_id AS uuid)" if of_job else "",
        "AND a.assignment_id = ANY(CAST(:assignment_ids AS uuid[]))" if named else "",
    ]
    return text(_ASSIGNMENTS.format(conditions="\n          ".join(one for one in conditions if one)))


def _available_of(row: RowMapping) -> AvailableJob:
    measured = row["answers"] >= MEASURED_ANSWERS_MIN and row["hourly_krw"] is not None
    estimate = estimated_hourly_krw(row["price_krw"], row["expected_seconds"])
    usual = round(row["active_ms"] / row["answers"] / 1000) if measured else row["expected_seconds"]
    return AvailableJob(
        job_id=row["job_id"],
        title=row["title"],
        annotation_type=row["annotation_type"],
        price_krw=row["price_krw"],
        hourly_pay_krw=int(row["hourly_krw"]) if measured else estimate,
        hourly_pay_estimated=not measured,
        usual_seconds=usual,
        wanting_count=row["wanting"],
        deadline_time=row["deadline_time"],
        missing=missing(standing_of(row), row["required_skill"]),
        required_skill=row["required_skill"],
        claim_mode=ClaimMode(row["claim_mode"]),
    )


def _held_of(row: RowMapping) -> Held:
    values = dict(row)
    return Held(
        **values
        | {
            "claim_mode": ClaimMode(row["claim_mode"]),
            "state": AssignmentState(row["state"]),
            "verdict_state": VerdictState(row["verdict_state"]),
        }
    )
