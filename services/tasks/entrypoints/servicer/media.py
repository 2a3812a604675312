"""The RPC that takes pictures."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

from ilgam.tasks.v1 import tasks_service_pb2 as pb
from obstore.store import ObjectStore

from services.core.errors import UnavailableError, invalid_field
from services.runtime.auth import Caller, current_caller
from services.runtime.database import Database
from services.runtime.pictures import read_picture, refuse_bytes
from services.runtime.uploads import Uploads
from services.runtime.wire import uuid_of
from services.tasks.use_cases.put_media import job_for_media, put_media


class MediaRpcs:
    """The pictures' part of TasksService."""

    _database: Database
    _media: ObjectStore | None
    _uploads: Uploads

    async def PutMedia(
        self, request_iterator: AsyncIterator[pb.PutMediaRequest], _context: object
    ) -> pb.PutMediaResponse:
        """Stores one picture."""
        if self._media is None:
            raise UnavailableError("this system keeps no pictures: its operator sets ILGAM_MEDIA_URL")
        caller = current_caller()
        async with self._uploads.one():
            job_id = await self._job_of(request_iterator, caller)
            content = await _bytes_of(request_iterator, job_id)
            async with self._uploads.decoding:
                picture = await asyncio.to_thread(read_picture, content)
            stored = await put_media(self._database, self._media, caller, job_id, picture)
        return pb.PutMediaResponse(
            media_id=stored.media_id, width=stored.width, height=stored.height, size_bytes=stored.size_bytes
        )

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


async def _bytes_of(requests: AsyncIterator[pb.PutMediaRequest], job_id: UUID) -> bytes:
    content = bytearray()
    async for request in requests:
        if request.job_id and uuid_of(request.job_id) != job_id:
            raise invalid_field("job_id", "one job per stream")
        content += request.chunk
        refuse_bytes(len(content))
    return bytes(content)
