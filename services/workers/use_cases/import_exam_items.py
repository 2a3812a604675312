"""Adding items with known answers to an exam pool."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from uuid import UUID

from services.runtime.database import Transaction
from services.workers.domain.exam_items import ExamItem, judged, right_problem
from services.workers.domain.item_use import ItemUse, digest_of
from services.workers.store.queries import exams as store
from services.workers.store.queries.item_use import reserve_items
from services.workers.store.queries.media_sizes import media_sizes


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
    problems = await _with_practised(tx, items, await _problems(tx, annotation_type, items))
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


async def _problems(tx: Transaction, annotation_type: int, items: Sequence[ExamItem]) -> list[str]:
    """For each row what is wrong with it, "" for nothing. The files of courses are looked up once for each programme."""
    rows = [judged(item, annotation_type) for item in items]
    wanted: dict[UUID, set[str]] = {}
    for row in rows:
        if row.item.programme_id is not None and row.media:
            wanted.setdefault(row.item.programme_id, set()).update(row.media)
    sizes = {owner: await media_sizes(tx.connection, owner, media_ids) for owner, media_ids in wanted.items()}
    return [
        row.problem
        or right_problem(
            row.item, annotation_type, sizes[row.item.programme_id] if row.media and row.item.programme_id else {}
        )
        for row in rows
    ]


async def _with_practised(tx: Transaction, items: Sequence[ExamItem], problems: Sequence[str]) -> list[str]:
    """The problems, with one for each item that people practise with: they know its answer."""
    digests = {
        place: digest_of(json.loads(item.data_json))
        for place, (item, problem) in enumerate(zip(items, problems, strict=True))
        if not problem
    }
    practised = await reserve_items(tx.connection, digests.values(), ItemUse.EXAM)
    return [
        "data_json: people practise with it in a course" if digests.get(place) in practised else problem
        for place, problem in enumerate(problems)
    ]
