"""Statements on what items serve for: one item is for exams or for practice, never for both."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.workers.domain.item_use import ItemUse

# The update changes nothing: it makes the statement give the rows that were there before, and wait for those being made.
_RESERVE = text("""
    INSERT INTO item_use (digest, use)
    SELECT digest, :use
    FROM unnest(CAST(:digests AS text[])) AS new (digest)
    ORDER BY digest
    ON CONFLICT (digest) DO UPDATE
    SET use = item_use.use
    RETURNING digest, use
""")


async def reserve_items(connection: AsyncConnection, digests: Iterable[str], use: ItemUse) -> set[str]:
    """Keeps data for a use for ever; gives the digests that serve the other use already and stay with it."""
    wanted = sorted(set(digests))
    if not wanted:
        return set()
    rows = await connection.execute(_RESERVE, {"digests": wanted, "use": use.value})
    return {row.digest for row in rows if row.use != use.value}
