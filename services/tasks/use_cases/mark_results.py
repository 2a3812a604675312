"""Marks items with their results; a resolved item takes no more claims."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from services.runtime.database import Transaction
from services.tasks.store.queries import marks
from services.tasks.store.queries.marks import ResultMark


async def mark_results(tx: Transaction, given: Sequence[ResultMark]) -> set[UUID]:
    """Applies the highest revision per item; gives the ids of items that are not known here."""
    latest: dict[UUID, ResultMark] = {}
    for mark in given:
        before = latest.get(mark.item_id)
        if before is None or mark.revision > before.revision:
            latest[mark.item_id] = mark
    if not latest:
        return set()
    known = await marks.lock_items(tx.connection, sorted(latest))
    if known:
        await marks.mark_results(tx.connection, [latest[item_id] for item_id in sorted(known)])
    return latest.keys() - known
