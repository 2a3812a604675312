"""Statements on answers that wait for a verdict."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from services.quality.domain.judging import Given
from services.quality.domain.verdicts import Reason, Verdict, VerdictState
from services.runtime.statement import Statement

_DUE_JOBS = Statement("""
    SELECT DISTINCT job_id
    FROM (
        SELECT job_id
        FROM answer
        WHERE state = 'pending' AND due_time <= now()
        ORDER BY due_time
        LIMIT :limit
    ) AS due
    ORDER BY job_id
""")

_DUE = Statement("""
    SELECT job_id, answer_id, item_id, worker_id, publish_no, state, reason, score
    FROM answer
    WHERE state = 'pending' AND due_time <= now() AND job_id = ANY(CAST(:job_ids AS uuid[]))
    ORDER BY due_time
    LIMIT :limit
""")

_OF_JOB = Statement("""
    SELECT job_id, answer_id, item_id, worker_id, publish_no, state, reason, score
    FROM answer
    WHERE state = 'pending' AND job_id = :job_id
    ORDER BY answer_id
    LIMIT :limit
""")


async def due_jobs(connection: AsyncConnection, limit: int) -> list[UUID]:
    """Jobs of the longest waiting answers whose time is over."""
    rows = await _DUE_JOBS.execute(connection, {"limit": limit})
    return [row.job_id for row in rows]


async def due_answers(connection: AsyncConnection, job_ids: Sequence[UUID], limit: int) -> list[tuple[UUID, Given]]:
    """(job, answer) of pending answers of these jobs whose time is over, longest waiting first."""
    rows = await _DUE.execute(connection, {"job_ids": list(job_ids), "limit": limit})
    return [(row.job_id, _given(row)) for row in rows]


async def pending_answers(connection: AsyncConnection, job_id: UUID, limit: int) -> list[Given]:
    """Pending answers of a job."""
    rows = await _OF_JOB.execute(connection, {"job_id": job_id, "limit": limit})
    return [_given(row) for row in rows]


def _given(row: Row[Any]) -> Given:
    verdict = Verdict(VerdictState(row.state), Reason(row.reason), row.score)
    return Given(row.answer_id, row.item_id, row.worker_id, row.publish_no, 0, verdict)
