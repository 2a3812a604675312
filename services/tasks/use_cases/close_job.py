"""CloseJob, and the end of jobs that have nothing left to do.

CLOSING takes no claims; with the last lease gone the job is CLOSED, and no answer comes any more.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.runtime.auth import Caller
from services.runtime.database import Database, Transaction
from services.tasks import events
from services.tasks.domain.job import Job, JobState, closed, is_finished
from services.tasks.store.queries import jobs, progress
from services.tasks.store.queries.gate import pass_gate_alone
from services.tasks.use_cases.change_state import tell_change
from services.tasks.use_cases.find_job import changed_job, visible_job

JOBS_PER_ROUND_MAX = 100


async def close_job(tx: Transaction, caller: Caller, job_id: UUID) -> Job:
    """Ends a job: a draft is cancelled, another one finishes the work in hand first.

    Raises:
        NotFoundError: the job is not the caller's.
        FailedPreconditionError: JOB_STATE, while money is being reserved.
    """
    job = await visible_job(tx.connection, caller, job_id, lock=True)
    state = closed(job)
    if state == job.state:
        return job
    if state == JobState.CANCELLED:
        await jobs.update_job(tx.connection, job_id, state=state, close_time=await jobs.database_now(tx.connection))
        return await changed_job(tx.connection, job_id)
    return await _begin_end(tx, job)


async def end_due_jobs(database: Database) -> None:
    """Ends jobs past their deadline, and closing ones without leases; each in its own transaction."""
    await _end_each(database, progress.jobs_due_to_end)


async def end_finished_jobs(database: Database) -> None:
    """Ends jobs whose items all have their result; each in its own transaction."""
    await _end_each(database, progress.jobs_with_all_results)


async def _end_each(database: Database, find: Callable[[AsyncConnection, int], Awaitable[Sequence[UUID]]]) -> None:
    async with database.transaction() as tx:
        job_ids = await find(tx.connection, JOBS_PER_ROUND_MAX)
    for job_id in job_ids:
        async with database.transaction() as tx:
            await _end_if_due(tx, job_id)


async def _end_if_due(tx: Transaction, job_id: UUID) -> None:
    job = await jobs.job_by_id(tx.connection, job_id, lock=True)
    if job is None:
        return
    if job.state == JobState.CLOSING:
        await _end_if_idle(tx, job)
        return
    counts = await progress.counts_of_job(tx.connection, job_id)
    if is_finished(job, counts, await jobs.database_now(tx.connection)):
        await _begin_end(tx, job)


async def _begin_end(tx: Transaction, job: Job) -> Job:
    if job.requested_publish_no is not None:
        await jobs.decide_publication(tx.connection, job.job_id, job.requested_publish_no, "CANCELLED")
    await jobs.update_job(tx.connection, job.job_id, state=JobState.CLOSING, requested_publish_no=None)
    if not await _end_if_idle(tx, job):
        await tell_change(tx, job.job_id)
    return await changed_job(tx.connection, job.job_id)


async def _end_if_idle(tx: Transaction, job: Job) -> bool:
    """Closes a closing job without leases. Nobody claims or hands in late meanwhile: see `gate`."""
    await pass_gate_alone(tx.connection, job.job_id)
    counts = await progress.counts_of_job(tx.connection, job.job_id)
    if counts.live > 0:
        return False
    await jobs.update_job(
        tx.connection, job.job_id, state=JobState.CLOSED, close_time=await jobs.database_now(tx.connection)
    )
    tx.emit(events.job_closed(await changed_job(tx.connection, job.job_id), counts.submitted))
    return True
