"""What people may see of quality: numbers of a job, verdicts, results, skills."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.core.errors import NotFoundError, invalid_field
from services.quality.domain.job import Job
from services.quality.domain.learning import SkillState
from services.quality.store.queries import jobs, lists, skills
from services.runtime.auth import Caller
from services.runtime.database import Transaction


@dataclass(frozen=True, eq=False)
class JobQuality:
    """A job's verdicts in numbers."""

    job: Job
    reasons: Sequence[lists.ReasonCount]
    resolved_count: int
    mean_confidence: float


@dataclass(frozen=True)
class VerdictsAsked:
    """Which verdicts: of a job or all, from a place in the list on, so many."""

    job_id: UUID | None
    before: int | None
    limit: int


async def job_quality(tx: Transaction, caller: Caller, job_id: UUID) -> JobQuality:
    """The numbers of a job of the caller's company.

    Raises:
        NotFoundError: no such job, or another company's.
    """
    job = await _own_job(tx, caller, job_id)
    reasons = await lists.reason_counts(tx.connection, job_id)
    resolved, confidence = await lists.resolved_items(tx.connection, job_id)
    return JobQuality(job, reasons, resolved, confidence)


async def verdicts_for(tx: Transaction, caller: Caller, asked: VerdictsAsked) -> list[lists.ListedVerdict]:
    """The latest verdicts that the caller may see: all, a job of their company, or their own.

    Raises:
        InvalidArgumentError: a company named no job.
        NotFoundError: no such job, or another company's.
    """
    worker_id = None
    if not caller.is_operator:
        if "worker" in caller.roles and not await _is_own_job(tx, caller, asked.job_id):
            worker_id = caller.worker_id
        elif asked.job_id is None:
            raise invalid_field("job_id", "name the job whose verdicts you want")
        else:
            await _own_job(tx, caller, asked.job_id)
    return await lists.latest_verdicts(tx.connection, asked.job_id, worker_id, asked.before, asked.limit)


async def item_result(tx: Transaction, caller: Caller, item_id: UUID) -> tuple[Job, lists.ListedItem]:
    """An answered item of a job of the caller's company.

    Raises:
        NotFoundError: no such item, nobody has answered it, or it is another company's.
    """
    item = await lists.item_by_id(tx.connection, item_id)
    job = None if item is None else await jobs.job_by_id(tx.connection, item.job_id)
    if item is None or job is None or not caller.may_see_organisation(job.terms.organisation_id):
        raise NotFoundError("item")
    return job, item


async def skills_for(tx: Transaction, caller: Caller, worker_id: UUID | None) -> list[SkillState]:
    """The skills of a worker; a worker sees their own only.

    Raises:
        NotFoundError: another worker's.
    """
    asked = worker_id or caller.account_id
    if asked is None or (asked != caller.account_id and not caller.is_operator):
        raise NotFoundError("worker")
    return await skills.skills_of(tx.connection, asked)


async def _own_job(tx: Transaction, caller: Caller, job_id: UUID) -> Job:
    job = await jobs.job_by_id(tx.connection, job_id)
    if job is None or not caller.may_see_organisation(job.terms.organisation_id):
        raise NotFoundError("job")
    return job


async def _is_own_job(tx: Transaction, caller: Caller, job_id: UUID | None) -> bool:
    job = None if job_id is None else await jobs.job_by_id(tx.connection, job_id)
    return job is not None and caller.may_see_organisation(job.terms.organisation_id)
