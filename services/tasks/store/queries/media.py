"""Statements on the files of jobs. The bytes lie in the object store; a row says that they do, and what they are."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.runtime.media_columns import FACTS, facts_of, values_of
from services.runtime.media_facts import MediaFacts
from services.runtime.statement import Statement

_KNOWN = Statement(f"""
    SELECT {FACTS}
    FROM media
    WHERE job_id = CAST(:job_id AS uuid) AND sha256 = ANY(CAST(:hashes AS text[]))
""")  # noqa: S608 - built of constants

_MADE_OF = Statement(f"""
    SELECT {FACTS}
    FROM media
    WHERE job_id = CAST(:job_id AS uuid) AND source_sha256 = :source_sha256
    LIMIT 1
""")  # noqa: S608 - built of constants

_ADD = Statement(f"""
    WITH added AS (
        INSERT INTO media (job_id, {FACTS}, source_sha256, create_time)
        VALUES (CAST(:job_id AS uuid), :sha256, :extension, CAST(:width AS integer), CAST(:height AS integer),
            CAST(:duration_ms AS bigint), CAST(:fps_numerator AS integer), CAST(:fps_denominator AS integer),
            CAST(:frame_count AS bigint), CAST(:sample_rate AS integer), CAST(:size_bytes AS bigint),
            :thumbnail_id, :peaks_id, :source_sha256, now())
        ON CONFLICT (job_id, sha256) DO NOTHING
        RETURNING job_id
    )
    UPDATE job AS j
    SET media_count = j.media_count + 1
    FROM added AS a
    WHERE j.job_id = a.job_id
    RETURNING j.media_count
""")  # noqa: S608 - built of constants


async def media_of_job(connection: AsyncConnection, job_id: UUID, media_ids: Iterable[str]) -> frozenset[str]:
    """Those of the names (media:<sha256>.<extension>) that are files of the job."""
    return frozenset(await media_facts(connection, job_id, media_ids))


async def media_facts(connection: AsyncConnection, job_id: UUID, media_ids: Iterable[str]) -> dict[str, MediaFacts]:
    """What is known of files of the job, by their names; names that are none of them are left out."""
    wanted = frozenset(media_ids)
    if not wanted:
        return {}
    hashes = sorted({media_id[6:70] for media_id in wanted})
    rows = await _KNOWN.execute(connection, {"job_id": job_id, "hashes": hashes})
    found = (facts_of(row) for row in rows)
    return {facts.media_id: facts for facts in found if facts.media_id in wanted}


async def media_made_of(connection: AsyncConnection, job_id: UUID, source_sha256: str) -> MediaFacts | None:
    """The file of the job that was made of bytes with a hash."""
    rows = await _MADE_OF.execute(connection, {"job_id": job_id, "source_sha256": source_sha256})
    return next((facts_of(row) for row in rows), None)


async def add_media(connection: AsyncConnection, job_id: UUID, facts: MediaFacts, source_sha256: str) -> None:
    """Notes a stored file and counts it on its job; one that is known changes nothing. Call with the job locked."""
    await _ADD.execute(connection, {"job_id": job_id, "source_sha256": source_sha256, **values_of(facts)})
