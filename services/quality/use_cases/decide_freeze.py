"""An operator's decision on a frozen job."""

from uuid import UUID

from services.core.errors import FailedPreconditionError, NotFoundError, Reason
from services.quality import events
from services.quality.domain import verdicts
from services.quality.domain.judging import Round
from services.quality.store.queries import jobs
from services.quality.use_cases.finish_job import judge_pending
from services.quality.use_cases.keep_time import unfreeze_accepting
from services.runtime.bodies import Bodies
from services.runtime.database import Transaction


async def decide_freeze(tx: Transaction, bodies: Bodies | None, job_id: UUID, *, accept_pending: bool) -> None:
    """Lets a frozen job go on: what is pending is accepted, or judged as if nothing had been.

    Raises:
        NotFoundError: no such job.
        FailedPreconditionError: JOB_STATE when it is not frozen.
    """
    job = (await jobs.lock_jobs(tx.connection, [job_id])).get(job_id)
    if job is None:
        raise NotFoundError("job")
    if not job.frozen:
        raise FailedPreconditionError(Reason.JOB_STATE, "the job is not frozen", state="not frozen")
    if accept_pending:
        await unfreeze_accepting(tx, job_id, verdicts.Reason.REVIEW)
        return
    await jobs.set_freeze(tx.connection, job_id, None)
    tx.emit(events.job_unfrozen(job_id, job.freeze.revision + 1))
    await judge_pending(tx, bodies, job_id, Round(final=job.finished, may_freeze=False))
    # What was judged on the operator's word does not count towards the next freeze.
    await jobs.reckon_freeze_from_now(tx.connection, job_id)
