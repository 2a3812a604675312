"""The statement on which exams a course comes before."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

# A course is finished when all its modules are, or when a trainer said so. As json, not jsonb: that reads no other text.
_TAUGHT_NOT_FINISHED = text("""
    WITH newest AS (
        SELECT DISTINCT ON (programme_id) programme_id, module_ids, course_json
        FROM course_version
        ORDER BY programme_id, version DESC
    ), taught AS (
        SELECT DISTINCT programme_id, module_ids, module ->> 'annotation_type' AS kind
        FROM newest
        CROSS JOIN LATERAL json_array_elements(CAST(course_json AS json) -> 'modules') AS listed (module)
        WHERE module ->> 'annotation_type' IS NOT NULL
    )
    SELECT kind
    FROM taught
    GROUP BY kind
    HAVING NOT bool_or(
        EXISTS (
            SELECT 1
            FROM enrolment
            WHERE worker_id = :worker_id AND enrolment.programme_id = taught.programme_id AND state = 'COMPLETED')
        OR cardinality(module_ids) = (
            SELECT count(*)
            FROM module_progress
            WHERE worker_id = :worker_id AND module_progress.programme_id = taught.programme_id
                AND finished AND module_id = ANY(taught.module_ids)))
""")


async def kinds_taught_not_finished(connection: AsyncConnection, worker_id: UUID) -> set[str]:
    """The annotation types (TEXT_CHOICE, ...) that some course teaches, of which the worker has finished none."""
    return set((await connection.execute(_TAUGHT_NOT_FINISHED, {"worker_id": worker_id})).scalars())
