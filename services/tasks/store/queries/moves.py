"""Statements that bring work in hand to newer versions of its job's texts.

What somebody is handing in or saving at this moment is locked and is passed over: it keeps its version.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True)
class OpenDraft:
    """A draft in somebody's hands, and what it is about."""

    assignment_id: UUID
    draft_json: str
    data_json: str


_OF_JOB = """
    FROM worker_job AS w
    JOIN assignment AS a ON a.worker_id = w.worker_id AND a.job_id = w.job_id AND a.state = 1
    JOIN item AS i ON i.item_id = a.item_id
    WHERE w.job_id = :job_id AND w.live_count > 0
"""
_TO_SCHEMA = """
    SET moved_from_version = CASE WHEN a.moved_from_version = 0 THEN a.schema_version ELSE a.moved_from_version END,
        schema_version = :version
"""


async def move_untouched(connection: AsyncConnection, job_id: UUID, version: int) -> None:
    """Brings what has no draft yet to a version of the label schema."""
    await connection.execute(
        text(
            f"""
            WITH untouched AS MATERIALIZED (
                SELECT a.assignment_id {_OF_JOB} AND a.draft_json = '' AND a.schema_version < :version
                FOR UPDATE OF a SKIP LOCKED
            )
            UPDATE assignment AS a {_TO_SCHEMA} FROM untouched AS u WHERE a.assignment_id = u.assignment_id
            """  # noqa: S608 - built of constants
        ),
        {"job_id": job_id, "version": version},
    )


async def open_drafts_after(
    connection: AsyncConnection, job_id: UUID, version: int, after: UUID, limit: int
) -> list[OpenDraft]:
    """The next drafts under an older version of the label schema, locked, by the ids of their assignments."""
    result = await connection.execute(
        text(
            f"""
            SELECT a.assignment_id, a.draft_json, i.data_json {_OF_JOB}
                AND a.draft_json <> '' AND a.schema_version < :version AND a.assignment_id > :after
            ORDER BY a.assignment_id
            LIMIT :limit
            FOR UPDATE OF a SKIP LOCKED
            """
        ),
        {"job_id": job_id, "version": version, "after": after, "limit": limit},
    )
    return [OpenDraft(*row) for row in result]


async def move_to_schema(connection: AsyncConnection, assignment_ids: Sequence[UUID], version: int) -> None:
    """Brings assignments, which are locked, to a version of the label schema."""
    await connection.execute(
        text(f"UPDATE assignment AS a {_TO_SCHEMA} WHERE a.assignment_id = ANY(CAST(:ids AS uuid[]))"),
        {"ids": list(assignment_ids), "version": version},
    )


async def move_to_instructions(connection: AsyncConnection, job_id: UUID, version: int) -> None:
    """Shows the newest instructions with all work in hand."""
    await connection.execute(
        text(
            f"""
            WITH held AS MATERIALIZED (
                SELECT a.assignment_id {_OF_JOB} AND a.instructions_version < :version FOR UPDATE OF a SKIP LOCKED
            )
            UPDATE assignment AS a SET instructions_version = :version FROM held WHERE a.assignment_id = held.assignment_id
            """  # noqa: S608 - built of constants
        ),
        {"job_id": job_id, "version": version},
    )
