"""How large and long the files of courses are, as marks on them are checked against."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.labelling.values import MediaSize
from services.workers.store.queries.course_media import media_facts


async def media_sizes(
    connection: AsyncConnection, programme_id: UUID, media_ids: Collection[str]
) -> dict[str, MediaSize]:
    """The sizes of those of the names (media:<sha256>.<extension>) that are files of the programme's course."""
    if not media_ids:
        return {}
    return {
        name: MediaSize(
            facts.width,
            facts.height,
            facts.duration_ms,
            facts.fps_numerator,
            facts.fps_denominator or 1,
            facts.frame_count,
        )
        for name, facts in (await media_facts(connection, programme_id, media_ids)).items()
    }
