"""Statements on how large and long the files of courses are."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.labelling.values import MediaSize
from services.runtime.media import media_id_of

_SIZES = text("""
    SELECT sha256, extension, width, height, duration_ms, fps_numerator, fps_denominator, frame_count
    FROM course_media
    WHERE programme_id = :programme_id AND sha256 = ANY(CAST(:hashes AS text[]))
""")


async def media_sizes(
    connection: AsyncConnection, programme_id: UUID, media_ids: Collection[str]
) -> dict[str, MediaSize]:
    """The sizes of those of the names (media:<sha256>.<extension>) that are files of the programme's course."""
    if not media_ids:
        return {}
    parameters = {"programme_id": programme_id, "hashes": sorted({media_id[6:70] for media_id in media_ids})}
    return {
        media_id_of(row.sha256, row.extension): MediaSize(
            row.width, row.height, row.duration_ms, row.fps_numerator, row.fps_denominator or 1, row.frame_count
        )
        for row in await connection.execute(_SIZES, parameters)
    }
