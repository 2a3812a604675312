"""The RPC that takes pictures, sound and video."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

from ilgam.tasks.v1 import tasks_service_pb2 as pb
from obstore.store import ObjectStore

from services.core.errors import UnavailableError, invalid_field
from services.runtime.auth import Caller, current_caller
from services.runtime.database import Database
from services.runtime.media_facts import facts_message
from services.runtime.media_reading import Taken
from services.runtime.media_rules import Flaw, Kind, Refusal, media_invalid
from services.runtime.uploads import Upload, Uploads
from services.runtime.wire import uuid_of
from services.tasks.use_cases.put_media import job_for_media, known_media, put_media


class MediaRpcs:
    """The files' part of TasksService."""

    _database: Database
    _media: ObjectStore | None
    _uploads: Uploads

    async def PutMedia(
        self, request_iterator: AsyncIterator[pb.PutMediaRequest], _context: object
    ) -> AsyncIterator[pb.PutMediaResponse]:
        """Stores one file, and tells how far that is."""
        caller = current_caller()
        job_id = await self._job_of(request_iterator, caller)
        if self._media is None:
            raise UnavailableError("this system keeps no files: its operator sets ILGAM_MEDIA_URL")
        async with self._uploads.one() as upload:
            yield pb.PutMediaResponse()  # go on
            try:
                async for answer in self._store(self._media, caller, job_id, upload, _chunks(request_iterator, job_id)):
                    yield answer
            except Refusal as refusal:
                raise media_invalid(refusal) from None

    async def _store(
        self, store: ObjectStore, caller: Caller, job_id: UUID, upload: Upload, chunks: AsyncIterator[bytes]
    ) -> AsyncIterator[pb.PutMediaResponse]:
        received = await upload.receive(chunks)
        if received.kind is Kind.CAPTIONS:
            raise Refusal(Flaw.KIND, "must be a picture, a sound recording or a video")
        facts = await known_media(self._database, caller, job_id, received.sha256)
        if facts is None:
            async for step in upload.read(received, exact=True):
                if not isinstance(step, Taken):
                    yield pb.PutMediaResponse(progress=step)
                    continue
                facts = await put_media(
                    self._database, store, caller, job_id, taken=step, source_sha256=received.sha256
                )
        if facts is not None:
            yield pb.PutMediaResponse(progress=1.0, media=facts_message(facts))

    async def _job_of(self, requests: AsyncIterator[pb.PutMediaRequest], caller: Caller) -> UUID:
        """The job that the first message names; whoever may not add to it need not send the rest."""
        first = await anext(requests, None)
        if first is None or not first.job_id:
            raise invalid_field("job_id", "name the job in the first message")
        if first.chunk:
            raise invalid_field("chunk", "the first message names the job, the others carry bytes")
        job_id = uuid_of(first.job_id)
        async with self._database.transaction() as tx:
            await job_for_media(tx, caller, job_id)
        return job_id


async def _chunks(requests: AsyncIterator[pb.PutMediaRequest], job_id: UUID) -> AsyncIterator[bytes]:
    async for request in requests:
        if request.job_id and uuid_of(request.job_id) != job_id:
            raise invalid_field("job_id", "one job per stream")
        yield request.chunk
