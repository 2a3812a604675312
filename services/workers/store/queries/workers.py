"""Statements on people, their standing and skills."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.core.intervals import Interval
from services.workers.domain.standing import Restriction, RestrictionKind, Worker
from services.workers.store.tables import WorkerRow

_ADD_WORKERS = text("""
    INSERT INTO worker (worker_id, create_time, standing_revision)
    SELECT worker_id, create_time, 0
    FROM unnest(CAST(:worker_ids AS uuid[]), CAST(:create_times AS timestamptz[])) AS new (worker_id, create_time)
    ORDER BY worker_id
    ON CONFLICT (worker_id) DO NOTHING
""")

_LOCK_WORKERS = text("""
    SELECT 1
    FROM worker
    WHERE worker_id = ANY(CAST(:worker_ids AS uuid[]))
    ORDER BY worker_id
    FOR UPDATE
""")

_WORKER = select(
    WorkerRow.worker_id,
    WorkerRow.restriction_kind,
    WorkerRow.restriction_reason,
    WorkerRow.restriction_until_time,
    WorkerRow.standing_revision,
)

_SKILLS = text("""
    SELECT annotation_type, lower, mean, upper, count
    FROM skill
    WHERE worker_id = :worker_id
    ORDER BY annotation_type
""")

_PUT_SKILLS = text("""
    INSERT INTO skill (worker_id, annotation_type, revision, lower, mean, upper, count)
    SELECT *
    FROM unnest(
        CAST(:worker_ids AS uuid[]), CAST(:annotation_types AS smallint[]), CAST(:revisions AS bigint[]),
        CAST(:lowers AS float8[]), CAST(:means AS float8[]), CAST(:uppers AS float8[]), CAST(:counts AS float8[]))
        AS new (worker_id, annotation_type, revision, lower, mean, upper, count)
    ORDER BY worker_id, annotation_type
    ON CONFLICT (worker_id, annotation_type) DO UPDATE
    SET revision = excluded.revision,
        lower = excluded.lower,
        mean = excluded.mean,
        upper = excluded.upper,
        count = excluded.count
    WHERE skill.revision < excluded.revision
""")


@dataclass(frozen=True)
class MeasuredSkill:
    """A worker's accuracy for an annotation type (the contract's number)."""

    worker_id: UUID
    annotation_type: int
    revision: int
    interval: Interval


async def add_workers(connection: AsyncConnection, people: Sequence[tuple[UUID, datetime]]) -> None:
    """Adds (worker id, create time) pairs of people who are not known yet."""
    parameters = {"worker_ids": [id_ for id_, _ in people], "create_times": [instant for _, instant in people]}
    await connection.execute(_ADD_WORKERS, parameters)


async def lock_workers(connection: AsyncConnection, worker_ids: Sequence[UUID]) -> None:
    """Locks people in the order of their ids, until the transaction ends."""
    await connection.execute(_LOCK_WORKERS, {"worker_ids": list(worker_ids)})


async def worker_by_id(connection: AsyncConnection, worker_id: UUID, *, locked: bool = False) -> Worker | None:
    """The person with an id, locked until the transaction ends where asked for."""
    found = _WORKER.where(WorkerRow.worker_id == worker_id)
    row = (await connection.execute(found.with_for_update() if locked else found)).one_or_none()
    if row is None:
        return None
    restriction = (
        Restriction(RestrictionKind(row.restriction_kind), row.restriction_reason or "", row.restriction_until_time)
        if row.restriction_kind
        else None
    )
    return Worker(row.worker_id, restriction, row.standing_revision)


async def store_standing(connection: AsyncConnection, worker: Worker) -> None:
    """Stores a person's restriction, or that there is none, with its revision."""
    restriction = worker.restriction
    values = {
        "restriction_kind": restriction.kind.value if restriction else None,
        "restriction_reason": restriction.reason if restriction else None,
        "restriction_until_time": restriction.until_time if restriction else None,
        "standing_revision": worker.standing_revision,
    }
    await connection.execute(update(WorkerRow).where(WorkerRow.worker_id == worker.worker_id).values(values))


async def skills_of(connection: AsyncConnection, worker_id: UUID) -> list[tuple[int, Interval]]:
    """The measured (annotation type, interval) pairs of a person."""
    rows = await connection.execute(_SKILLS, {"worker_id": worker_id})
    return [
        (annotation_type, Interval(lower, mean, upper, count)) for annotation_type, lower, mean, upper, count in rows
    ]


async def put_skills(connection: AsyncConnection, skills: Sequence[MeasuredSkill]) -> None:
    """Stores skills, one for each person and annotation type, where none newer is stored."""
    parameters = {
        "worker_ids": [skill.worker_id for skill in skills],
        "annotation_types": [skill.annotation_type for skill in skills],
        "revisions": [skill.revision for skill in skills],
        "lowers": [skill.interval.lower for skill in skills],
        "means": [skill.interval.mean for skill in skills],
        "uppers": [skill.interval.upper for skill in skills],
        "counts": [skill.interval.count for skill in skills],
    }
    await connection.execute(_PUT_SKILLS, parameters)
