"""Adding items with known answers to an exam pool."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from services.runtime.database import Transaction
from services.workers.domain.exam_items import ExamItem, problems_of
from services.workers.store.queries import exams as store


class ImportState(Enum):
    """What became of a row."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


@dataclass(frozen=True)
class ImportVerdict:
    """The verdict on one row."""

    state: ImportState
    detail: str = ""


async def import_exam_items(tx: Transaction, annotation_type: int, items: Sequence[ExamItem]) -> list[ImportVerdict]:
    """Adds each good row whose key is new; gives a verdict for every row, in their order."""
    problems = problems_of(items)
    await store.lock_pool(tx.connection, annotation_type)
    present = await store.keys_in_pool(tx.connection, annotation_type, [item.key for item in items])
    added: list[ExamItem] = []
    verdicts: list[ImportVerdict] = []
    for item, problem in zip(items, problems, strict=True):
        if problem:
            verdicts.append(ImportVerdict(ImportState.REFUSED, problem))
        elif item.key in present:
            verdicts.append(ImportVerdict(ImportState.DUPLICATE))
        else:
            present.add(item.key)
            added.append(item)
            verdicts.append(ImportVerdict(ImportState.ACCEPTED))
    if added:
        await store.add_items(tx.connection, annotation_type, added)
    return verdicts
