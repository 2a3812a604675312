"""Items: importing, activating, listing; one function per statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.tasks.domain.claim import GOLD_POS_SPAN
from services.tasks.domain.import_row import ReadyRow
from services.tasks.store.tables import POS_STEP


@dataclass(frozen=True)
class Wants:
    """How many answers new items begin with and may get: ordinary ones, gold ones. 0 to begin with: staged."""

    ordinary: int
    ordinary_max: int
    gold: int
    gold_max: int


@dataclass(frozen=True)
class NewItem:
    """A row to be added; `gold_sha256` is where its known answer lies, empty for a label or none."""

    key_hash: UUID
    row: ReadyRow
    gold_sha256: str = ""


@dataclass(frozen=True)
class KnownAnswer:
    """A gold item and its known answer: a label, or where its body lies."""

    item_id: UUID
    label: str
    body_sha256: str


_INSERT_ITEMS = text(
    f"""
    INSERT INTO item (item_id, job_id, key, key_hash, seq, data_json, gold_label, gold_answer_json, gold_sha256,
                      overlap_max, answers_wanted, pos, wanting_time)
    SELECT uuidv7(), :job_id, r.key, r.key_hash, CAST(:first_seq AS bigint) + r.place, r.data_json, r.gold_label,
           r.gold_answer, r.gold_sha256,
           CASE WHEN r.gold_label IS NULL THEN CAST(:ordinary_max AS smallint) ELSE CAST(:gold_max AS smallint) END,
           CASE WHEN r.gold_label IS NULL THEN CAST(:ordinary AS smallint) ELSE CAST(:gold AS smallint) END,
           (CAST(:first_seq AS bigint) + r.place) * {POS_STEP}, now()
    FROM unnest(CAST(:keys AS text[]), CAST(:hashes AS uuid[]), CAST(:data AS text[]), CAST(:golds AS text[]),
                CAST(:gold_answers AS text[]), CAST(:gold_sha256s AS text[]))
         WITH ORDINALITY AS r(key, key_hash, data_json, gold_label, gold_answer, gold_sha256, place)
    ON CONFLICT ON CONSTRAINT uq_item_job_id_key_hash DO NOTHING
    RETURNING key_hash, item_id, gold_label IS NOT NULL AS is_gold
    """  # noqa: S608 - POS_STEP is a constant
)


async def insert_items(
    connection: AsyncConnection, job_id: UUID, rows: Sequence[NewItem], first_seq: int, wants: Wants
) -> dict[UUID, tuple[UUID, bool]]:
    """Adds items whose keys are new. Gives (item_id, is gold) by key hash, of those added only."""
    result = await connection.execute(
        _INSERT_ITEMS,
        {
            "job_id": job_id,
            "first_seq": first_seq - 1,
            "keys": [new.row.key for new in rows],
            "hashes": [new.key_hash for new in rows],
            "data": [new.row.data_json for new in rows],
            "golds": [new.row.gold_label if new.row.gold else None for new in rows],
            "gold_answers": [new.row.gold_answer_json for new in rows],
            "gold_sha256s": [new.gold_sha256 for new in rows],
            "ordinary": wants.ordinary,
            "ordinary_max": wants.ordinary_max,
            "gold": wants.gold,
            "gold_max": wants.gold_max,
        },
    )
    return {row.key_hash: (row.item_id, row.is_gold) for row in result}


async def items_by_key_hash(connection: AsyncConnection, job_id: UUID, key_hashes: Sequence[UUID]) -> dict[UUID, UUID]:
    """The ids of a job's items by the hashes of their keys."""
    result = await connection.execute(
        text("SELECT key_hash, item_id FROM item WHERE job_id = :job_id AND key_hash = ANY(CAST(:hashes AS uuid[]))"),
        {"job_id": job_id, "hashes": list(key_hashes)},
    )
    return {row.key_hash: row.item_id for row in result}


async def count_imported(connection: AsyncConnection, job_id: UUID, added: int, gold: int, last_seq: int) -> None:
    """Counts added items on their job. Items of a draft are not staged: opening makes them claimable."""
    await connection.execute(
        text(
            """
            UPDATE job
            SET item_count = item_count + CAST(:added AS bigint),
                gold_count = gold_count + CAST(:gold AS bigint),
                staged_count = staged_count + CASE WHEN state = 'DRAFT' THEN 0 ELSE CAST(:added AS bigint) END,
                staged_gold_count = staged_gold_count + CASE WHEN state = 'DRAFT' THEN 0 ELSE CAST(:gold AS bigint) END,
                next_seq = :next_seq
            WHERE job_id = :job_id
            """
        ),
        {"job_id": job_id, "added": added, "gold": gold, "next_seq": last_seq + 1},
    )


async def set_draft_wants(connection: AsyncConnection, job_id: UUID, wants: Wants) -> None:
    """Gives the items of a draft what its changed terms say."""
    await connection.execute(
        text(
            """
            UPDATE item
            SET answers_wanted = CASE WHEN gold_label IS NULL THEN CAST(:ordinary AS smallint) ELSE CAST(:gold AS smallint) END,
                overlap_max = CASE WHEN gold_label IS NULL THEN CAST(:ordinary_max AS smallint) ELSE CAST(:gold_max AS smallint) END
            WHERE job_id = :job_id
            """
        ),
        {
            "job_id": job_id,
            "ordinary": wants.ordinary,
            "ordinary_max": wants.ordinary_max,
            "gold": wants.gold,
            "gold_max": wants.gold_max,
        },
    )


async def raise_overlap_max(connection: AsyncConnection, job_id: UUID, overlap_max: int) -> None:
    """Lets the ordinary items of a job have more answers, where quality wants them; locks them in everybody's order."""
    await connection.execute(
        text(
            """
            WITH locked AS MATERIALIZED (
                SELECT item_id
                FROM item
                WHERE job_id = :job_id AND gold_label IS NULL AND overlap_max < CAST(:overlap_max AS smallint)
                ORDER BY item_id
                FOR UPDATE
            )
            UPDATE item
            SET overlap_max = CAST(:overlap_max AS smallint)
            FROM locked
            WHERE item.item_id = locked.item_id
            """
        ),
        {"job_id": job_id, "overlap_max": overlap_max},
    )


async def activate_staged(connection: AsyncConnection, job_id: UUID, seq_end: int, wants: Wants) -> int:
    """Puts staged items at the tail of the queue, in order of import. Gives how many."""
    result = await connection.execute(
        text(
            """
            WITH staged AS MATERIALIZED (
                SELECT item_id, nextval('item_pos_seq') AS pos
                FROM (
                    SELECT item_id
                    FROM item
                    WHERE job_id = :job_id AND answers_wanted = 0 AND seq < :seq_end
                    ORDER BY seq
                ) AS ordered
            )
            UPDATE item
            SET answers_wanted = CASE WHEN gold_label IS NULL THEN CAST(:ordinary AS smallint) ELSE CAST(:gold AS smallint) END,
                overlap_max = CASE WHEN gold_label IS NULL THEN CAST(:ordinary_max AS smallint) ELSE CAST(:gold_max AS smallint) END,
                pos = staged.pos,
                wanting_time = now()
            FROM staged
            WHERE item.item_id = staged.item_id
            """
        ),
        {
            "job_id": job_id,
            "seq_end": seq_end,
            "ordinary": wants.ordinary,
            "ordinary_max": wants.ordinary_max,
            "gold": wants.gold,
            "gold_max": wants.gold_max,
        },
    )
    return result.rowcount


async def spread_gold(connection: AsyncConnection, job_id: UUID, from_seq: int, seq_end: int) -> list[KnownAnswer]:
    """Takes gold items out of the queue, to random places below 0. Gives their ids and known answers.

    A claim throws dice for each place it gives and takes gold from there, so where an item was imported tells nothing.

    Args:
        connection: where.
        job_id: whose.
        from_seq: the first item of the import.
        seq_end: one after the last.
    """
    result = await connection.execute(
        text(
            f"""
            UPDATE item
            SET pos = -1 - CAST(floor(random() * {GOLD_POS_SPAN}) AS bigint)
            WHERE job_id = :job_id AND gold_label IS NOT NULL AND seq >= :from_seq AND seq < :seq_end
            RETURNING item_id, gold_label, gold_sha256
            """  # noqa: S608 - GOLD_POS_SPAN is a constant
        ),
        {"job_id": job_id, "from_seq": from_seq, "seq_end": seq_end},
    )
    known = (KnownAnswer(row.item_id, row.gold_label, row.gold_sha256) for row in result)
    return sorted(known, key=lambda one: one.item_id)


async def gold_label_outside(connection: AsyncConnection, job_id: UUID, labels: Sequence[str]) -> str | None:
    """A known answer of the job that is not among the labels, None when all are."""
    result = await connection.execute(
        text(
            """
            SELECT gold_label
            FROM item
            WHERE job_id = :job_id AND gold_label IS NOT NULL AND gold_label <> ALL(CAST(:labels AS text[]))
            LIMIT 1
            """
        ),
        {"job_id": job_id, "labels": list(labels)},
    )
    return result.scalar_one_or_none()
