"""ListJobs: the jobs of the caller's companies."""

from __future__ import annotations

from uuid import UUID

from services.core.errors import NotFoundError
from services.runtime.auth import Caller
from services.runtime.database import Transaction
from services.tasks.domain.job import Job
from services.tasks.store.queries import jobs


async def list_jobs(
    tx: Transaction, caller: Caller, organisation_id: UUID | None, before: UUID | None, limit: int
) -> list[Job]:
    """Jobs, newest first: of one company, or of all that the caller may see.

    Raises:
        NotFoundError: the company is not the caller's.
    """
    if organisation_id is not None:
        if not caller.may_see_organisation(organisation_id):
            raise NotFoundError("organisation")
        return await jobs.jobs_newest_first(tx.connection, [organisation_id], before, limit)
    owners = None if caller.is_operator else sorted(caller.organisation_ids)
    return await jobs.jobs_newest_first(tx.connection, owners, before, limit)
