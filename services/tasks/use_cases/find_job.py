"""Finds a job that the caller may see; what belongs to others does not exist for them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.core.errors import NotFoundError
from services.labelling.schema import LabelSchema, parse_label_schema
from services.runtime.auth import Caller
from services.tasks.domain.job import Job
from services.tasks.store.queries import jobs


async def visible_job(connection: AsyncConnection, caller: Caller, job_id: UUID, *, lock: bool = False) -> Job:
    """One job of the caller's companies, or of any company for an operator.

    Raises:
        NotFoundError: there is none, or it is another company's.
    """
    job = await jobs.job_by_id(connection, job_id, lock=lock)
    if job is None or not caller.may_see_organisation(job.organisation_id):
        raise NotFoundError("job")
    return job


async def changed_job(connection: AsyncConnection, job_id: UUID) -> Job:
    """A job as it is after this transaction's changes."""
    job = await jobs.job_by_id(connection, job_id)
    if job is None:
        raise NotFoundError("job")
    return job


async def schema_of(connection: AsyncConnection, job: Job) -> LabelSchema:
    """The present label schema of a job."""
    texts = await jobs.texts_of_job(connection, job.job_id)
    return parse_label_schema(texts.label_schema_json, job.spec.annotation_type)
