"""Statements on courses: their versions, and whose they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.workers.domain.programmes import LocalText

_COURSE = """
    SELECT
        p.programme_id, p.title_ko, p.title_en, p.organisation_id, p.create_time,
        v.version, v.course_json, v.put_time
    FROM programme AS p
    LEFT JOIN LATERAL (
        SELECT version, course_json, put_time
        FROM course_version
        WHERE programme_id = p.programme_id
        ORDER BY version DESC
        LIMIT 1) AS v ON true
"""

_BY_PROGRAMME = text(f"{_COURSE} WHERE p.programme_id = :programme_id")

_PAGE = text(f"""
    {_COURSE}
    WHERE (
            :is_operator
            OR p.organisation_id = ANY(CAST(:organisation_ids AS uuid[]))
            OR p.programme_id IN (
                SELECT programme_id
                FROM enrolment
                WHERE worker_id = :worker_id AND state IN ('ENROLLED', 'COMPLETED')))
        AND (p.create_time, p.programme_id) < (:before_time, :before_id)
    ORDER BY p.create_time DESC, p.programme_id DESC
    LIMIT :count
""")  # noqa: S608 - built of constants

_HAS_SEAT = text("""
    SELECT EXISTS (
        SELECT 1
        FROM enrolment
        WHERE worker_id = :worker_id AND programme_id = :programme_id AND state IN ('ENROLLED', 'COMPLETED'))
""")

_LOCK = text("SELECT pg_advisory_xact_lock(7150013, hashtext(CAST(CAST(:programme_id AS uuid) AS text)))")

_ADD_VERSION = text("""
    INSERT INTO course_version (programme_id, version, course_json, module_ids, put_by, put_time)
    VALUES (:programme_id, :version, :course_json, :module_ids, :put_by, :put_time)
""")


@dataclass(frozen=True)
class StoredCourse:
    """A programme and the newest version of its course; version 0 and no document where there is none yet."""

    programme_id: UUID
    title: LocalText
    organisation_id: UUID | None
    create_time: datetime
    version: int
    course_json: str
    put_time: datetime | None


@dataclass(frozen=True)
class Scope:
    """Whose courses and cohorts are meant: all, those that organisations teach, and those that a worker has a seat in."""

    is_operator: bool
    organisation_ids: frozenset[UUID]
    worker_id: UUID | None = None


async def course_of(connection: AsyncConnection, programme_id: UUID) -> StoredCourse | None:
    """A programme's course; None where there is no such programme."""
    row = (await connection.execute(_BY_PROGRAMME, {"programme_id": programme_id})).one_or_none()
    return _stored(row) if row is not None else None


async def courses_in(
    connection: AsyncConnection, scope: Scope, before: tuple[datetime, UUID], count: int
) -> list[StoredCourse]:
    """Up to `count` courses of a scope, the newest programme first, those before a (create_time, programme_id)."""
    parameters = {
        "is_operator": scope.is_operator,
        "organisation_ids": list(scope.organisation_ids),
        "worker_id": scope.worker_id,
        "before_time": before[0],
        "before_id": before[1],
        "count": count,
    }
    return [_stored(row) for row in await connection.execute(_PAGE, parameters)]


async def has_seat(connection: AsyncConnection, worker_id: UUID, programme_id: UUID) -> bool:
    """Whether a person may learn a course: has a seat in the programme, or completed it."""
    parameters = {"worker_id": worker_id, "programme_id": programme_id}
    return bool((await connection.execute(_HAS_SEAT, parameters)).scalar_one())


async def lock_course(connection: AsyncConnection, programme_id: UUID) -> None:
    """Makes new versions of one course, and files for it, take turns until the transaction ends."""
    await connection.execute(_LOCK, {"programme_id": programme_id})


async def add_version(
    connection: AsyncConnection, course: StoredCourse, module_ids: Iterable[str], put_by: UUID
) -> None:
    """Adds a version of a course; call with the course locked."""
    parameters = {
        "programme_id": course.programme_id,
        "version": course.version,
        "course_json": course.course_json,
        "module_ids": list(module_ids),
        "put_by": put_by,
        "put_time": course.put_time,
    }
    await connection.execute(_ADD_VERSION, parameters)


def _stored(row: Row[*tuple[object, ...]]) -> StoredCourse:
    return StoredCourse(
        row.programme_id,
        LocalText(row.title_ko, row.title_en),
        row.organisation_id,
        row.create_time,
        row.version or 0,
        row.course_json or "",
        row.put_time,
    )
