"""What a worker reads: open jobs with what they really pay, and their own assignments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.tasks.domain.claim import Held
from services.tasks.domain.lease import AssignmentState, VerdictState
from services.tasks.domain.measure import MEASURED_ANSWERS_MIN, MEASURED_DAYS, estimated_hourly_krw
from services.tasks.domain.spec import ClaimMode
from services.tasks.domain.standing import Missing, missing
from services.tasks.store.queries.standing import STANDING_COLUMNS, STANDING_JOINS, standing_of

WANTING_COUNTED_MAX = 10_000
"""The items of a job that are open are counted up to this many; workers need no more."""

# One row per open job of the page: the standing, the measured pay of the median worker, and the open items.
_AVAILABLE = text(f"""
    SELECT j.job_id, j.title, j.annotation_type, j.price_krw, j.expected_seconds, j.deadline_time, j.required_skill,
        j.claim_mode, {STANDING_COLUMNS}, m.answers, m.active_ms, m.hourly_krw, o.wanting
    FROM (
        SELECT * FROM job
        WHERE state = 'OPEN' AND job_id < CAST(:before AS uuid)
        ORDER BY job_id DESC
        LIMIT :count
    ) AS j
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
            LIMIT {WANTING_COUNTED_MAX}
        ) AS counted
    ) AS o
    ORDER BY j.job_id DESC
""")  # noqa: S608 - built of constants

_ASSIGNMENTS = text("""
    SELECT a.assignment_id, a.job_id, a.item_id, j.claim_mode, a.state, i.data_json, a.schema_version,
        a.instructions_version, a.claim_time, a.lease_end_time, a.hold_end_time, a.price_krw, a.draft_json,
        a.draft_revision, a.answer_json, a.submit_time, a.verdict_state, a.verdict_reason, a.paid_krw
    FROM assignment AS a
    JOIN item AS i ON i.item_id = a.item_id
    JOIN job AS j ON j.job_id = a.job_id
    WHERE a.worker_id = CAST(:worker_id AS uuid)
      AND a.assignment_id < CAST(:before AS uuid)
      AND (CAST(:job_id AS uuid) IS NULL OR a.job_id = CAST(:job_id AS uuid))
      AND (CAST(:state AS smallint) = 0 OR a.state = CAST(:state AS smallint))
    ORDER BY a.assignment_id DESC
    LIMIT :count
""")

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


async def available_jobs(
    connection: AsyncConnection, worker_id: UUID, before: UUID = LAST_ID, count: int = 50
) -> list[AvailableJob]:
    """Open jobs made before the job `before`, newest first, at most `count`."""
    values = {"worker_id": worker_id, "before": before, "count": count}
    return [_available_of(row) for row in (await connection.execute(_AVAILABLE, values)).mappings()]


async def assignments_of(
    connection: AsyncConnection,
    worker_id: UUID,
    *,
    job_id: UUID | None,
    state: int,
    before: UUID = LAST_ID,
    count: int = 50,
) -> list[Held]:
    """The worker's assignments before the assignment `before`, newest first; state 0 and job None: all."""
    values = {"worker_id": worker_id, "before": before, "job_id": job_id, "state": state, "count": count}
    return [_held_of(row) for row in (await connection.execute(_ASSIGNMENTS, values)).mappings()]


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
