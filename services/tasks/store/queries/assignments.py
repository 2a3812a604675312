"""Statements about assignments in a worker's hands: locks, and answers handed in.

Order of locks, everywhere: rows of worker_job by (job, worker), then items by id, then assignments, then counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.runtime.statement import Statement
from services.tasks.domain.job import JobState
from services.tasks.domain.lease import AssignmentState, Hold
from services.tasks.store.queries.gate import GATE_SHARED
from services.tasks.store.queries.planning import PLAN_BY_INDEX
from services.tasks.store.queries.tally import minute_of, shard, tally_of

_GATE_OF_JOB = GATE_SHARED.replace(":job_id", "w.job_id")

_LOCK_WORKER = Statement(f"""
    WITH mine AS MATERIALIZED (
        SELECT w.job_id, w.last_act_time
        FROM (
            SELECT DISTINCT a.job_id
            FROM assignment AS a
            WHERE a.assignment_id = ANY(CAST(:assignment_ids AS uuid[])) AND a.worker_id = CAST(:worker_id AS uuid)
        ) AS d
        JOIN worker_job AS w ON w.job_id = d.job_id AND w.worker_id = CAST(:worker_id AS uuid)
        ORDER BY w.job_id
        FOR UPDATE OF w
    )
    SELECT w.job_id, w.last_act_time, now() AS now, {_GATE_OF_JOB}, {PLAN_BY_INDEX} FROM mine AS w
""")  # noqa: S608 - built of constants

_LOCK_HOLDS = Statement("""
    SELECT a.assignment_id, a.job_id, a.item_id, a.state, a.lease_end_time, a.answer_hash, a.schema_version,
        a.moved_from_version, a.publish_no, i.live + i.pending + i.accepted AS held_count, i.answers_total, i.overlap_max,
        j.state AS job_state, j.revision AS job_revision, j.gold_revision
    FROM assignment AS a
    JOIN item AS i ON i.item_id = a.item_id
    JOIN job AS j ON j.job_id = a.job_id
    WHERE a.assignment_id = ANY(CAST(:assignment_ids AS uuid[])) AND a.worker_id = CAST(:worker_id AS uuid)
    ORDER BY i.item_id
    FOR UPDATE OF i
""")

_ASKED = Statement("""
    SELECT a.assignment_id, a.job_id, a.schema_version, a.moved_from_version, i.data_json
    FROM assignment AS a
    JOIN item AS i ON i.item_id = a.item_id
    WHERE a.assignment_id = ANY(CAST(:assignment_ids AS uuid[])) AND a.worker_id = CAST(:worker_id AS uuid)
""")

_SCHEMAS = Statement("""
    SELECT s.job_id, s.version, s.schema_json, j.annotation_type
    FROM unnest(CAST(:job_ids AS uuid[]), CAST(:versions AS integer[])) AS g(job_id, version)
    JOIN label_schema AS s ON s.job_id = g.job_id AND s.version = g.version
    JOIN job AS j ON j.job_id = g.job_id
""")

_TAKE_ANSWERS = Statement(f"""
    WITH taken AS MATERIALIZED (
        SELECT * FROM unnest(CAST(:assignment_ids AS uuid[]), CAST(:answers AS text[]), CAST(:hashes AS bytea[]),
            CAST(:labels AS text[]), CAST(:lates AS boolean[]), CAST(:not_sures AS boolean[]),
            CAST(:frees AS boolean[]), CAST(:active_ms AS bigint[]), CAST(:versions AS integer[]))
            AS t(assignment_id, answer_json, answer_hash, label, late, not_sure, frees, active_ms, schema_version)
    ),
    answered AS (
        UPDATE assignment AS a
        SET state = 2, verdict_state = 1, answer_json = t.answer_json, answer_hash = t.answer_hash, label = t.label,
            late = t.late, not_sure = t.not_sure, submit_time = now(), last_act_time = now(), draft_json = '',
            active_ms = a.active_ms + t.active_ms, schema_version = t.schema_version
        FROM taken AS t
        WHERE a.assignment_id = t.assignment_id
        RETURNING a.assignment_id, a.job_id, a.item_id, a.worker_id, a.active_ms, a.price_krw,
            CAST(t.frees AS integer) AS freed, CAST(now() AT TIME ZONE 'Asia/Seoul' AS date) AS day
    ),
    filled AS (
        UPDATE item AS i
        SET live = i.live - d.freed, pending = i.pending + 1, answers_total = i.answers_total + 1
        FROM answered AS d
        WHERE i.item_id = d.item_id
    ),
    counted AS MATERIALIZED (
        SELECT job_id, worker_id, day, -sum(freed) AS live, count(*) AS submitted, sum(price_krw) AS krw
        FROM answered
        GROUP BY job_id, worker_id, day
    ),
    moved AS (
        UPDATE worker_job AS w
        SET live_count = w.live_count + c.live, submitted_count = w.submitted_count + c.submitted,
            submitted_krw = w.submitted_krw + c.krw, submit_day = c.day,
            day_submitted_count = CASE WHEN w.submit_day = c.day THEN w.day_submitted_count ELSE 0 END + c.submitted,
            last_act_time = now()
        FROM counted AS c
        WHERE w.job_id = c.job_id AND w.worker_id = c.worker_id
    ),
    {tally_of("counted", "live", "submitted")},
    {minute_of("counted", submitted="submitted")}
    SELECT assignment_id, active_ms FROM answered
""")  # noqa: S608 - built of constants


@dataclass(frozen=True)
class Locked:
    """A worker's place in one job, locked: when they acted last in it, and the database's time."""

    last_act_time: datetime
    now: datetime


@dataclass(frozen=True)
class LockedHold:
    """An assignment whose item is locked, and what an event about its answer says."""

    assignment_id: UUID
    job_id: UUID
    item_id: UUID
    schema_version: int
    moved_from_version: int
    publish_no: int
    job_revision: int
    gold_revision: int
    hold: Hold


@dataclass(frozen=True)
class AskedItem:
    """What an answer is checked against: the item's data, and the version of the schema that was asked."""

    job_id: UUID
    schema_version: int
    moved_from_version: int
    data_json: str


@dataclass(frozen=True)
class TakenAnswer:
    """An answer to be stored. `active_ms` is what its submit adds; `frees`: its place was still held."""

    assignment_id: UUID
    answer_json: str
    answer_hash: bytes
    label: str
    late: bool
    not_sure: bool
    frees: bool
    active_ms: int
    schema_version: int


async def lock_worker(
    connection: AsyncConnection, worker_id: UUID, assignment_ids: Sequence[UUID]
) -> dict[UUID, Locked]:
    """Locks the worker's place in the jobs of these assignments, by job, and keeps the jobs from closing meanwhile."""
    rows = await _LOCK_WORKER.execute(connection, {"worker_id": worker_id, "assignment_ids": list(assignment_ids)})
    return {row.job_id: Locked(row.last_act_time, row.now) for row in rows}


async def lock_holds(
    connection: AsyncConnection, worker_id: UUID, assignment_ids: Sequence[UUID]
) -> dict[UUID, LockedHold]:
    """The worker's assignments among these, with their items locked; call after lock_worker."""
    rows = await _LOCK_HOLDS.execute(connection, {"worker_id": worker_id, "assignment_ids": list(assignment_ids)})
    return {
        row.assignment_id: LockedHold(
            row.assignment_id,
            row.job_id,
            row.item_id,
            row.schema_version,
            row.moved_from_version,
            row.publish_no,
            row.job_revision,
            row.gold_revision,
            Hold(
                AssignmentState(row.state),
                row.lease_end_time,
                row.answer_hash,
                JobState(row.job_state),
                row.held_count,
                row.answers_total,
                row.overlap_max,
            ),
        )
        for row in rows
    }


async def label_schemas(
    connection: AsyncConnection, versions: Iterable[tuple[UUID, int]]
) -> dict[tuple[UUID, int], tuple[str, int]]:
    """The schemas of (job, version), each with its job's annotation type."""
    wanted = sorted(versions)
    values = {"job_ids": [job_id for job_id, _ in wanted], "versions": [version for _, version in wanted]}
    rows = await _SCHEMAS.execute(connection, values)
    return {(row.job_id, row.version): (row.schema_json, row.annotation_type) for row in rows}


async def asked_items(
    connection: AsyncConnection, worker_id: UUID, assignment_ids: Sequence[UUID]
) -> dict[UUID, AskedItem]:
    """What the worker was asked by these assignments."""
    rows = await _ASKED.execute(connection, {"worker_id": worker_id, "assignment_ids": list(assignment_ids)})
    return {
        row.assignment_id: AskedItem(row.job_id, row.schema_version, row.moved_from_version, row.data_json)
        for row in rows
    }


async def take_answers(connection: AsyncConnection, answers: Sequence[TakenAnswer]) -> dict[UUID, int]:
    """Stores answers and moves all counts; gives the active milliseconds of each assignment in all."""
    values = {
        "assignment_ids": [a.assignment_id for a in answers],
        "answers": [a.answer_json for a in answers],
        "hashes": [a.answer_hash for a in answers],
        "labels": [a.label for a in answers],
        "lates": [a.late for a in answers],
        "not_sures": [a.not_sure for a in answers],
        "frees": [a.frees for a in answers],
        "active_ms": [a.active_ms for a in answers],
        "versions": [a.schema_version for a in answers],
        "shard": shard(),
    }
    rows = await _TAKE_ANSWERS.execute(connection, values)
    return {row.assignment_id: row.active_ms for row in rows}
