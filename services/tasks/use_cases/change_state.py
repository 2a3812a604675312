"""PauseJob, ResumeJob, and quality's freeze: work in hand goes on in each of them."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from services.runtime.auth import Caller
from services.runtime.database import Transaction
from services.tasks import events
from services.tasks.domain import job as rules
from services.tasks.domain.job import Job, JobState
from services.tasks.store.queries import jobs
from services.tasks.use_cases.find_job import changed_job, schema_of, visible_job


async def pause_job(tx: Transaction, caller: Caller, job_id: UUID) -> Job:
    """Stops new claims.

    Raises:
        NotFoundError: the job is not the caller's.
        FailedPreconditionError: JOB_STATE.
    """
    return await _move(tx, caller, job_id, rules.paused)


async def resume_job(tx: Transaction, caller: Caller, job_id: UUID) -> Job:
    """Takes claims again.

    Raises:
        NotFoundError: the job is not the caller's.
        FailedPreconditionError: JOB_STATE.
    """
    return await _move(tx, caller, job_id, rules.resumed)


async def freeze_job(tx: Transaction, job_id: UUID, revision: int) -> bool:
    """Freezes a job, unless a later word of quality came before. False: no such job is known."""
    return await _follow(tx, job_id, revision, rules.frozen)


async def unfreeze_job(tx: Transaction, job_id: UUID, revision: int) -> bool:
    """Brings a frozen job back, unless a later word of quality came before. False: no such job is known."""
    return await _follow(tx, job_id, revision, rules.unfrozen)


async def _move(tx: Transaction, caller: Caller, job_id: UUID, decide: Callable[[Job], JobState]) -> Job:
    job = await visible_job(tx.connection, caller, job_id, lock=True)
    state = decide(job)
    if state == job.state:
        return job
    await jobs.update_job(tx.connection, job_id, state=state)
    return await tell_change(tx, job_id)


async def _follow(
    tx: Transaction, job_id: UUID, revision: int, decide: Callable[[Job, int], dict[str, object]]
) -> bool:
    job = await jobs.job_by_id(tx.connection, job_id, lock=True)
    if job is None:
        return False
    changes = decide(job, revision)
    if "state" in changes:
        await jobs.update_job(tx.connection, job_id, **changes)
        await tell_change(tx, job_id)
    elif changes:
        await jobs.update_job_quietly(tx.connection, job_id, **changes)
    return True


async def tell_change(tx: Transaction, job_id: UUID) -> Job:
    """Publishes a job as it is now, and gives it."""
    changed = await changed_job(tx.connection, job_id)
    tx.emit(events.job_changed(changed, await schema_of(tx.connection, changed)))
    return changed
