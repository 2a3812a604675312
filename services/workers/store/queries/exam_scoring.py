"""Statements on what exams are scored by."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.workers.domain.exam_scoring import SavedAnswer

_RIGHT_LABELS = text("""
    SELECT attempt_id, count(*) FILTER (WHERE saved_label = right_label) AS right_count
    FROM exam_attempt_item
    JOIN exam_item USING (exam_item_id)
    WHERE attempt_id = ANY(CAST(:attempt_ids AS uuid[])) AND label_schema_json = ''
    GROUP BY attempt_id
""")

_SAVED_ANSWERS = text("""
    SELECT attempt_id, annotation_type, label_schema_json, data_json, right_answer_json, saved_answer_json
    FROM exam_attempt_item
    JOIN exam_item USING (exam_item_id)
    WHERE attempt_id = ANY(CAST(:attempt_ids AS uuid[])) AND label_schema_json <> '' AND saved_answer_json IS NOT NULL
    ORDER BY attempt_id, place
""")


async def right_label_counts(connection: AsyncConnection, attempt_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many saved labels of each attempt are right; unanswered items are wrong."""
    rows = await connection.execute(_RIGHT_LABELS, {"attempt_ids": list(attempt_ids)})
    return {row.attempt_id: row.right_count for row in rows}


async def saved_answers(connection: AsyncConnection, attempt_ids: Sequence[UUID]) -> list[tuple[UUID, SavedAnswer]]:
    """What was saved in attempts for items with a label schema, with what is right."""
    rows = await connection.execute(_SAVED_ANSWERS, {"attempt_ids": list(attempt_ids)})
    return [
        (
            row.attempt_id,
            SavedAnswer(
                row.annotation_type, row.label_schema_json, row.data_json, row.right_answer_json, row.saved_answer_json
            ),
        )
        for row in rows
    ]
