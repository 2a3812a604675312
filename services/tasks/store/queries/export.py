"""Results and answers in order of import, page by page.

Each page is a short transaction of its own: a long one would keep old row versions alive under every claim.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.tasks.domain.export import ExportedAnswer, ExportedItem

_VERDICTS = {0: "", 1: "PENDING", 2: "ACCEPTED", 3: "REJECTED"}


async def results_after(
    connection: AsyncConnection, job_id: UUID, after_seq: int, limit: int
) -> list[tuple[int, UUID, ExportedItem]]:
    """The next results of a job: (place in the import, item, result)."""
    result = await connection.execute(
        text(
            """
            SELECT seq, item_id, key, result_label, result_confidence, result_tie, gold_label, accepted, rejected,
                   pending, result_sha256, gold_answer_json
            FROM item
            WHERE job_id = :job_id AND seq > :after_seq
            ORDER BY seq
            LIMIT :limit
            """
        ),
        {"job_id": job_id, "after_seq": after_seq, "limit": limit},
    )
    return [(row.seq, row.item_id, ExportedItem(*row[2:])) for row in result]


async def worker_numbers(connection: AsyncConnection, job_id: UUID) -> dict[UUID, int]:
    """The workers of a job, numbered from 1 in the order in which they came."""
    result = await connection.execute(
        text("SELECT worker_id FROM worker_job WHERE job_id = :job_id ORDER BY create_time, worker_id"),
        {"job_id": job_id},
    )
    return {worker_id: number for number, worker_id in enumerate(result.scalars(), start=1)}


async def answers_of_items(
    connection: AsyncConnection, item_ids: Sequence[UUID], numbers: dict[UUID, int], limit: int | None = None
) -> dict[UUID, list[ExportedAnswer]]:
    """The answers of items, in the order in which they came. Workers who came after `numbers` was read are number 0.

    `limit`: of all these items together.
    """
    result = await connection.execute(
        text(
            """
            SELECT item_id, worker_id, label, verdict_state, verdict_reason, not_sure, submit_time, answer_json,
                   assignment_id, schema_version, late, active_ms, verdict_score
            FROM assignment
            WHERE item_id = ANY(CAST(:item_ids AS uuid[])) AND state = 2
            ORDER BY item_id, submit_time, assignment_id
            LIMIT CAST(:limit AS bigint)
            """
        ),
        {"item_ids": list(item_ids), "limit": limit},
    )
    answers: dict[UUID, list[ExportedAnswer]] = {}
    for row in result:
        answers.setdefault(row.item_id, []).append(
            ExportedAnswer(
                numbers.get(row.worker_id, 0),
                row.label,
                _VERDICTS[row.verdict_state],
                row.verdict_reason,
                row.not_sure,
                row.submit_time,
                row.answer_json,
                row.assignment_id,
                row.schema_version,
                row.late,
                row.active_ms,
                row.verdict_score,
            )
        )
    return answers
