"""Statements on the exam pool and attempts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, Select, select, text
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from services.labelling.schema import parse_label_schema
from services.workers.domain.exam import AskedItem, ExamAttempt, GivenAnswer, ShownItem
from services.workers.domain.exam_items import ExamItem
from services.workers.store.tables import ExamAttemptRow

_AttemptSelect = Select[UUID, UUID, int, int, datetime, datetime, datetime | None, int | None, UUID | None]

_ATTEMPT: _AttemptSelect = select(
    ExamAttemptRow.attempt_id,
    ExamAttemptRow.worker_id,
    ExamAttemptRow.annotation_type,
    ExamAttemptRow.item_count,
    ExamAttemptRow.start_time,
    ExamAttemptRow.end_time,
    ExamAttemptRow.finish_time,
    ExamAttemptRow.right_count,
    ExamAttemptRow.certificate_id,
)

_ADD_ITEM = text("""
    INSERT INTO exam_item (exam_item_id, annotation_type, item_key, data_json, labels, right_label,
        label_schema_json, right_answer_json, programme_id)
    VALUES (:exam_item_id, :annotation_type, :item_key, :data_json, :labels, :right_label,
        :label_schema_json, :right_answer_json, :programme_id)
    ON CONFLICT ON CONSTRAINT uq_exam_item_annotation_type_item_key DO NOTHING
""")

_KEYS_PRESENT = text("""
    SELECT item_key
    FROM exam_item
    WHERE annotation_type = :annotation_type AND item_key = ANY(CAST(:item_keys AS text[]))
""")

_LOCK_POOL = text("SELECT pg_advisory_xact_lock(7150012, :annotation_type)")

# What a candidate has seen before comes last, and what came in the last two attempts very last, so that a pool is not
# learnt by heart over many tries.
_DRAWN_ITEMS = text("""
    SELECT exam_item.exam_item_id
    FROM exam_item
    LEFT JOIN (
        SELECT exam_item_id, min(attempts_ago) AS attempts_ago
        FROM (
            SELECT attempt_id, row_number() OVER (ORDER BY start_time DESC) AS attempts_ago
            FROM exam_attempt
            WHERE worker_id = :worker_id AND annotation_type = :annotation_type) AS tried
        JOIN exam_attempt_item USING (attempt_id)
        GROUP BY exam_item_id) AS seen USING (exam_item_id)
    WHERE annotation_type = :annotation_type
    ORDER BY CASE WHEN attempts_ago IS NULL THEN 0 WHEN attempts_ago > 2 THEN 1 ELSE 2 END, random()
    LIMIT :count
""")

_ADD_ATTEMPT = text("""
    INSERT INTO exam_attempt (attempt_id, worker_id, annotation_type, item_count, start_time, end_time)
    VALUES (:attempt_id, :worker_id, :annotation_type, :item_count, :start_time, :end_time)
""")

_ADD_ATTEMPT_ITEMS = text("""
    INSERT INTO exam_attempt_item (attempt_id, exam_item_id, place)
    SELECT :attempt_id, exam_item_id, place
    FROM unnest(CAST(:exam_item_ids AS uuid[])) WITH ORDINALITY AS drawn (exam_item_id, place)
""")

_SHOWN_ITEMS = text("""
    SELECT exam_item_id, data_json, labels, coalesce(saved_label, '') AS saved_label,
        label_schema_json, coalesce(saved_answer_json, '') AS saved_answer_json, programme_id
    FROM exam_attempt_item
    JOIN exam_item USING (exam_item_id)
    WHERE attempt_id = :attempt_id
    ORDER BY place
""")

_ASKED_ITEMS = text("""
    SELECT exam_item_id, labels, label_schema_json, annotation_type
    FROM exam_attempt_item
    JOIN exam_item USING (exam_item_id)
    WHERE attempt_id = :attempt_id
""")

_SAVE_ANSWERS = text("""
    UPDATE exam_attempt_item
    SET saved_label = nullif(given.label, ''), saved_answer_json = nullif(given.answer_json, '')
    FROM unnest(CAST(:exam_item_ids AS uuid[]), CAST(:labels AS text[]), CAST(:answers AS text[]))
        AS given (exam_item_id, label, answer_json)
    WHERE exam_attempt_item.attempt_id = :attempt_id AND exam_attempt_item.exam_item_id = given.exam_item_id
""")

_ANSWERED_COUNTS = text("""
    SELECT attempt_id, count(coalesce(saved_label, saved_answer_json)) AS answered_count
    FROM exam_attempt_item
    WHERE attempt_id = ANY(CAST(:attempt_ids AS uuid[]))
    GROUP BY attempt_id
""")

_STORE_SCORES = text("""
    UPDATE exam_attempt
    SET finish_time = scored.finish_time, right_count = scored.right_count, certificate_id = scored.certificate_id
    FROM unnest(
        CAST(:attempt_ids AS uuid[]), CAST(:finish_times AS timestamptz[]), CAST(:right_counts AS integer[]),
        CAST(:certificate_ids AS uuid[])) AS scored (attempt_id, finish_time, right_count, certificate_id)
    WHERE exam_attempt.attempt_id = scored.attempt_id
""")


async def lock_pool(connection: AsyncConnection, annotation_type: int) -> None:
    """Makes imports into one pool take turns, until the transaction ends."""
    await connection.execute(_LOCK_POOL, {"annotation_type": annotation_type})


async def keys_in_pool(connection: AsyncConnection, annotation_type: int, keys: Sequence[str]) -> set[str]:
    """Which of the keys are in the pool already."""
    parameters = {"annotation_type": annotation_type, "item_keys": list(keys)}
    return set((await connection.execute(_KEYS_PRESENT, parameters)).scalars())


async def add_items(connection: AsyncConnection, annotation_type: int, items: Sequence[ExamItem]) -> None:
    """Adds items to a pool. Their labels are lists, so this is one prepared statement run for each."""
    rows = [
        {
            "exam_item_id": item.exam_item_id,
            "annotation_type": annotation_type,
            "item_key": item.key,
            "data_json": item.data_json,
            "labels": list(item.labels),
            "right_label": item.right_label,
            "label_schema_json": item.label_schema_json,
            "right_answer_json": item.right_answer_json,
            "programme_id": item.programme_id,
        }
        for item in items
    ]
    await connection.execute(_ADD_ITEM, rows)


async def drawn_item_ids(connection: AsyncConnection, worker_id: UUID, annotation_type: int, count: int) -> list[UUID]:
    """Up to `count` items of a pool at random: first those never seen, last those of the last two attempts."""
    parameters = {"worker_id": worker_id, "annotation_type": annotation_type, "count": count}
    return list((await connection.execute(_DRAWN_ITEMS, parameters)).scalars())


async def add_attempt(connection: AsyncConnection, attempt: ExamAttempt, exam_item_ids: Sequence[UUID]) -> None:
    """Adds a running attempt with its items in their order."""
    parameters = {
        "attempt_id": attempt.attempt_id,
        "worker_id": attempt.worker_id,
        "annotation_type": attempt.annotation_type,
        "item_count": attempt.item_count,
        "start_time": attempt.start_time,
        "end_time": attempt.end_time,
    }
    await connection.execute(_ADD_ATTEMPT, parameters)
    items = {"attempt_id": attempt.attempt_id, "exam_item_ids": list(exam_item_ids)}
    await connection.execute(_ADD_ATTEMPT_ITEMS, items)


async def latest_attempt(connection: AsyncConnection, worker_id: UUID, annotation_type: int) -> ExamAttempt | None:
    """A worker's newest attempt for an annotation type."""
    found = (
        _ATTEMPT.where(ExamAttemptRow.worker_id == worker_id, ExamAttemptRow.annotation_type == annotation_type)
        .order_by(ExamAttemptRow.start_time.desc())
        .limit(1)
    )
    row = (await connection.execute(found)).one_or_none()
    return _attempt(row) if row is not None else None


async def latest_attempts(
    connection: AsyncConnection, worker_id: UUID, *, scored: bool = False
) -> dict[int, ExamAttempt]:
    """A worker's newest attempt, or newest scored one, for each annotation type."""
    found = _ATTEMPT.where(ExamAttemptRow.worker_id == worker_id)
    if scored:
        found = found.where(ExamAttemptRow.finish_time.is_not(None))
    found = found.ext(distinct_on(ExamAttemptRow.annotation_type)).order_by(
        ExamAttemptRow.annotation_type, ExamAttemptRow.start_time.desc()
    )
    attempts = [_attempt(row) for row in await connection.execute(found)]
    return {attempt.annotation_type: attempt for attempt in attempts}


async def overdue_attempts_of(connection: AsyncConnection, worker_id: UUID, now: datetime) -> list[ExamAttempt]:
    """A worker's running attempts whose time is over (one at most per annotation type), locked."""
    found = _ATTEMPT.where(
        ExamAttemptRow.worker_id == worker_id, ExamAttemptRow.finish_time.is_(None), ExamAttemptRow.end_time <= now
    ).order_by(ExamAttemptRow.end_time)
    return [_attempt(row) for row in await connection.execute(found.with_for_update())]


async def attempt_by_id(connection: AsyncConnection, attempt_id: UUID) -> ExamAttempt | None:
    """The attempt with an id."""
    row = (await connection.execute(_ATTEMPT.where(ExamAttemptRow.attempt_id == attempt_id))).one_or_none()
    return _attempt(row) if row is not None else None


async def locked_attempt(connection: AsyncConnection, attempt_id: UUID) -> ExamAttempt | None:
    """The attempt with an id, locked until the transaction ends."""
    found = _ATTEMPT.where(ExamAttemptRow.attempt_id == attempt_id).with_for_update()
    row = (await connection.execute(found)).one_or_none()
    return _attempt(row) if row is not None else None


async def overdue_attempts(connection: AsyncConnection, now: datetime, count: int) -> list[ExamAttempt]:
    """Up to `count` running attempts whose time is over, locked until the transaction ends."""
    found = (
        _ATTEMPT.where(ExamAttemptRow.finish_time.is_(None), ExamAttemptRow.end_time <= now)
        .order_by(ExamAttemptRow.end_time)
        .limit(count)
        .with_for_update(skip_locked=True)
    )
    return [_attempt(row) for row in await connection.execute(found)]


async def shown_items(connection: AsyncConnection, attempt_id: UUID) -> list[ShownItem]:
    """The items of an attempt as the candidate sees them, in their order."""
    rows = await connection.execute(_SHOWN_ITEMS, {"attempt_id": attempt_id})
    return [
        ShownItem(
            row.exam_item_id,
            row.data_json,
            tuple(row.labels),
            row.saved_label,
            row.label_schema_json,
            row.saved_answer_json,
            row.programme_id,
        )
        for row in rows
    ]


async def answered_counts(connection: AsyncConnection, attempt_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many items of each attempt have a saved answer."""
    rows = await connection.execute(_ANSWERED_COUNTS, {"attempt_ids": list(attempt_ids)})
    return {row.attempt_id: row.answered_count for row in rows}


async def asked_items(connection: AsyncConnection, attempt_id: UUID) -> dict[UUID, AskedItem]:
    """How each item of an attempt may be answered."""
    rows = await connection.execute(_ASKED_ITEMS, {"attempt_id": attempt_id})
    return {
        row.exam_item_id: AskedItem(
            row.labels,
            parse_label_schema(row.label_schema_json, row.annotation_type) if row.label_schema_json else None,
        )
        for row in rows
    }


async def save_answers(connection: AsyncConnection, attempt_id: UUID, answers: Sequence[GivenAnswer]) -> None:
    """Saves what the candidate answered; a later answer replaces an earlier one."""
    parameters = {
        "attempt_id": attempt_id,
        "exam_item_ids": [answer.exam_item_id for answer in answers],
        "labels": [answer.label for answer in answers],
        "answers": [answer.answer_json for answer in answers],
    }
    await connection.execute(_SAVE_ANSWERS, parameters)


async def store_scores(connection: AsyncConnection, attempts: Sequence[ExamAttempt]) -> None:
    """Stores the scores of finished attempts."""
    parameters = {
        "attempt_ids": [attempt.attempt_id for attempt in attempts],
        "finish_times": [attempt.finish_time for attempt in attempts],
        "right_counts": [attempt.right_count for attempt in attempts],
        "certificate_ids": [attempt.certificate_id for attempt in attempts],
    }
    await connection.execute(_STORE_SCORES, parameters)


def _attempt(
    row: Row[UUID, UUID, int, int, datetime, datetime, datetime | None, int | None, UUID | None],
) -> ExamAttempt:
    return ExamAttempt(*row)
