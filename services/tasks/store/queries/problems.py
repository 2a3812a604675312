"""Statements on the problems that workers report with items. What is kept of each names no worker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

# One problem per assignment: the last one that was reported.
_REPORT = text("""
    INSERT INTO problem (problem_id, job_id, item_id, assignment_id, kind, words, report_time)
    SELECT uuidv7(), a.job_id, a.item_id, a.assignment_id, CAST(:kind AS smallint), :words, now()
    FROM assignment AS a
    WHERE a.assignment_id = ANY(CAST(:assignment_ids AS uuid[]))
    ORDER BY a.assignment_id
    ON CONFLICT (assignment_id) DO UPDATE SET
        problem_id = excluded.problem_id, kind = excluded.kind, words = excluded.words,
        report_time = excluded.report_time
""")

_NEWEST_FIRST = text("""
    SELECT p.problem_id, p.item_id, i.key, p.kind, p.words, p.report_time
    FROM problem AS p
    JOIN item AS i ON i.item_id = p.item_id
    WHERE p.job_id = CAST(:job_id AS uuid) AND p.problem_id < CAST(:before AS uuid)
    ORDER BY p.problem_id DESC
    LIMIT :count
""")

_COUNT = text("SELECT count(*) FROM problem WHERE job_id = CAST(:job_id AS uuid)")


@dataclass(frozen=True)
class Problem:
    """What is wrong with an item: a number of the contract's ProblemKind, and the worker's words."""

    kind: int
    words: str = field(default="", repr=False)


@dataclass(frozen=True)
class ListedProblem:
    """A reported problem as the job's company reads it."""

    problem_id: UUID
    item_id: UUID
    key: str
    kind: int
    words: str = field(repr=False)
    report_time: datetime


async def report_problem(connection: AsyncConnection, assignment_ids: Sequence[UUID], problem: Problem) -> None:
    """Keeps what a worker says of the items of these assignments, in place of what they said of them before."""
    values = {"assignment_ids": list(assignment_ids), "kind": problem.kind, "words": problem.words}
    await connection.execute(_REPORT, values)


async def problems_newest_first(
    connection: AsyncConnection, job_id: UUID, before: UUID, count: int
) -> list[ListedProblem]:
    """Problems of a job's items, from below an id."""
    rows = await connection.execute(_NEWEST_FIRST, {"job_id": job_id, "before": before, "count": count})
    return [ListedProblem(*row) for row in rows]


async def problem_count(connection: AsyncConnection, job_id: UUID) -> int:
    """How many problems are kept of a job: at most one per assignment."""
    return int((await connection.execute(_COUNT, {"job_id": job_id})).scalar_one())
