"""Statements that gather what a judgement needs: items, their answers, those answers' workers."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from services.quality.domain.case import Result, SkillSums, StoredAnswer, StoredItem, StoredWorker
from services.quality.domain.learning import prior_of
from services.quality.domain.skill import Skill
from services.quality.domain.verdicts import Reason, VerdictState
from services.runtime.statement import Statement

_TOUCHED = Statement("""
    SELECT wanted.item_id, coalesce(gold.label, '') AS gold, coalesce(gold.body_sha256, '') AS gold_sha256,
        item.label AS item_label, item.confidence, item.tie, item.answer_count, item.result_revision, item.resolved,
        item.answers_wanted, item.memory AS item_memory, item.body_sha256 AS item_sha256,
        answer.job_id, answer.answer_id, answer.worker_id, answer.label, answer.publish_no, answer.state,
        answer.reason, answer.revision, answer.memory, answer.body_sha256
    FROM unnest(CAST(:item_ids AS uuid[])) AS wanted (item_id)
    LEFT JOIN gold ON gold.item_id = wanted.item_id
    LEFT JOIN item ON item.item_id = wanted.item_id
    LEFT JOIN answer ON answer.item_id = wanted.item_id
""")

# A job's own share of the skill is left out of its prior: it is in the job's counts already.
_WORKERS = Statement("""
    SELECT wanted.job_id, wanted.worker_id, seen.answer_count, seen.gold_right, seen.gold_wrong, seen.peer_right,
        seen.peer_wrong, seen.counts, skill.exam_attempt_id IS NOT NULL AS examined, skill.exam_right, skill.exam_wrong,
        skill.certificate_right, skill.certificate_wrong,
        skill.gold_right + skill.peer_right AS right_sum, skill.gold_wrong + skill.peer_wrong AS wrong_sum
    FROM unnest(
            CAST(:job_ids AS uuid[]), CAST(:worker_ids AS uuid[]), CAST(:types AS smallint[]))
        AS wanted (job_id, worker_id, annotation_type)
    LEFT JOIN worker_evidence AS seen ON seen.job_id = wanted.job_id AND seen.worker_id = wanted.worker_id
    LEFT JOIN skill ON skill.worker_id = wanted.worker_id AND skill.annotation_type = wanted.annotation_type
""")

_NEWCOMERS_ITEMS = Statement("""
    SELECT DISTINCT answer.job_id, answer.item_id
    FROM unnest(
            CAST(:job_ids AS uuid[]), CAST(:worker_ids AS uuid[]), CAST(:added AS bigint[]),
            CAST(:thresholds AS bigint[]))
        AS busy (job_id, worker_id, added, threshold)
    JOIN worker_evidence AS seen ON seen.job_id = busy.job_id AND seen.worker_id = busy.worker_id
    JOIN answer ON answer.job_id = busy.job_id AND answer.worker_id = busy.worker_id
    WHERE seen.answer_count + busy.added >= busy.threshold
        AND answer.state = 'pending'
        AND answer.reason = 'newcomer'
""")

_GOLD_KEPT = Statement("""
    SELECT answer.job_id, answer.answer_id, answer.item_id, answer.worker_id, answer.label, answer.publish_no,
        answer.state, answer.reason, answer.revision, answer.memory, answer.body_sha256, answer.score
    FROM unnest(CAST(:job_ids AS uuid[]), CAST(:worker_ids AS uuid[])) AS leaving (job_id, worker_id)
    JOIN answer ON answer.job_id = leaving.job_id AND answer.worker_id = leaving.worker_id
    WHERE answer.state = 'pending' AND answer.reason = 'gold'
    ORDER BY answer.answer_id
""")

_JOB_ITEMS = Statement("""
    SELECT item_id
    FROM item
    WHERE job_id = :job_id AND item_id > :after
    ORDER BY item_id
    LIMIT :limit
""")

_PENDING_ITEMS = Statement("""
    SELECT DISTINCT item_id
    FROM answer
    WHERE job_id = :job_id AND state = 'pending' AND item_id > :after
    ORDER BY item_id
    LIMIT :limit
""")

_ANSWERED = Statement("""
    SELECT item_id
    FROM item
    WHERE item_id = ANY(CAST(:item_ids AS uuid[]))
""")

FIRST = UUID(int=0)


async def touched(
    connection: AsyncConnection, item_ids: Sequence[UUID]
) -> tuple[dict[UUID, StoredItem], dict[UUID, list[StoredAnswer]]]:
    """These items, with or without answers, by id; and all their answers, by job."""
    items: dict[UUID, StoredItem] = {}
    answers: dict[UUID, list[StoredAnswer]] = {}
    for row in await _TOUCHED.execute(connection, {"item_ids": list(item_ids)}):
        if row.item_id not in items:
            items[row.item_id] = _item(row)
        if row.answer_id is not None:
            answers.setdefault(row.job_id, []).append(_answer(row))
    return items, answers


async def workers(
    connection: AsyncConnection, wanted: Sequence[tuple[UUID, UUID, int]]
) -> dict[tuple[UUID, UUID], StoredWorker]:
    """By (job, worker): these (job, worker, annotation type), seen before or not."""
    rows = await _WORKERS.execute(
        connection,
        {
            "job_ids": [job for job, _, _ in wanted],
            "worker_ids": [worker for _, worker, _ in wanted],
            "types": [kind for _, _, kind in wanted],
        },
    )
    return {(row.job_id, row.worker_id): _worker(row) for row in rows}


async def newcomers_items(
    connection: AsyncConnection, busy: Sequence[tuple[UUID, UUID, int, int]]
) -> list[tuple[UUID, UUID]]:
    """(job, item) of answers that waited for their worker, from (job, worker, answers added, threshold)."""
    rows = await _NEWCOMERS_ITEMS.execute(
        connection,
        {
            "job_ids": [row[0] for row in busy],
            "worker_ids": [row[1] for row in busy],
            "added": [row[2] for row in busy],
            "thresholds": [row[3] for row in busy],
        },
    )
    return [(row.job_id, row.item_id) for row in rows]


async def gold_kept_back(
    connection: AsyncConnection, leaving: Sequence[tuple[UUID, UUID]]
) -> dict[UUID, list[tuple[StoredAnswer, float]]]:
    """By job: (answer, score) of gold answers of these (job, worker) whose verdict has not left yet."""
    rows = await _GOLD_KEPT.execute(
        connection, {"job_ids": [job for job, _ in leaving], "worker_ids": [worker for _, worker in leaving]}
    )
    kept: dict[UUID, list[tuple[StoredAnswer, float]]] = {}
    for row in rows:
        kept.setdefault(row.job_id, []).append((_answer(row), row.score))
    return kept


async def job_items(connection: AsyncConnection, job_id: UUID, after: UUID, limit: int) -> list[UUID]:
    """Answered items of a job in the order of their ids, after one of them."""
    rows = await _JOB_ITEMS.execute(connection, {"job_id": job_id, "after": after, "limit": limit})
    return [row.item_id for row in rows]


async def pending_items(connection: AsyncConnection, job_id: UUID, after: UUID, limit: int) -> list[UUID]:
    """Items of a job with a pending answer in the order of their ids, after one of them."""
    rows = await _PENDING_ITEMS.execute(connection, {"job_id": job_id, "after": after, "limit": limit})
    return [row.item_id for row in rows]


async def answered(connection: AsyncConnection, item_ids: Sequence[UUID]) -> list[UUID]:
    """Which of these items have answers."""
    rows = await _ANSWERED.execute(connection, {"item_ids": list(item_ids)})
    return [row.item_id for row in rows]


def _item(row: Row[Any]) -> StoredItem:
    if row.item_memory is None:
        return StoredItem(row.item_id, row.gold, Result(), b"", row.gold_sha256)
    result = Result(
        row.item_label,
        row.confidence,
        row.tie,
        row.answer_count,
        row.result_revision,
        row.resolved,
        row.answers_wanted,
        row.item_sha256,
    )
    return StoredItem(row.item_id, row.gold, result, row.item_memory, row.gold_sha256)


def _answer(row: Row[Any]) -> StoredAnswer:
    return StoredAnswer(
        row.answer_id,
        row.item_id,
        row.worker_id,
        row.label,
        row.publish_no,
        VerdictState(row.state),
        Reason(row.reason),
        row.revision,
        row.memory,
        row.body_sha256,
    )


def _worker(row: Row[Any]) -> StoredWorker:
    counted = SkillSums()
    if row.counts is not None:
        counted = SkillSums(row.gold_right, row.gold_wrong, row.peer_right, row.peer_wrong)
    right = (row.right_sum or 0.0) - counted.gold_right - counted.peer_right
    wrong = (row.wrong_sum or 0.0) - counted.gold_wrong - counted.peer_wrong
    exam = (row.exam_right, row.exam_wrong) if row.examined else None
    prior = prior_of(exam, (row.certificate_right or 0.0, row.certificate_wrong or 0.0))
    known = Skill(prior.alpha + max(0.0, right), prior.beta + max(0.0, wrong))
    return StoredWorker(row.worker_id, row.answer_count or 0, counted, row.counts or b"", known.mean, known.strength)
