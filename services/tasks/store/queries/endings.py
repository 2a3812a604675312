"""Statements that end assignments without an answer: returned, expired, ended for fraud."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.runtime.statement import Statement
from services.tasks.domain.lease import AssignmentState
from services.tasks.store.queries.tally import shard, tally_of

_LOCK_ITEMS_OF = Statement("""
    SELECT a.assignment_id
    FROM assignment AS a
    JOIN item AS i ON i.item_id = a.item_id
    WHERE a.assignment_id = ANY(CAST(:assignment_ids AS uuid[])) AND a.state = 1
    ORDER BY i.item_id
    FOR UPDATE OF i
""")

_END = Statement(f"""
    WITH ended AS (
        UPDATE assignment AS a
        SET state = CAST(:state AS smallint)
        WHERE a.assignment_id = ANY(CAST(:assignment_ids AS uuid[])) AND a.state = 1
        RETURNING a.assignment_id, a.job_id, a.item_id, a.worker_id
    ),
    freed AS (
        UPDATE item AS i
        SET live = i.live - e.count,
            pos = CASE WHEN i.live + i.pending + i.accepted < i.answers_wanted OR i.gold_label IS NOT NULL THEN i.pos
                ELSE nextval('item_pos_seq') END,
            wanting_time = CASE WHEN i.live + i.pending + i.accepted < i.answers_wanted THEN i.wanting_time
                ELSE now() END
        FROM (SELECT item_id, count(*) AS count FROM ended GROUP BY item_id) AS e
        WHERE i.item_id = e.item_id
    ),
    left_over AS MATERIALIZED (
        SELECT job_id, worker_id, count(*) AS count FROM ended GROUP BY job_id, worker_id
    ),
    moved AS (
        UPDATE worker_job AS w
        SET live_count = w.live_count - o.count
        FROM left_over AS o
        WHERE w.job_id = o.job_id AND w.worker_id = o.worker_id
    ),
    counted AS MATERIALIZED (SELECT job_id, -sum(count) AS live FROM left_over GROUP BY job_id),
    {tally_of("counted", "live")}
    SELECT job_id, worker_id, assignment_id FROM ended ORDER BY job_id, worker_id, assignment_id
""")  # noqa: S608 - built of constants

_PAST_LEASE = Statement("""
    SELECT a.assignment_id
    FROM assignment AS a
    WHERE a.state = 1 AND a.lease_end_time < now()
    ORDER BY a.lease_end_time
    LIMIT :count
""")

_LIVE_OF_WORKERS = Statement("""
    SELECT a.assignment_id
    FROM assignment AS a
    WHERE a.worker_id = ANY(CAST(:worker_ids AS uuid[])) AND a.state = 1
""")

_LOCK_HOLDERS = """
    SELECT w.job_id, w.worker_id
    FROM worker_job AS w
    WHERE (w.job_id, w.worker_id) IN (
        SELECT a.job_id, a.worker_id FROM assignment AS a
        WHERE a.assignment_id = ANY(CAST(:assignment_ids AS uuid[])))
    ORDER BY w.job_id, w.worker_id
    FOR UPDATE {locking}
"""
_LOCK_HOLDERS_WAITING = Statement(_LOCK_HOLDERS.format(locking=""))
_LOCK_FREE_HOLDERS = Statement(_LOCK_HOLDERS.format(locking="SKIP LOCKED"))

_STILL_PAST_LEASE = Statement("""
    SELECT a.assignment_id
    FROM unnest(CAST(:job_ids AS uuid[]), CAST(:worker_ids AS uuid[])) AS g(job_id, worker_id)
    JOIN assignment AS a ON a.job_id = g.job_id AND a.worker_id = g.worker_id
    WHERE a.assignment_id = ANY(CAST(:assignment_ids AS uuid[])) AND a.state = 1 AND a.lease_end_time < now()
""")


@dataclass(frozen=True)
class Ended:
    """Assignments of one worker in one job that ended without an answer."""

    job_id: UUID
    worker_id: UUID
    assignment_ids: tuple[UUID, ...]


async def end_assignments(
    connection: AsyncConnection, assignment_ids: Sequence[UUID], state: AssignmentState
) -> list[Ended]:
    """Ends those of the assignments that are live, gives their items back, and moves all counts.

    Call with their worker_job rows locked. An item that becomes claimable again goes to the tail of its queue.
    """
    locked = (await _LOCK_ITEMS_OF.execute(connection, {"assignment_ids": list(assignment_ids)})).scalars().all()
    if not locked:
        return []
    values = {"assignment_ids": sorted(locked), "state": state.value, "shard": shard()}
    groups: dict[tuple[UUID, UUID], list[UUID]] = {}
    for row in await _END.execute(connection, values):
        groups.setdefault((row.job_id, row.worker_id), []).append(row.assignment_id)
    return [Ended(job_id, worker_id, tuple(ids)) for (job_id, worker_id), ids in groups.items()]


async def lock_past_lease(connection: AsyncConnection, count: int) -> list[UUID] | None:
    """Up to `count` live assignments past their lease, their worker_job rows locked; those in use are passed over.

    None when no assignment at all is past its lease.
    """
    found = (await _PAST_LEASE.execute(connection, {"count": count})).scalars().all()
    if not found:
        return None
    holders = (await _LOCK_FREE_HOLDERS.execute(connection, {"assignment_ids": list(found)})).all()
    values = {
        "assignment_ids": list(found),
        "job_ids": [holder.job_id for holder in holders],
        "worker_ids": [holder.worker_id for holder in holders],
    }
    return list((await _STILL_PAST_LEASE.execute(connection, values)).scalars().all())


async def lock_live_of_workers(connection: AsyncConnection, worker_ids: Sequence[UUID]) -> list[UUID]:
    """The live assignments of workers, their worker_job rows locked."""
    found = (await _LIVE_OF_WORKERS.execute(connection, {"worker_ids": list(worker_ids)})).scalars().all()
    if found:
        await _LOCK_HOLDERS_WAITING.execute(connection, {"assignment_ids": list(found)})
    return list(found)
