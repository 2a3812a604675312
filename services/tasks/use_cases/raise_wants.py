"""Raises how many answers items want; never lowers it, and never over the item's max overlap."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from services.runtime.database import Transaction
from services.tasks.store.queries import marks


async def raise_wants(tx: Transaction, wants: Iterable[tuple[UUID, int]]) -> set[UUID]:
    """Applies the highest want per item; gives the ids of items that are not known here."""
    highest: dict[UUID, int] = {}
    for item_id, answers_wanted in wants:
        highest[item_id] = max(answers_wanted, highest.get(item_id, 0))
    if not highest:
        return set()
    known = await marks.lock_items(tx.connection, sorted(highest))
    if known:
        await marks.raise_wants(tx.connection, {item_id: highest[item_id] for item_id in known})
    return highest.keys() - known
