"""Statements of a claim: who may, where in the queue, and the one that takes items.

The scan starts at the worker's cursor and follows `ix_item_claimable`, whose predicate is repeated word for word: its
cost depends neither on the queue's length nor on how many items the worker has had.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from uuid import UUID

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.runtime.statement import Statement
from services.tasks.domain.claim import Gold, Held, Offer, Place
from services.tasks.domain.job import JobState
from services.tasks.domain.lease import AssignmentState, hold_end, lease_end
from services.tasks.domain.spec import ClaimMode
from services.tasks.store.queries.gate import GATE_SHARED
from services.tasks.store.queries.planning import PLAN_IN_ORDER
from services.tasks.store.queries.standing import STANDING_COLUMNS, STANDING_JOINS, standing_of
from services.tasks.store.queries.tally import minute_of, shard, tally_of

CLAIMABLE = "i.live + i.pending + i.accepted < i.answers_wanted AND NOT i.resolved"
"""The predicate of ix_item_claimable, of items named i."""

# After twice max overlap answers people have to look; own items are resumed only after they were given up.
_FOR_THIS_WORKER = """
      AND i.answers_total + i.live < 2 * i.overlap_max
      AND coalesce((
          SELECT a.state FROM assignment AS a WHERE a.item_id = i.item_id AND a.worker_id = CAST(:worker_id AS uuid)
      ), 4) IN (3, 4)"""

_OFFER = Statement(f"""
    WITH mine AS MATERIALIZED (
        SELECT w.cursor_pos, w.live_count
        FROM worker_job AS w
        WHERE w.job_id = CAST(:job_id AS uuid) AND w.worker_id = CAST(:worker_id AS uuid)
        FOR UPDATE
    )
    SELECT j.job_id, j.state, j.claim_mode, j.annotation_type, j.required_skill, j.price_krw, j.publish_no,
        j.lease_seconds, j.hold_limit, j.schema_version, j.instructions_version, j.gold_count, j.gold_overlap,
        j.item_count, j.overlap_min, s.schema_json, n.ko, n.en, mine.cursor_pos, mine.live_count, now() AS now,
        {GATE_SHARED}, {PLAN_IN_ORDER}, {STANDING_COLUMNS}
    FROM job AS j
    JOIN label_schema AS s ON s.job_id = j.job_id AND s.version = j.schema_version
    LEFT JOIN instructions AS n ON n.job_id = j.job_id AND n.version = j.instructions_version
    LEFT JOIN mine ON true
    {STANDING_JOINS}
    WHERE j.job_id = CAST(:job_id AS uuid)
""")  # noqa: S608 - built of constants

_ENTER = Statement("""
    INSERT INTO worker_job AS w (job_id, worker_id, last_act_time, create_time)
    VALUES (:job_id, :worker_id, now(), now())
    ON CONFLICT (job_id, worker_id) DO UPDATE SET live_count = w.live_count
    RETURNING w.cursor_pos, w.live_count
""")

_OPEN = "EXISTS (SELECT FROM job AS j WHERE j.job_id = CAST(:job_id AS uuid) AND j.state = 'OPEN')"

# Ordinary items have positions from 1 on, gold items below 0. Gold is taken only together with, or instead of, an
# ordinary item that could be had: a tail of nothing but gold would tell it apart.
_FROM_QUEUE = f"""
ordinary AS MATERIALIZED (
    SELECT i.item_id, i.pos, i.data_json
    FROM item AS i
    WHERE i.job_id = CAST(:job_id AS uuid)
      AND i.pos > CAST(:cursor_pos AS bigint)
      AND {CLAIMABLE}
      AND {_OPEN}
      {_FOR_THIS_WORKER}
    ORDER BY i.pos
    LIMIT {{size}}
    FOR UPDATE OF i {{locking}}
),
gold AS MATERIALIZED (
    SELECT i.item_id, i.data_json
    FROM item AS i
    WHERE i.job_id = CAST(:job_id AS uuid)
      AND i.pos >= CAST(:gold_pos AS bigint) AND i.pos < 0
      AND {CLAIMABLE}
      AND EXISTS (SELECT FROM ordinary)
      {_FOR_THIS_WORKER}
    ORDER BY i.pos
    LIMIT {{gold}}
    FOR UPDATE OF i SKIP LOCKED
),
given AS MATERIALIZED (
    SELECT item_id, 0 AS pos, data_json FROM gold
    UNION ALL
    (SELECT item_id, pos, data_json FROM ordinary ORDER BY pos LIMIT {{size}} - (SELECT count(*) FROM gold))
)"""  # noqa: S608 - built of constants

_BY_NAME = f"""
given AS MATERIALIZED (
    SELECT i.item_id, 0 AS pos, i.data_json
    FROM item AS i
    WHERE i.item_id = ANY(CAST(:item_ids AS uuid[]))
      AND i.job_id = CAST(:job_id AS uuid)
      AND {CLAIMABLE}
      AND {_OPEN}
      {_FOR_THIS_WORKER}
    ORDER BY i.item_id
    LIMIT {{size}}
    FOR UPDATE OF i
)"""  # noqa: S608 - built of constants

_TAKE = f"""
WITH {{given}},
held AS (
    UPDATE item AS i
    SET live = i.live + 1
    FROM given AS g
    WHERE i.item_id = g.item_id
),
made AS (
    INSERT INTO assignment AS a (
        assignment_id, job_id, item_id, worker_id, claim_id, certificate_id, state, claim_time, lease_end_time,
        hold_end_time, schema_version, instructions_version, publish_no, price_krw, last_act_time)
    SELECT uuidv7(), CAST(:job_id AS uuid), g.item_id, CAST(:worker_id AS uuid), CAST(:claim_id AS uuid),
        CAST(:certificate_id AS uuid), 1, now(), CAST(:lease_end_time AS timestamptz),
        CAST(:hold_end_time AS timestamptz), CAST(:schema_version AS integer),
        CAST(:instructions_version AS integer), CAST(:publish_no AS integer), CAST(:price_krw AS bigint), now()
    FROM (SELECT item_id FROM given ORDER BY random()) AS g
    ON CONFLICT (item_id, worker_id) DO UPDATE SET
        claim_id = excluded.claim_id,
        certificate_id = excluded.certificate_id,
        state = 1,
        claim_time = excluded.claim_time,
        lease_end_time = excluded.lease_end_time,
        hold_end_time = excluded.hold_end_time,
        schema_version = excluded.schema_version,
        moved_from_version = 0,
        instructions_version = excluded.instructions_version,
        publish_no = excluded.publish_no,
        price_krw = excluded.price_krw,
        last_act_time = excluded.last_act_time
    RETURNING a.assignment_id, a.item_id, a.draft_json, a.draft_revision
),
counted AS MATERIALIZED (
    SELECT CAST(:job_id AS uuid) AS job_id, count(*) AS live, max(pos) AS pos FROM given HAVING count(*) > 0
),
moved AS (
    UPDATE worker_job AS w
    SET live_count = w.live_count + c.live,
        claimed_count = w.claimed_count + c.live,
        cursor_pos = CASE WHEN c.pos > 0 THEN c.pos ELSE w.cursor_pos END,
        last_act_time = CASE WHEN w.live_count = 0 THEN now() ELSE w.last_act_time END
    FROM counted AS c
    WHERE w.job_id = CAST(:job_id AS uuid) AND w.worker_id = CAST(:worker_id AS uuid)
),
{tally_of("counted", "live")},
{minute_of("counted", claimed="live")}
SELECT m.assignment_id, m.item_id, m.draft_json, m.draft_revision, g.data_json
FROM made AS m
JOIN given AS g ON g.item_id = m.item_id
ORDER BY random()
"""  # noqa: S608 - built of constants


async def offer_to(connection: AsyncConnection, job_id: UUID, worker_id: UUID) -> tuple[Offer, Place | None] | None:
    """A job as a worker meets it, and their place in it (locked), None for a worker who is new there.

    Gives None when there is no such job.
    """
    row = (await _OFFER.execute(connection, {"job_id": job_id, "worker_id": worker_id})).mappings().one_or_none()
    if row is None:
        return None
    place = None if row["cursor_pos"] is None else Place(row["cursor_pos"], row["live_count"])
    return _offer_of(row), place


async def enter_job(connection: AsyncConnection, job_id: UUID, worker_id: UUID) -> Place:
    """The worker's place in a job, made if there is none, and locked."""
    row = (await _ENTER.execute(connection, {"job_id": job_id, "worker_id": worker_id})).one()
    return Place(row.cursor_pos, row.live_count)


async def take_from_queue(
    connection: AsyncConnection,
    offer: Offer,
    worker_id: UUID,
    claim_id: UUID,
    *,
    cursor_pos: int,
    size: int,
    gold: Gold,
    wait: bool,
) -> list[Held]:
    """Takes the next items behind the cursor, at most `size`; `wait` also for those that others have locked."""
    statement = _from_queue(size, gold.count, wait)
    values = _claim_values(offer, worker_id, claim_id) | {"cursor_pos": cursor_pos, "gold_pos": gold.pos}
    return _held_of((await statement.execute(connection, values)).mappings().all(), offer)


async def take_by_name(
    connection: AsyncConnection,
    offer: Offer,
    worker_id: UUID,
    claim_id: UUID,
    *,
    item_ids: Sequence[UUID],
    size: int,
) -> list[Held]:
    """Takes those of the named items that want an answer of this worker, at most `size`."""
    values = _claim_values(offer, worker_id, claim_id) | {"item_ids": list(item_ids)}
    return _held_of((await _by_name(size).execute(connection, values)).mappings().all(), offer)


# The size stands in the statement and not in a parameter: the planner must know that few rows are wanted.
@lru_cache(maxsize=1000)
def _from_queue(size: int, gold: int, wait: bool) -> Statement:
    locking = "" if wait else "SKIP LOCKED"
    return Statement(_TAKE.format(given=_FROM_QUEUE.format(size=size, gold=gold, locking=locking)))


@lru_cache(maxsize=100)
def _by_name(size: int) -> Statement:
    return Statement(_TAKE.format(given=_BY_NAME.format(size=size)))


def _claim_values(offer: Offer, worker_id: UUID, claim_id: UUID) -> dict[str, object]:
    return {
        "job_id": offer.job_id,
        "worker_id": worker_id,
        "claim_id": claim_id,
        "certificate_id": offer.standing.certificate_id,
        "lease_end_time": lease_end(offer.now, offer.lease_seconds),
        "hold_end_time": hold_end(offer.now, offer.lease_seconds),
        "schema_version": offer.schema_version,
        "instructions_version": offer.instructions_version,
        "publish_no": offer.publish_no,
        "price_krw": offer.price_krw,
        "shard": shard(),
    }


def _held_of(rows: Sequence[RowMapping], offer: Offer) -> list[Held]:
    return [
        Held(
            assignment_id=row["assignment_id"],
            job_id=offer.job_id,
            item_id=row["item_id"],
            claim_mode=offer.claim_mode,
            state=AssignmentState.LIVE,
            data_json=row["data_json"],
            schema_version=offer.schema_version,
            instructions_version=offer.instructions_version,
            claim_time=offer.now,
            lease_end_time=lease_end(offer.now, offer.lease_seconds),
            hold_end_time=hold_end(offer.now, offer.lease_seconds),
            price_krw=offer.price_krw,
            draft_json=row["draft_json"],
            draft_revision=row["draft_revision"],
        )
        for row in rows
    ]


def _offer_of(row: RowMapping) -> Offer:
    return Offer(
        job_id=row["job_id"],
        state=JobState(row["state"]),
        claim_mode=ClaimMode(row["claim_mode"]),
        annotation_type=row["annotation_type"],
        required_skill=row["required_skill"],
        price_krw=row["price_krw"],
        publish_no=row["publish_no"],
        lease_seconds=row["lease_seconds"],
        hold_limit=row["hold_limit"],
        schema_version=row["schema_version"],
        instructions_version=row["instructions_version"],
        label_schema_json=row["schema_json"],
        instructions_ko=row["ko"] or "",
        instructions_en=row["en"] or "",
        item_count=row["item_count"],
        overlap_min=row["overlap_min"],
        gold_count=row["gold_count"],
        gold_overlap=row["gold_overlap"],
        standing=standing_of(row),
        now=row["now"],
    )
