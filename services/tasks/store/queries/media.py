"""Statements on the pictures of jobs. The bytes lie in the object store; a row says that they do."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.runtime.pictures import Picture
from services.runtime.statement import Statement

_KNOWN = Statement("""
    SELECT concat('media:', m.sha256, '.', m.extension) AS media_id
    FROM media AS m
    WHERE m.job_id = CAST(:job_id AS uuid) AND m.sha256 = ANY(CAST(:hashes AS text[]))
""")

_ADD = Statement("""
    WITH added AS (
        INSERT INTO media (job_id, sha256, extension, width, height, size_bytes, create_time)
        VALUES (CAST(:job_id AS uuid), :sha256, :extension, CAST(:width AS integer), CAST(:height AS integer),
            CAST(:size_bytes AS bigint), now())
        ON CONFLICT (job_id, sha256) DO NOTHING
        RETURNING job_id
    )
    UPDATE job AS j
    SET media_count = j.media_count + 1
    FROM added AS a
    WHERE j.job_id = a.job_id
    RETURNING j.media_count
""")


async def media_of_job(connection: AsyncConnection, job_id: UUID, media_ids: Iterable[str]) -> frozenset[str]:
    """Those of the names (media:<sha256>.<extension>) that are pictures of the job."""
    wanted = frozenset(media_ids)
    hashes = sorted({media_id[6:70] for media_id in wanted})
    rows = await _KNOWN.execute(connection, {"job_id": job_id, "hashes": hashes})
    return wanted & frozenset(rows.scalars())


async def add_media(connection: AsyncConnection, job_id: UUID, picture: Picture) -> None:
    """Notes a stored picture and counts it on its job; one that is known changes nothing. Call with the job locked."""
    values = {
        "job_id": job_id,
        "sha256": picture.sha256,
        "extension": picture.extension,
        "width": picture.width,
        "height": picture.height,
        "size_bytes": len(picture.content),
    }
    await _ADD.execute(connection, values)
