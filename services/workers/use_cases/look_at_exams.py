"""How the exams stand for one person, and what an attempt of theirs shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.core.errors import NotFoundError
from services.runtime.database import Transaction
from services.runtime.media_facts import MediaFacts
from services.workers.domain.exam import ExamAttempt, ShownItem
from services.workers.domain.exam_guide import ExamGuide
from services.workers.domain.exam_items import files_named
from services.workers.domain.exam_standing import ExamStanding
from services.workers.events import kind_name
from services.workers.store.queries import certificates as certificate_store
from services.workers.store.queries import exam_pools as pool_store
from services.workers.store.queries import exams as store
from services.workers.store.queries.course_media import media_facts
from services.workers.store.queries.exam_admission import kinds_taught_not_finished


@dataclass(frozen=True)
class ScoredAttempt:
    """A scored attempt, and how many of its items were answered."""

    attempt: ExamAttempt
    answered_count: int


@dataclass(frozen=True)
class ExamForOne:
    """An exam as it stands for a person, with their last result in it."""

    standing: ExamStanding
    last: ScoredAttempt | None


@dataclass(frozen=True)
class ItemWithFiles:
    """An item of an attempt, and what is known of the files that it names."""

    item: ShownItem
    media: Sequence[MediaFacts] = ()


@dataclass(frozen=True)
class OwnAttempt:
    """An attempt of the caller with its items while it runs, scored when it is over."""

    attempt: ExamAttempt
    guide: ExamGuide
    items: Sequence[ItemWithFiles]
    scored: ScoredAttempt | None


async def exams_for(tx: Transaction, worker_id: UUID, now: datetime) -> list[ExamForOne]:
    """Every exam that has items, as it stands for a worker whose overdue attempts are scored; by annotation type."""
    connection = tx.connection
    guides, sizes = await pool_store.exam_guides(connection), await pool_store.pool_sizes(connection)
    latest = await store.latest_attempts(connection, worker_id)
    scored = await store.latest_attempts(connection, worker_id, scored=True)
    held = {one.annotation_type: one for one in await certificate_store.certificates_held(connection, worker_id)}
    taught = await kinds_taught_not_finished(connection, worker_id)
    answered = await store.answered_counts(connection, [one.attempt_id for one in scored.values()])
    return [
        ExamForOne(
            ExamStanding(
                kind,
                guides.get(kind, ExamGuide()),
                sizes[kind],
                latest.get(kind),
                held[kind].certificate_id if kind in held and held[kind].valid_at(now) else None,
                kind not in held and kind_name(kind) in taught,
            ),
            ScoredAttempt(scored[kind], answered.get(scored[kind].attempt_id, 0)) if kind in scored else None,
        )
        for kind in sorted(sizes)
    ]


async def own_attempt(tx: Transaction, worker_id: UUID, attempt_id: UUID) -> OwnAttempt:
    """An attempt of a worker whose overdue attempts are scored.

    Raises:
        NotFoundError: the attempt is not this worker's.
    """
    attempt = await store.attempt_by_id(tx.connection, attempt_id)
    if attempt is None or attempt.worker_id != worker_id:
        raise NotFoundError("exam attempt")
    guide = (await pool_store.exam_guides(tx.connection)).get(attempt.annotation_type, ExamGuide())
    if attempt.finish_time is None:
        return OwnAttempt(attempt, guide, await items_of(tx, attempt_id), None)
    answered = await store.answered_counts(tx.connection, [attempt_id])
    return OwnAttempt(attempt, guide, (), ScoredAttempt(attempt, answered.get(attempt_id, 0)))


async def items_of(tx: Transaction, attempt_id: UUID) -> list[ItemWithFiles]:
    """The items of an attempt as the candidate sees them, in their order."""
    items = await store.shown_items(tx.connection, attempt_id)
    named = [files_named(item.data_json) if item.programme_id else frozenset() for item in items]
    wanted: dict[UUID, set[str]] = {}
    for item, media_ids in zip(items, named, strict=True):
        if item.programme_id is not None:
            wanted.setdefault(item.programme_id, set()).update(media_ids)
    known = {owner: await media_facts(tx.connection, owner, media_ids) for owner, media_ids in wanted.items()}
    return [
        ItemWithFiles(item, [facts for name, facts in known[item.programme_id].items() if name in media_ids])
        if item.programme_id is not None
        else ItemWithFiles(item)
        for item, media_ids in zip(items, named, strict=True)
    ]
