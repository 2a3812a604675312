"""Statements on who wants to be told before registration opens."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.runtime.statement import Statement
from services.workers.domain.programmes import LocalText
from services.workers.domain.seat_notices import Opening

_ADD = Statement("""
    INSERT INTO cohort_reminder (cohort_id, worker_id)
    VALUES (:cohort_id, :worker_id)
    ON CONFLICT (cohort_id, worker_id) DO NOTHING
""")

_TELL = Statement("""
    WITH due AS MATERIALIZED (
        SELECT r.cohort_id, r.worker_id
        FROM cohort AS c
        JOIN cohort_reminder AS r ON r.cohort_id = c.cohort_id AND r.told_time IS NULL
        WHERE c.open_time <= now() + make_interval(secs => :ahead_seconds) AND c.close_time > now()
        LIMIT CAST(:count AS integer)
        FOR UPDATE OF r SKIP LOCKED)
    UPDATE cohort_reminder AS r
    SET told_time = now()
    FROM due
    JOIN cohort AS c ON c.cohort_id = due.cohort_id
    JOIN programme AS p ON p.programme_id = c.programme_id
    WHERE r.cohort_id = due.cohort_id AND r.worker_id = due.worker_id
    RETURNING r.worker_id, c.cohort_id, c.programme_id, p.title_ko, p.title_en, c.cohort_no, c.open_time
""")


async def add_reminder(connection: AsyncConnection, cohort_id: UUID, worker_id: UUID) -> None:
    """Keeps that a person wants to be told of a cohort's opening."""
    await _ADD.execute(connection, {"cohort_id": cohort_id, "worker_id": worker_id})


async def tell_openings(connection: AsyncConnection, ahead_seconds: float, count: int) -> list[Opening]:
    """Marks up to `count` people as told whose cohort opens within so many seconds; gives each once."""
    rows = await _TELL.execute(connection, {"ahead_seconds": ahead_seconds, "count": count})
    return [
        Opening(
            row.worker_id,
            row.cohort_id,
            row.programme_id,
            LocalText(row.title_ko, row.title_en),
            row.cohort_no,
            row.open_time,
        )
        for row in rows
    ]
