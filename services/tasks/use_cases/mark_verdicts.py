"""Marks answers with quality's verdicts. Verdicts have no order: the highest revision counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from uuid import UUID

from services.runtime.database import Transaction
from services.tasks.store.queries import marks
from services.tasks.store.queries.marks import VerdictMark


async def mark_verdicts(tx: Transaction, given: Sequence[VerdictMark]) -> set[UUID]:
    """Applies verdicts on answers; gives the ids of answers that are not known here."""
    merged = merge_verdicts(given)
    if not merged:
        return set()
    known = await marks.lock_answered(tx.connection, sorted(merged))
    if known:
        await marks.mark_verdicts(tx.connection, [merged[answer_id] for answer_id in sorted(known)])
    return merged.keys() - known


def merge_verdicts(given: Iterable[VerdictMark]) -> dict[UUID, VerdictMark]:
    """One mark per answer, whatever the order: the latest revision's state, and what the lowest one said."""
    merged: dict[UUID, VerdictMark] = {}
    for mark in given:
        before = merged.get(mark.answer_id)
        merged[mark.answer_id] = mark if before is None else _merge(before, mark)
    return merged


def _merge(one: VerdictMark, other: VerdictMark) -> VerdictMark:
    latest = other if other.revision > one.revision else one
    firsts = [mark for mark in (one, other) if mark.first_revision is not None]
    if not firsts:
        return latest
    first = min(firsts, key=lambda mark: mark.first_revision or 0)
    return replace(latest, first_revision=first.first_revision, first_accepted=first.first_accepted)
