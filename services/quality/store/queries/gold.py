"""Statements on gold."""

from collections.abc import Sequence
from dataclasses import dataclass
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
    INSERT INTO gold (item_id, job_id, label, body_sha256)
    SELECT new.item_id, batch.job_id, new.label, new.body_sha256
    FROM batch, unnest(CAST(:item_ids AS uuid[]), CAST(:labels AS text[]), CAST(:bodies AS text[]))
        AS new (item_id, label, body_sha256)
    ON CONFLICT (item_id) DO NOTHING
""")


@dataclass(frozen=True)
class Known:
    """An item's known answer: its label, or the hash that its body lies under."""

    item_id: UUID
    label: str
    body_sha256: str


async def add_gold(connection: AsyncConnection, job_id: UUID, gold_revision: int, known: Sequence[Known]) -> None:
    """Keeps the known answers of one GoldProvided; nothing when that revision was kept before."""
    await _ADD.execute(
        connection,
        {
            "job_id": job_id,
            "gold_revision": gold_revision,
            "item_ids": [one.item_id for one in known],
            "labels": [one.label for one in known],
            "bodies": [one.body_sha256 for one in known],
        },
    )
