"""Statements on gold."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.runtime.statement import Statement

_ADD = Statement("""
    WITH batch AS (
        INSERT INTO gold_batch (job_id, gold_revision)
        VALUES (:job_id, :gold_revision)
        ON CONFLICT DO NOTHING
        RETURNING job_id
    )
    INSERT INTO gold (item_id, job_id, label)
    SELECT new.item_id, batch.job_id, new.label
    FROM batch, unnest(CAST(:item_ids AS uuid[]), CAST(:labels AS text[])) AS new (item_id, label)
    ON CONFLICT (item_id) DO NOTHING
""")


async def add_gold(
    connection: AsyncConnection, job_id: UUID, gold_revision: int, known: Sequence[tuple[UUID, str]]
) -> None:
    """Keeps (item, known label) of one GoldProvided; nothing when that revision was kept before."""
    await _ADD.execute(
        connection,
        {
            "job_id": job_id,
            "gold_revision": gold_revision,
            "item_ids": [item_id for item_id, _ in known],
            "labels": [label for _, label in known],
        },
    )
