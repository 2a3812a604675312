"""The clock: what nobody judged in time is accepted, and what nobody decided on goes on."""

from collections.abc import Sequence
from uuid import UUID

from services.quality import events
from services.quality.domain.judging import Given, waited_out
from services.quality.domain.verdicts import Reason
from services.quality.store.queries import changes, jobs, keep, pending
from services.runtime.database import Database, Transaction

ANSWERS_MAX = 1_000
JOBS_MAX = 100


async def run_clock(database: Database) -> None:
    """Accepts answers that waited longer than their job's clock, and unfreezes jobs frozen as long; bounded, repeatable."""
    async with database.transaction() as tx:
        frozen = await jobs.jobs_frozen_too_long(tx.connection, JOBS_MAX)
    for job_id in frozen:
        async with database.transaction() as tx:
            await unfreeze_accepting(tx, job_id, Reason.CLOCK)
    while True:
        async with database.transaction() as tx:
            if await _accept_due(tx) < ANSWERS_MAX:
                return


async def unfreeze_accepting(tx: Transaction, job_id: UUID, reason: Reason) -> None:
    """Accepts everything pending of a frozen job and lets it go on; nothing when it is not frozen."""
    job = (await jobs.lock_jobs(tx.connection, [job_id])).get(job_id)
    if job is None or not job.frozen:
        return
    while waiting := await pending.pending_answers(tx.connection, job_id, ANSWERS_MAX):
        await _accept(tx, [(job_id, one) for one in waiting], reason)
    await jobs.set_freeze(tx.connection, job_id, None)
    tx.emit(events.job_unfrozen(job_id, job.freeze.revision + 1))


async def _accept_due(tx: Transaction) -> int:
    due = await pending.due_jobs(tx.connection, ANSWERS_MAX)
    if not due:
        return 0
    await jobs.lock_jobs(tx.connection, due)
    answers = await pending.due_answers(tx.connection, due, ANSWERS_MAX)
    if answers:
        await _accept(tx, answers, Reason.CLOCK)
    return len(answers)


async def _accept(tx: Transaction, answers: Sequence[tuple[UUID, Given]], reason: Reason) -> None:
    decided = [(job_id, waited_out(given, reason)) for job_id, given in answers]
    await changes.update_verdicts(tx.connection, [given for _, given in decided])
    await keep.add_verdicts(tx.connection, decided)
    by_job: dict[UUID, list[Given]] = {}
    for job_id, given in decided:
        by_job.setdefault(job_id, []).append(given)
    await jobs.add_judged(tx.connection, by_job)
    known = await jobs.lock_jobs(tx.connection, sorted(by_job))
    for job_id, verdicts in by_job.items():
        for told in events.verdicts_given(job_id, known[job_id].terms.policy, verdicts, []):
            tx.emit(told)
