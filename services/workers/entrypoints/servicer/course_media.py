"""The RPC that takes a course's files."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

from ilgam.workers.v1 import courses_service_pb2 as pb
from obstore.store import ObjectStore

from services.core.clock import utc_now
from services.core.errors import UnavailableError, invalid_field
from services.runtime.auth import Caller, current_caller
from services.runtime.database import Database
from services.runtime.media_facts import facts_message
from services.runtime.media_reading import Taken
from services.runtime.media_rules import Refusal, media_invalid
from services.runtime.uploads import Upload, Uploads
from services.runtime.wire import uuid_of
from services.workers.use_cases.find_course import taught_course
from services.workers.use_cases.put_course_media import known_course_media, put_course_media


class CourseMediaRpcs:
    """The files' part of CoursesService."""

    _database: Database
    _media: ObjectStore | None
    _uploads: Uploads

    async def PutCourseMedia(
        self, request_iterator: AsyncIterator[pb.PutCourseMediaRequest], _context: object
    ) -> AsyncIterator[pb.PutCourseMediaResponse]:
        """Stores one file, and tells how far that is."""
        caller = current_caller()
        programme_id = await self._programme_of(request_iterator, caller)
        if self._media is None:
            raise UnavailableError("this system keeps no files: its operator sets ILGAM_MEDIA_URL")
        async with self._uploads.one() as upload:
            chunks = _chunks(request_iterator, programme_id)
            yield pb.PutCourseMediaResponse()  # go on
            try:
                async for answer in self._store(self._media, caller, programme_id, upload, chunks):
                    yield answer
            except Refusal as refusal:
                raise media_invalid(refusal) from None

    async def _store(
        self, store: ObjectStore, caller: Caller, programme_id: UUID, upload: Upload, chunks: AsyncIterator[bytes]
    ) -> AsyncIterator[pb.PutCourseMediaResponse]:
        received = await upload.receive(chunks)
        facts = await known_course_media(self._database, caller, programme_id, received.sha256)
        if facts is None:
            async for step in upload.read(received, exact=False):
                if not isinstance(step, Taken):
                    yield pb.PutCourseMediaResponse(progress=step)
                    continue
                sha256 = received.sha256
                facts = await put_course_media(
                    self._database, store, caller, programme_id, taken=step, source_sha256=sha256, now=utc_now()
                )
        if facts is not None:
            yield pb.PutCourseMediaResponse(progress=1.0, media=facts_message(facts))

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


async def _chunks(requests: AsyncIterator[pb.PutCourseMediaRequest], programme_id: UUID) -> AsyncIterator[bytes]:
    async for request in requests:
        if request.programme_id and uuid_of(request.programme_id) != programme_id:
            raise invalid_field("programme_id", "one programme per stream")
        yield request.chunk
