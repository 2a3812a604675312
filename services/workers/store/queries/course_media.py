"""Statements on the files of courses. The bytes lie in the object store; a row says that they do, and what they are."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.runtime.media_columns import FACTS, facts_of, values_of
from services.runtime.media_facts import MediaFacts

_KNOWN = text(f"""
    SELECT {FACTS}
    FROM course_media
    WHERE programme_id = :programme_id AND sha256 = ANY(CAST(:hashes AS text[]))
""")  # noqa: S608 - built of constants

_MADE_OF = text(f"""
    SELECT {FACTS}
    FROM course_media
    WHERE programme_id = :programme_id AND source_sha256 = :source_sha256
    LIMIT 1
""")  # noqa: S608 - built of constants

_COUNT = text("SELECT count(*) FROM course_media WHERE programme_id = :programme_id")

_ADD = text(f"""
    INSERT INTO course_media (programme_id, {FACTS}, source_sha256, create_time)
    VALUES (:programme_id, :sha256, :extension, :width, :height, :duration_ms, :fps_numerator, :fps_denominator,
        :frame_count, :sample_rate, :size_bytes, :thumbnail_id, :peaks_id, :source_sha256, :create_time)
    ON CONFLICT ON CONSTRAINT pk_course_media DO NOTHING
""")  # noqa: S608 - built of constants


async def known_media(connection: AsyncConnection, programme_id: UUID, media_ids: Iterable[str]) -> frozenset[str]:
    """Those of the names (media:<sha256>.<extension>) that are files of the programme's course."""
    return frozenset(await media_facts(connection, programme_id, media_ids))


async def media_facts(
    connection: AsyncConnection, programme_id: UUID, media_ids: Iterable[str]
) -> dict[str, MediaFacts]:
    """What is known of files of a course, by their names; names that are none of them are left out."""
    wanted = frozenset(media_ids)
    parameters = {"programme_id": programme_id, "hashes": sorted({media_id[6:70] for media_id in wanted})}
    found = (facts_of(row) for row in await connection.execute(_KNOWN, parameters))
    return {facts.media_id: facts for facts in found if facts.media_id in wanted}


async def media_made_of(connection: AsyncConnection, programme_id: UUID, source_sha256: str) -> MediaFacts | None:
    """The file of the course that was made of bytes with a hash."""
    rows = await connection.execute(_MADE_OF, {"programme_id": programme_id, "source_sha256": source_sha256})
    return next((facts_of(row) for row in rows), None)


async def media_count(connection: AsyncConnection, programme_id: UUID) -> int:
    """How many files a programme's course has."""
    return int((await connection.execute(_COUNT, {"programme_id": programme_id})).scalar_one())


async def add_media(
    connection: AsyncConnection, programme_id: UUID, facts: MediaFacts, source_sha256: str, now: datetime
) -> None:
    """Notes a stored file; one that is known changes nothing."""
    parameters = {"programme_id": programme_id, "source_sha256": source_sha256, "create_time": now}
    await connection.execute(_ADD, {**parameters, **values_of(facts)})
