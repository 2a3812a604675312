"""Statements on exam pools and their guides."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.workers.domain.exam_guide import ExamGuide, Said

_GUIDES = text("""
    SELECT annotation_type, question_ko, question_en, instructions_ko, instructions_en, label_texts, item_count,
        time_limit_minutes
    FROM exam_guide
""")

_PUT_GUIDE = text("""
    INSERT INTO exam_guide (annotation_type, question_ko, question_en, instructions_ko, instructions_en, label_texts,
        item_count, time_limit_minutes)
    VALUES (:annotation_type, :question_ko, :question_en, :instructions_ko, :instructions_en,
        CAST(:label_texts AS jsonb), :item_count, :time_limit_minutes)
    ON CONFLICT (annotation_type) DO UPDATE
    SET question_ko = excluded.question_ko,
        question_en = excluded.question_en,
        instructions_ko = excluded.instructions_ko,
        instructions_en = excluded.instructions_en,
        label_texts = excluded.label_texts,
        item_count = excluded.item_count,
        time_limit_minutes = excluded.time_limit_minutes
""")

_POOL_SIZES = text("SELECT annotation_type, count(*) AS size FROM exam_item GROUP BY annotation_type")

_POOL_LABELS = text("""
    SELECT annotation_type, (array_agg(label ORDER BY label))[1:100] AS labels
    FROM (SELECT DISTINCT annotation_type, unnest(labels) AS label FROM exam_item) AS offered
    GROUP BY annotation_type
""")

# An attempt that passed names the certificate that it gave, or that was there.
_ATTEMPT_COUNTS = text("""
    SELECT annotation_type, count(*) AS attempt_count, count(certificate_id) AS passed_count
    FROM exam_attempt
    WHERE finish_time IS NOT NULL
    GROUP BY annotation_type
""")


@dataclass(frozen=True)
class ExamPool:
    """The items that the exams of an annotation type (the contract's number) are drawn from, and how exams went."""

    annotation_type: int
    size: int
    labels: tuple[str, ...]
    attempt_count: int
    passed_count: int


async def exam_guides(connection: AsyncConnection) -> dict[int, ExamGuide]:
    """The guides that were set, by annotation type."""
    return {row.annotation_type: _guide(row) for row in await connection.execute(_GUIDES)}


async def put_exam_guide(connection: AsyncConnection, annotation_type: int, guide: ExamGuide) -> None:
    """Stores a guide in place of the one before."""
    label_texts = {label: {"ko": said.ko, "en": said.en} for label, said in guide.label_texts.items()}
    parameters = {
        "annotation_type": annotation_type,
        "question_ko": guide.question.ko,
        "question_en": guide.question.en,
        "instructions_ko": guide.instructions.ko,
        "instructions_en": guide.instructions.en,
        "label_texts": json.dumps(label_texts),
        "item_count": guide.item_count,
        "time_limit_minutes": guide.time_limit_minutes,
    }
    await connection.execute(_PUT_GUIDE, parameters)


async def pool_sizes(connection: AsyncConnection) -> dict[int, int]:
    """How many items each pool has, by annotation type."""
    return {row.annotation_type: row.size for row in await connection.execute(_POOL_SIZES)}


async def exam_pools(connection: AsyncConnection) -> list[ExamPool]:
    """Every pool that has items, by annotation type."""
    sizes = await pool_sizes(connection)
    labels = {row.annotation_type: tuple(row.labels) for row in await connection.execute(_POOL_LABELS)}
    counts = {row.annotation_type: row for row in await connection.execute(_ATTEMPT_COUNTS)}
    return [
        ExamPool(
            one,
            sizes[one],
            labels.get(one, ()),
            counts[one].attempt_count if one in counts else 0,
            counts[one].passed_count if one in counts else 0,
        )
        for one in sorted(sizes)
    ]


def _guide(row: Row[*tuple[object, ...]]) -> ExamGuide:
    return ExamGuide(
        Said(row.question_ko, row.question_en),
        Said(row.instructions_ko, row.instructions_en),
        {label: Said(said["ko"], said["en"]) for label, said in row.label_texts.items()},
        row.item_count,
        row.time_limit_minutes,
    )
