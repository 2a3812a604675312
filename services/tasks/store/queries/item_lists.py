"""Items as they are read: page by page, one whole, and known answers."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True)
class ListedItem:
    """One item as its company sees it. `seq` is its place in the order of import."""

    item_id: UUID
    seq: int
    key: str
    gold_label: str | None
    answers_wanted: int
    live: int
    pending: int
    accepted: int
    rejected: int
    resolved: bool
    result_label: str
    result_sha256: str
    result_confidence: float
    result_tie: bool


@dataclass(frozen=True)
class ShownItem:
    """One item with what is shown, and the known answer where it is a body."""

    item: ListedItem
    data_json: str
    gold_answer_json: str


_LISTED = """item_id, seq, key, gold_label, answers_wanted, live, pending, accepted, rejected, resolved,
                   result_label, result_sha256, result_confidence, result_tie"""


async def items_in_order(
    connection: AsyncConnection, job_id: UUID, after_seq: int, limit: int, *, only_wanting: bool
) -> list[ListedItem]:
    """Items of a job in order of import, after a place; only those that want one more answer now, where asked."""
    wanting = "AND live + pending + accepted < answers_wanted AND NOT resolved" if only_wanting else ""
    result = await connection.execute(
        text(
            f"""
            SELECT {_LISTED}
            FROM item
            WHERE job_id = :job_id AND seq > :after_seq {wanting}
            ORDER BY seq
            LIMIT :limit
            """  # noqa: S608 - one of two fixed conditions
        ),
        {"job_id": job_id, "after_seq": after_seq, "limit": limit},
    )
    return [ListedItem(*row) for row in result]


async def item_with_data(connection: AsyncConnection, job_id: UUID, item_id: UUID) -> ShownItem | None:
    """One item of a job, None where it has none of that id."""
    result = await connection.execute(
        text(
            f"SELECT {_LISTED}, data_json, gold_answer_json FROM item WHERE job_id = :job_id AND item_id = :item_id"  # noqa: S608 - built of constants
        ),
        {"job_id": job_id, "item_id": item_id},
    )
    row = result.one_or_none()
    return None if row is None else ShownItem(ListedItem(*row[:-2]), row.data_json, row.gold_answer_json)


async def known_answers_after(
    connection: AsyncConnection, job_id: UUID, after_seq: int, limit: int
) -> list[tuple[int, str, str, str]]:
    """The next gold items whose known answer is a body: (place in the import, key, data, known answer)."""
    result = await connection.execute(
        text(
            """
            SELECT seq, key, data_json, gold_answer_json
            FROM item
            WHERE job_id = :job_id AND gold_label IS NOT NULL AND gold_answer_json <> '' AND seq > :after_seq
            ORDER BY seq
            LIMIT :limit
            """
        ),
        {"job_id": job_id, "after_seq": after_seq, "limit": limit},
    )
    return [(row.seq, row.key, row.data_json, row.gold_answer_json) for row in result]
