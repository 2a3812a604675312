"""GetWorkJob: one job as a worker sees it, with its schema and instructions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.core.errors import NotFoundError
from services.runtime.database import Transaction
from services.runtime.media_facts import MediaFacts
from services.tasks.domain.spec import Texts
from services.tasks.store.queries import lists
from services.tasks.store.queries.lists import WorkJob
from services.tasks.use_cases.find_media import facts_of_media


@dataclass(frozen=True)
class ShownJob:
    """A job and the texts of the asked versions, with what is known of the files of the guide's examples."""

    work: WorkJob
    texts: Texts
    media: Sequence[MediaFacts] = ()


async def show_work_job(
    tx: Transaction, worker_id: UUID, job_id: UUID, *, schema_version: int, instructions_version: int
) -> ShownJob:
    """An open job, or one that the worker has claimed items of; versions 0 are the newest.

    Raises:
        NotFoundError: the worker sees no such job, or it has no such version.
    """
    work = await lists.work_job(tx.connection, worker_id, job_id)
    if work is None:
        raise NotFoundError("job")
    schema_json, instructions = await lists.texts_of_versions(
        tx.connection,
        job_id,
        schema_version or work.schema_version,
        instructions_version or work.instructions_version,
    )
    if schema_json is None:
        raise NotFoundError("schema_version")
    if instructions is None:
        raise NotFoundError("instructions_version")
    media = await facts_of_media(tx.connection, job_id, [schema_json])
    return ShownJob(work, Texts(schema_json, *instructions), tuple(media.values()))
