"""PutMedia: a picture goes into the object store, then into the list of the job's pictures.

In this order, a picture that items may name is always there. What is stored and then not listed (the job ended just
then) is found again by the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from obstore.store import ObjectStore

from services.runtime.auth import Caller
from services.runtime.database import Database, Transaction
from services.runtime.media import media_id_of, object_path, put
from services.runtime.media_facts import MediaFacts
from services.runtime.pictures import Picture, media_invalid
from services.tasks.domain.job import Job, check_importing
from services.tasks.store.queries import media
from services.tasks.use_cases.find_job import visible_job

MEDIA_PER_JOB_MAX = 100_000


@dataclass(frozen=True)
class PutPicture:
    """A stored picture: its name and size."""

    media_id: str
    width: int
    height: int
    size_bytes: int


async def job_for_media(tx: Transaction, caller: Caller, job_id: UUID, *, lock: bool = False) -> Job:
    """The job, when pictures can be added to it.

    Raises:
        NotFoundError: the job is not the caller's.
        FailedPreconditionError: JOB_STATE, while money is being reserved or after the end.
    """
    job = await visible_job(tx.connection, caller, job_id, lock=lock)
    check_importing(job)
    return job


async def put_media(
    database: Database, store: ObjectStore, caller: Caller, job_id: UUID, picture: Picture
) -> PutPicture:
    """Stores a picture of a job; the same bytes again give the same name and store nothing.

    Raises:
        NotFoundError, FailedPreconditionError: as `job_for_media`.
        InvalidArgumentError: MEDIA_INVALID, the job has as many pictures as it may.
        UnavailableError: the store cannot be reached.
    """
    media_id = media_id_of(picture.sha256, picture.extension)
    facts = MediaFacts(media_id, picture.width, picture.height, size_bytes=len(picture.content))
    async with database.transaction() as tx:
        job = await job_for_media(tx, caller, job_id)
        known = await _is_known(tx, job, media_id)
    if not known:
        await put(store, object_path(job_id, media_id), picture.content)
        async with database.transaction() as tx:
            job = await job_for_media(tx, caller, job_id, lock=True)
            if not await _is_known(tx, job, media_id):
                await media.add_media(tx.connection, job_id, facts, picture.sha256)
    return PutPicture(media_id, picture.width, picture.height, len(picture.content))


async def _is_known(tx: Transaction, job: Job, media_id: str) -> bool:
    """Whether the job has the picture; when not, there must be room for it."""
    if await media.media_of_job(tx.connection, job.job_id, [media_id]):
        return True
    if job.media_count >= MEDIA_PER_JOB_MAX:
        raise media_invalid(f"a job has at most {MEDIA_PER_JOB_MAX:,} pictures")
    return False
