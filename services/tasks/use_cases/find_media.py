"""What is known of the files that items' data name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.labelling.values import MediaSize
from services.runtime.media_facts import MediaFacts
from services.tasks.store.queries import media

_NAMED = re.compile(r'"(media:[0-9a-f]{64}\.[a-z0-9]{1,5})"')


def media_in(data_json: str) -> list[str]:
    """The stored files that an item's data name, each once, in their order."""
    return list(dict.fromkeys(_NAMED.findall(data_json)))


async def facts_of_media(connection: AsyncConnection, job_id: UUID, data: Iterable[str]) -> dict[str, MediaFacts]:
    """What is known of the files of a job that these items' data name."""
    wanted = {media_id for data_json in data for media_id in media_in(data_json)}
    return await media.media_facts(connection, job_id, wanted) if wanted else {}


def sizes_of(facts: Mapping[str, MediaFacts]) -> dict[str, MediaSize]:
    """What answers are checked against."""
    return {media_id: _size_of(one) for media_id, one in facts.items()}


def _size_of(facts: MediaFacts) -> MediaSize:
    return MediaSize(
        width=facts.width,
        height=facts.height,
        duration_ms=facts.duration_ms,
        fps_numerator=facts.fps_numerator,
        fps_denominator=facts.fps_denominator or 1,
        frame_count=facts.frame_count,
    )
