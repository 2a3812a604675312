"""Statements on jobs that have opened and whom they fit, and on certificates that end soon."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.workers.domain.profiles import Announcement

# The newest terms are told, and nobody twice: how far people have been told is never set back.
_ADD = text("""
    INSERT INTO job_announcement (
        job_id, revision, organisation_id, annotation_type, price_krw, pool_only, required_skill, open_time,
        told_up_to, told_count)
    SELECT
        job_id, revision, organisation_id, annotation_type, price_krw, pool_only, required_skill, open_time,
        CAST('00000000-0000-0000-0000-000000000000' AS uuid), 0
    FROM unnest(
        CAST(:job_ids AS uuid[]), CAST(:revisions AS bigint[]), CAST(:organisation_ids AS uuid[]),
        CAST(:annotation_types AS smallint[]), CAST(:prices_krw AS bigint[]), CAST(:pool_onlys AS boolean[]),
        CAST(:required_skills AS float8[]), CAST(:open_times AS timestamptz[]))
        AS new (
            job_id, revision, organisation_id, annotation_type, price_krw, pool_only, required_skill, open_time)
    ORDER BY job_id
    ON CONFLICT (job_id) DO UPDATE
    SET revision = excluded.revision,
        annotation_type = excluded.annotation_type,
        price_krw = excluded.price_krw,
        pool_only = excluded.pool_only,
        required_skill = excluded.required_skill,
        open_time = excluded.open_time
    WHERE job_announcement.revision < excluded.revision
""")

_NEXT = text("""
    SELECT
        job_id, revision, organisation_id, annotation_type, price_krw, pool_only, required_skill, open_time, told_up_to
    FROM job_announcement
    WHERE finish_time IS NULL
    ORDER BY open_time, job_id
    LIMIT 1
    FOR UPDATE SKIP LOCKED
""")

# Candidates come by the ids of those who want to hear of jobs; each check is one look by a key.
_FITTING = text("""
    SELECT p.worker_id
    FROM worker_profile AS p
    JOIN worker AS w ON w.worker_id = p.worker_id
    WHERE p.jobs_wanted
        AND p.worker_id > :after
        AND (p.wanted_types = '{}' OR CAST(:annotation_type AS smallint) = ANY(p.wanted_types))
        AND (w.restriction_kind IS NULL OR w.restriction_until_time <= :now)
        AND EXISTS (
            SELECT
            FROM certificate AS c
            WHERE c.worker_id = p.worker_id
                AND c.annotation_type = :annotation_type
                AND c.revoke_time IS NULL
                AND c.expire_time > :now)
        AND (CAST(:required_skill AS float8) <= 0 OR EXISTS (
            SELECT
            FROM skill AS s
            WHERE s.worker_id = p.worker_id
                AND s.annotation_type = :annotation_type
                AND s.lower >= CAST(:required_skill AS float8)))
        AND (NOT CAST(:pool_only AS boolean) OR EXISTS (
            SELECT
            FROM pool_member AS m
            WHERE m.organisation_id = :organisation_id AND m.worker_id = p.worker_id AND m.member))
    ORDER BY p.worker_id
    LIMIT :count
""")

_NOTE_TOLD = text("""
    UPDATE job_announcement
    SET told_up_to = :told_up_to, told_count = told_count + :count
    WHERE job_id = :job_id
""")

_FINISH = text("UPDATE job_announcement SET finish_time = :now WHERE job_id = :job_id")

# Who has a certificate of the same type that lasts longer has nothing to do.
_NOTE_ENDING = text("""
    WITH ending AS (
        SELECT c.certificate_id, c.worker_id, c.annotation_type, c.expire_time
        FROM certificate AS c
        WHERE c.revoke_time IS NULL
            AND c.expire_time > :now
            AND c.expire_time <= :until
            AND NOT EXISTS (SELECT FROM expiry_notice AS e WHERE e.certificate_id = c.certificate_id)
            AND NOT EXISTS (
                SELECT
                FROM certificate AS later
                WHERE later.worker_id = c.worker_id
                    AND later.annotation_type = c.annotation_type
                    AND later.revoke_time IS NULL
                    AND later.expire_time > c.expire_time)
        ORDER BY c.expire_time, c.certificate_id
        LIMIT :count
    ), noted AS (
        INSERT INTO expiry_notice (certificate_id)
        SELECT certificate_id FROM ending
        ON CONFLICT (certificate_id) DO NOTHING
        RETURNING certificate_id
    )
    SELECT certificate_id, worker_id, annotation_type, expire_time
    FROM ending
    JOIN noted USING (certificate_id)
    ORDER BY expire_time, certificate_id
""")


@dataclass(frozen=True)
class EndingCertificate:
    """A certificate that ends soon; `annotation_type` is the contract's number."""

    certificate_id: UUID
    worker_id: UUID
    annotation_type: int
    expire_time: datetime


async def add_announcements(connection: AsyncConnection, jobs: Sequence[Announcement]) -> None:
    """Adds jobs that have opened, one row for each in `jobs`; of one that is there the newer terms are kept."""
    parameters = {
        "job_ids": [job.job_id for job in jobs],
        "revisions": [job.revision for job in jobs],
        "organisation_ids": [job.organisation_id for job in jobs],
        "annotation_types": [job.annotation_type for job in jobs],
        "prices_krw": [job.price_krw for job in jobs],
        "pool_onlys": [job.pool_only for job in jobs],
        "required_skills": [job.required_skill for job in jobs],
        "open_times": [job.open_time for job in jobs],
    }
    await connection.execute(_ADD, parameters)


async def next_announcement(connection: AsyncConnection) -> Announcement | None:
    """The job that opened first of those not all have been told of, locked until the transaction ends."""
    row = (await connection.execute(_NEXT)).one_or_none()
    return Announcement(*row) if row is not None else None


async def whom_it_fits(connection: AsyncConnection, job: Announcement, now: datetime, count: int) -> list[UUID]:
    """Up to `count` people whom a job fits and who have not been told yet, by their ids."""
    parameters = {
        "after": job.told_up_to,
        "annotation_type": job.annotation_type,
        "required_skill": job.required_skill,
        "pool_only": job.pool_only,
        "organisation_id": job.organisation_id,
        "now": now,
        "count": count,
    }
    return list((await connection.execute(_FITTING, parameters)).scalars())


async def note_told(connection: AsyncConnection, job_id: UUID, told_up_to: UUID, count: int) -> None:
    """Stores that so many more people, up to an id, have been told of a job."""
    await connection.execute(_NOTE_TOLD, {"job_id": job_id, "told_up_to": told_up_to, "count": count})


async def finish_announcement(connection: AsyncConnection, job_id: UUID, now: datetime) -> None:
    """Stores that nobody is left to be told of a job."""
    await connection.execute(_FINISH, {"job_id": job_id, "now": now})


async def note_ending(
    connection: AsyncConnection, now: datetime, until: datetime, count: int
) -> list[EndingCertificate]:
    """Up to `count` certificates that end by an instant and whose holders were not told; they are noted as told."""
    rows = await connection.execute(_NOTE_ENDING, {"now": now, "until": until, "count": count})
    return [EndingCertificate(*row) for row in rows]
