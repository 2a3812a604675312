"""Learns of jobs: their terms by the newest revision, and their gold."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from services.quality.domain.evidence import JobMemory
from services.quality.domain.job import Terms, labels_merged
from services.quality.domain.judging import Round
from services.quality.store.queries import cases, gold, jobs
from services.quality.use_cases.finish_job import relearn
from services.quality.use_cases.judge_answers import settle_and_conclude
from services.runtime.bodies import Bodies
from services.runtime.database import Transaction


def park_key(job_id: UUID) -> str:
    """What events wait under until a job is known well enough."""
    return f"job:{job_id}"


async def learn_terms(tx: Transaction, bodies: Bodies | None, terms: Terms, revision: int) -> None:
    """Takes a job's terms where they are newer than the known ones, and lets go what waited for them."""
    await jobs.add_job(tx.connection, terms, revision)
    job = (await jobs.lock_jobs(tx.connection, [terms.job_id]))[terms.job_id]
    if revision > job.revision:
        merged = replace(terms, labels=labels_merged(job.terms.labels, terms.labels))
        counted_alike = merged.outcomes == job.terms.outcomes and merged.labels == job.terms.labels
        memory = job.memory if counted_alike else JobMemory.empty(merged.outcomes)
        await jobs.set_terms(tx.connection, merged, revision, memory)
        if job.counts.answers and not (counted_alike and merged.controls == job.terms.controls):
            # What was learnt is counted by labels, or compared by controls: with others it is learnt again.
            await relearn(tx, bodies, terms.job_id, Round(final=job.finished), otherwise=True)
    await tx.release_parked(park_key(terms.job_id))


async def learn_gold(
    tx: Transaction, bodies: Bodies | None, job_id: UUID, gold_revision: int, known: Sequence[gold.Known]
) -> None:
    """Takes known answers of a job's items, judges again what waits on these items, lets go what waited for them."""
    await gold.add_gold(tx.connection, job_id, gold_revision, known)
    answered = await cases.answered(tx.connection, [one.item_id for one in known])
    locked = await jobs.lock_jobs(tx.connection, [job_id])
    if answered:
        await settle_and_conclude(tx, bodies, locked, {job_id: answered}, {})
    # Also for a job that is not known yet: another process may make it known at this moment, and not see this gold.
    await tx.release_parked(park_key(job_id))


async def knows_job(tx: Transaction, job_id: UUID) -> bool:
    """Whether the job is known here."""
    return await jobs.job_by_id(tx.connection, job_id) is not None
