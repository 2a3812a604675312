"""PutCourseMedia: a file goes into the object store, then into the list of the course's files.

In this order, a file that a course may name is always there.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from obstore.store import ObjectStore

from services.runtime.auth import Caller
from services.runtime.database import Database, Transaction
from services.runtime.media import object_path, put
from services.runtime.media_facts import MediaFacts
from services.runtime.media_reading import Taken
from services.runtime.media_rules import Flaw, Refusal, media_invalid
from services.workers.store.queries import course_media
from services.workers.store.queries.courses import lock_course
from services.workers.use_cases.find_course import taught_course

MEDIA_PER_COURSE_MAX = 2_000


async def known_course_media(
    database: Database, caller: Caller, programme_id: UUID, source_sha256: str
) -> MediaFacts | None:
    """The course's file that was made of bytes with a hash; None where there is none yet.

    Raises:
        NotFoundError: the caller does not teach the programme.
        InvalidArgumentError: MEDIA_INVALID, there is none and the course has as many files as it may.
    """
    async with database.transaction() as tx:
        await taught_course(tx.connection, caller, programme_id)
        known = await course_media.media_made_of(tx.connection, programme_id, source_sha256)
        if known is None:
            await _check_room(tx, programme_id)
        return known


async def put_course_media(
    database: Database,
    store: ObjectStore,
    caller: Caller,
    programme_id: UUID,
    *,
    taken: Taken,
    source_sha256: str,
    now: datetime,
) -> MediaFacts:
    """Stores a file of a course; what is stored under the same name already stays as it is known.

    Raises:
        NotFoundError: the caller does not teach the programme.
        InvalidArgumentError: MEDIA_INVALID, the course has as many files as it may.
        UnavailableError: the store cannot be reached.
    """
    for media_id, content in reversed(taken.files):
        await put(store, object_path(programme_id, media_id), content)
    async with database.transaction() as tx:
        await lock_course(tx.connection, programme_id)
        await taught_course(tx.connection, caller, programme_id)
        known = await course_media.media_facts(tx.connection, programme_id, [taken.facts.media_id])
        if known:
            return known[taken.facts.media_id]
        await _check_room(tx, programme_id)
        await course_media.add_media(tx.connection, programme_id, taken.facts, source_sha256, now)
    return taken.facts


async def _check_room(tx: Transaction, programme_id: UUID) -> None:
    if await course_media.media_count(tx.connection, programme_id) >= MEDIA_PER_COURSE_MAX:
        rule = f"a course has at most {MEDIA_PER_COURSE_MAX:,} files"
        raise media_invalid(Refusal(Flaw.TOO_MANY, rule, MEDIA_PER_COURSE_MAX))
