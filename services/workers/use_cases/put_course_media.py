"""PutCourseMedia: a file goes into the object store, then into the list of the course's files.

In this order, a file that a course may name is always there.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from obstore.store import ObjectStore

from services.runtime.auth import Caller
from services.runtime.database import Database, Transaction
from services.runtime.media import media_id_of, object_path, put
from services.runtime.pictures import media_invalid
from services.workers.domain.course_media import MEDIA_PER_COURSE_MAX
from services.workers.store.queries import courses
from services.workers.store.queries.courses import StoredMedia
from services.workers.use_cases.find_course import taught_course


async def put_course_media(
    database: Database,
    store: ObjectStore,
    caller: Caller,
    programme_id: UUID,
    *,
    media: StoredMedia,
    content: bytes,
    now: datetime,
) -> str:
    """Stores a file of a course and gives its name; the same bytes again give the same name and store nothing.

    Raises:
        NotFoundError: the caller does not teach the programme.
        InvalidArgumentError: MEDIA_INVALID, the course has as many files as it may.
        UnavailableError: the store cannot be reached.
    """
    media_id = media_id_of(media.sha256, media.extension)
    async with database.transaction() as tx:
        if await _is_known(tx, caller, programme_id, media_id):
            return media_id
    await put(store, object_path(programme_id, media_id), content)
    async with database.transaction() as tx:
        await courses.lock_course(tx.connection, programme_id)
        if not await _is_known(tx, caller, programme_id, media_id):
            await courses.add_media(tx.connection, programme_id, media, now)
    return media_id


async def _is_known(tx: Transaction, caller: Caller, programme_id: UUID, media_id: str) -> bool:
    """Whether the course has the file; when not, there must be room for it."""
    await taught_course(tx.connection, caller, programme_id)
    if await courses.known_media(tx.connection, programme_id, [media_id]):
        return True
    if await courses.media_count(tx.connection, programme_id) >= MEDIA_PER_COURSE_MAX:
        raise media_invalid(f"a course has at most {MEDIA_PER_COURSE_MAX:,} files")
    return False
