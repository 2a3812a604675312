"""Statements on what may be done only so often from one place."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.core.ids import new_id

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:place || :act, 13))")

_TIMES = text("""
    SELECT count(*), min(act_time)
    FROM counted_act
    WHERE place = :place AND act = :act AND act_time > :since
""")

_ADD = text("""
    INSERT INTO counted_act (counted_act_id, act, place, act_time)
    VALUES (:counted_act_id, :act, :place, :act_time)
""")

_PURGE = text("""
    DELETE FROM counted_act
    WHERE counted_act_id IN (SELECT counted_act_id FROM counted_act WHERE act_time < :before LIMIT :count)
""")


async def acts_since(connection: AsyncConnection, act: str, place: str, since: datetime) -> tuple[int, datetime | None]:
    """How often something was done at a place since an instant, and when first; others there wait for this transaction."""
    await connection.execute(_LOCK, {"act": act, "place": place})
    times, oldest = (await connection.execute(_TIMES, {"act": act, "place": place, "since": since})).one()
    return int(times), oldest


async def add_act(connection: AsyncConnection, act: str, place: str, act_time: datetime) -> None:
    """Counts something done at a place."""
    parameters = {"counted_act_id": new_id(), "act": act, "place": place, "act_time": act_time}
    await connection.execute(_ADD, parameters)


async def purge_acts(connection: AsyncConnection, before: datetime, count: int) -> None:
    """Deletes up to `count` rows older than an instant."""
    await connection.execute(_PURGE, {"before": before, "count": count})
