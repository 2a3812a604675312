"""The RPC that takes a course's files."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from uuid import UUID

from ilgam.workers.v1 import courses_service_pb2 as pb
from obstore.store import ObjectStore

from services.core.clock import utc_now
from services.core.errors import UnavailableError, invalid_field
from services.runtime.auth import Caller, current_caller
from services.runtime.database import Database
from services.runtime.pictures import read_picture, refuse_bytes
from services.runtime.uploads import Uploads
from services.runtime.wire import uuid_of
from services.workers.domain.course_media import extension_of
from services.workers.store.queries.courses import StoredMedia
from services.workers.use_cases.find_course import taught_course
from services.workers.use_cases.put_course_media import put_course_media


class CourseMediaRpcs:
    """The files' part of CoursesService."""

    _database: Database
    _media: ObjectStore | None
    _uploads: Uploads

    async def PutCourseMedia(
        self, request_iterator: AsyncIterator[pb.PutCourseMediaRequest], _context: object
    ) -> pb.PutCourseMediaResponse:
        """Stores one file."""
        if self._media is None:
            raise UnavailableError("this system keeps no pictures: its operator sets ILGAM_MEDIA_URL")
        caller = current_caller()
        async with self._uploads.one():
            programme_id = await self._programme_of(request_iterator, caller)
            media, content = await self._read(await _bytes_of(request_iterator, programme_id))
            media_id = await put_course_media(
                self._database, self._media, caller, programme_id, media=media, content=content, now=utc_now()
            )
        return pb.PutCourseMediaResponse(
            media_id=media_id, width=media.width, height=media.height, size_bytes=media.size_bytes
        )

    async def _programme_of(self, requests: AsyncIterator[pb.PutCourseMediaRequest], caller: Caller) -> UUID:
        """The programme that the first message names; whoever does not teach it need not send the rest."""
        first = await anext(requests, None)
        if first is None or not first.programme_id:
            raise invalid_field("programme_id", "name the programme in the first message")
        if first.chunk:
            raise invalid_field("chunk", "the first message names the programme, the others carry bytes")
        programme_id = uuid_of(first.programme_id)
        async with self._database.transaction() as tx:
            await taught_course(tx.connection, caller, programme_id)
        return programme_id

    async def _read(self, content: bytes) -> tuple[StoredMedia, bytes]:
        """What a file is, and its bytes as they are stored: pictures may be written anew, without metadata."""
        extension, width, height = extension_of(content), 0, 0
        if not extension:
            async with self._uploads.decoding:
                picture = await asyncio.to_thread(read_picture, content)
            content, extension, width, height = picture.content, picture.extension, picture.width, picture.height
        return StoredMedia(hashlib.sha256(content).hexdigest(), extension, width, height, len(content)), content


async def _bytes_of(requests: AsyncIterator[pb.PutCourseMediaRequest], programme_id: UUID) -> bytes:
    content = bytearray()
    async for request in requests:
        if request.programme_id and uuid_of(request.programme_id) != programme_id:
            raise invalid_field("programme_id", "one programme per stream")
        content += request.chunk
        refuse_bytes(len(content))
    return bytes(content)
