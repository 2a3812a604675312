"""PublishJob and CancelPublish: ask for the money, or take the request back while it is not reserved."""

from __future__ import annotations

from uuid import UUID

from services.runtime.auth import Caller
from services.runtime.database import Transaction
from services.tasks import events
from services.tasks.domain.job import Job, JobState, refuse_state
from services.tasks.domain.publishing import FeeRates, request_publication
from services.tasks.store.queries import jobs
from services.tasks.use_cases.find_job import changed_job, visible_job


async def publish_job(tx: Transaction, caller: Caller, job_id: UUID, rates: FeeRates) -> Job:
    """Asks payments for the money of a draft, or of what was staged on an open job.

    Raises:
        NotFoundError: the job is not the caller's.
        FailedPreconditionError: JOB_STATE, or JOB_EMPTY where there is nothing to pay for.
    """
    job = await visible_job(tx.connection, caller, job_id, lock=True)
    publication = request_publication(job, rates, await jobs.database_now(tx.connection))
    await jobs.insert_publication(tx.connection, publication)
    await jobs.update_job(
        tx.connection,
        job_id,
        state=JobState.PUBLISHING if job.state == JobState.DRAFT else job.state,
        publish_count=publication.publish_no,
        requested_publish_no=publication.publish_no,
        missing_krw=0,
    )
    tx.emit(events.publish_requested(job, publication))
    return await changed_job(tx.connection, job_id)


async def cancel_publish(tx: Transaction, caller: Caller, job_id: UUID) -> Job:
    """Takes the request back. Money that is reserved for it all the same goes back when its event comes.

    Raises:
        NotFoundError: the job is not the caller's.
        FailedPreconditionError: JOB_STATE, no request is waiting.
    """
    job = await visible_job(tx.connection, caller, job_id, lock=True)
    if job.requested_publish_no is None:
        raise refuse_state(job, "no publication is waiting for its money")
    await jobs.decide_publication(tx.connection, job_id, job.requested_publish_no, "CANCELLED")
    await jobs.update_job(
        tx.connection,
        job_id,
        state=JobState.DRAFT if job.state == JobState.PUBLISHING else job.state,
        requested_publish_no=None,
    )
    return await changed_job(tx.connection, job_id)
