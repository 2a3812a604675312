"""The gate between claiming and closing.

A claim that has read OPEN just before the job closes must not add a lease after the job was found to have none.
So every statement that may add a live or submitted assignment passes the gate, shared, in a statement of its own or
together with the lock on `worker_job`, and reads the job's state in a later statement; closing passes it alone.
Advisory locks cost no row and no write.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

GATE_SHARED = "pg_advisory_xact_lock_shared(hashtextextended(CAST(CAST(:job_id AS uuid) AS text), 71))"
"""The shared gate as an SQL expression, to be put into another statement that has the parameter `job_id` (uuid)."""


async def pass_gate_alone(connection: AsyncConnection, job_id: UUID) -> None:
    """Waits for claims and late answers of a job that are under way, and holds new ones back."""
    await connection.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(CAST(CAST(:job_id AS uuid) AS text), 71))"),
        {"job_id": job_id},
    )
