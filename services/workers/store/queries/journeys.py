"""Statements on how far people have come."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.workers.domain.journeys import Step

_NOTE_STEP = text("""
    INSERT INTO journey_step (worker_id, step, reach_time)
    SELECT worker_id, :step, reach_time
    FROM unnest(CAST(:worker_ids AS uuid[]), CAST(:reach_times AS timestamptz[])) AS new (worker_id, reach_time)
    ORDER BY worker_id
    ON CONFLICT (worker_id, step) DO UPDATE
    SET reach_time = excluded.reach_time
    WHERE journey_step.reach_time > excluded.reach_time
""")


async def note_step(connection: AsyncConnection, step: Step, reached: Iterable[tuple[UUID, datetime]]) -> None:
    """Notes when people who are known here reached a step, each once in `reached`; the earliest time stays."""
    pairs = list(reached)
    if pairs:
        parameters = {
            "step": step.value,
            "worker_ids": [worker_id for worker_id, _ in pairs],
            "reach_times": [instant for _, instant in pairs],
        }
        await connection.execute(_NOTE_STEP, parameters)
