"""PutMedia: a file goes into the object store, then into the list of the job's files.

In this order, a file that items may name is always there. What is stored and then not listed (the job ended just
then) is found again by the same bytes.
"""

from __future__ import annotations

from uuid import UUID

from obstore.store import ObjectStore

from services.runtime.auth import Caller
from services.runtime.database import Database, Transaction
from services.runtime.media import object_path, put
from services.runtime.media_facts import MediaFacts
from services.runtime.media_reading import Taken
from services.runtime.media_rules import Flaw, Refusal, media_invalid
from services.tasks.domain.job import Job, check_importing
from services.tasks.store.queries import media
from services.tasks.use_cases.find_job import visible_job

MEDIA_PER_JOB_MAX = 100_000


async def job_for_media(tx: Transaction, caller: Caller, job_id: UUID, *, lock: bool = False) -> Job:
    """The job, when files can be added to it.

    Raises:
        NotFoundError: the job is not the caller's.
        FailedPreconditionError: JOB_STATE, while money is being reserved or after the end.
    """
    job = await visible_job(tx.connection, caller, job_id, lock=lock)
    check_importing(job)
    return job


async def known_media(database: Database, caller: Caller, job_id: UUID, source_sha256: str) -> MediaFacts | None:
    """The job's file that was made of bytes with a hash; None where there is none yet.

    Raises:
        NotFoundError, FailedPreconditionError: as `job_for_media`.
        InvalidArgumentError: MEDIA_INVALID, there is none and the job has as many files as it may.
    """
    async with database.transaction() as tx:
        job = await job_for_media(tx, caller, job_id)
        known = await media.media_made_of(tx.connection, job_id, source_sha256)
        if known is None:
            _check_room(job)
        return known


async def put_media(
    database: Database, store: ObjectStore, caller: Caller, job_id: UUID, *, taken: Taken, source_sha256: str
) -> MediaFacts:
    """Stores a file of a job; what is stored under the same name already stays as it is known.

    Raises:
        NotFoundError, FailedPreconditionError: as `job_for_media`.
        InvalidArgumentError: MEDIA_INVALID, the job has as many files as it may.
        UnavailableError: the store cannot be reached.
    """
    for media_id, content in reversed(taken.files):
        await put(store, object_path(job_id, media_id), content)
    async with database.transaction() as tx:
        job = await job_for_media(tx, caller, job_id, lock=True)
        known = await media.media_facts(tx.connection, job_id, [taken.facts.media_id])
        if known:
            return known[taken.facts.media_id]
        _check_room(job)
        await media.add_media(tx.connection, job_id, taken.facts, source_sha256)
    return taken.facts


def _check_room(job: Job) -> None:
    if job.media_count >= MEDIA_PER_JOB_MAX:
        rule = f"a job has at most {MEDIA_PER_JOB_MAX:,} files"
        raise media_invalid(Refusal(Flaw.TOO_MANY, rule, MEDIA_PER_JOB_MAX))
