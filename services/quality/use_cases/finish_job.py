"""The end of a job: the best results from all answers at once, and a verdict for everything that still waits."""

import asyncio
from dataclasses import replace
from uuid import UUID

import numpy as np

from services.quality.domain.case import Case
from services.quality.domain.evidence import Settlement
from services.quality.domain.job import Job
from services.quality.domain.judging import Round
from services.quality.domain.refit import ANSWERS_MAX, refit
from services.quality.domain.verdicts import Policy
from services.quality.store.queries import cases, jobs
from services.quality.use_cases.conclude import SettledCase, conclude
from services.quality.use_cases.gather_cases import gather_cases
from services.quality.use_cases.settle_case import settle_case
from services.runtime.bodies import Bodies
from services.runtime.database import Transaction

PAGE_ITEMS = 5_000
BODIES_PAGE_ITEMS = 200
REFIT_ANSWERS_MAX = ANSWERS_MAX
_THREAD_FROM_ANSWERS = 2_000


async def close_job(tx: Transaction, bodies: Bodies | None, job_id: UUID, closed_answers: int) -> None:
    """Notes that a known job takes no more answers; finishes it when all of them are here."""
    job = (await jobs.lock_jobs(tx.connection, [job_id]))[job_id]
    if job.closed_answers is None:
        await jobs.set_closed(tx.connection, job_id, closed_answers)
    if not job.finished and job.counts.answers >= closed_answers:
        await finish_job(tx, bodies, job_id)


async def finish_job(tx: Transaction, bodies: Bodies | None, job_id: UUID) -> None:
    """Gives every answered item of a locked job its final result, and every pending answer its verdict.

    Verdicts given before stay. Answers of a frozen job go on waiting for the operator or the clock.
    """
    await relearn(tx, bodies, job_id, Round(final=True))
    await jobs.set_finished(tx.connection, job_id)


async def relearn(tx: Transaction, bodies: Bodies | None, job_id: UUID, way: Round, *, otherwise: bool = False) -> None:
    """Settles all answers of a locked job anew: at once where that is within bounds, else page by page.

    `otherwise`: they are compared in another way than before, so nothing of before can be used.

    Where answers are more than labels, an item's share in the memory depends on the item alone, so pages give the same.
    """
    job = (await jobs.lock_jobs(tx.connection, [job_id]))[job_id]
    if job.terms.structured or job.counts.answers > REFIT_ANSWERS_MAX:
        await _page_by_page(tx, bodies, job_id, way, otherwise=otherwise)
        return
    items = await cases.job_items(tx.connection, job_id, cases.FIRST, REFIT_ANSWERS_MAX)
    for case in await gather_cases(tx.connection, {job_id: job}, {job_id: items}, {}):
        await conclude(tx, bodies, [SettledCase(case, await _refitted(case), way)])


async def _refitted(case: Case) -> Settlement:
    if len(case.old) < _THREAD_FROM_ANSWERS:
        return _refit(case)
    return await asyncio.to_thread(_refit, case)


def _refit(case: Case) -> Settlement:
    table, batch = case.table(), case.batch()
    if case.job.terms.policy is not Policy.CONSENSUS:
        # Without the memory of how results came about one after the other, the same answers give the same end.
        batch = replace(batch, item_memory=np.zeros_like(batch.item_memory))
    labels, target = len(case.job.terms.labels), case.job.terms.confidence_target
    return refit(batch, table.prior_mean, table.prior_strength, labels, target)


async def _page_by_page(tx: Transaction, bodies: Bodies | None, job_id: UUID, way: Round, *, otherwise: bool) -> None:
    after = cases.FIRST
    job = (await jobs.lock_jobs(tx.connection, [job_id]))[job_id]
    while items := await cases.job_items(tx.connection, job_id, after, _page(job)):
        await _settle_page(tx, bodies, job, items, way, otherwise=otherwise)
        job = (await jobs.lock_jobs(tx.connection, [job_id]))[job_id]
        after = items[-1]


async def judge_pending(tx: Transaction, bodies: Bodies | None, job_id: UUID, way: Round) -> None:
    """Judges all pending answers of a locked job, page by page of its items."""
    after = cases.FIRST
    job = (await jobs.lock_jobs(tx.connection, [job_id]))[job_id]
    while items := await cases.pending_items(tx.connection, job_id, after, _page(job)):
        await _settle_page(tx, bodies, job, items, way)
        job = (await jobs.lock_jobs(tx.connection, [job_id]))[job_id]
        after = items[-1]


def _page(job: Job) -> int:
    return BODIES_PAGE_ITEMS if job.terms.structured else PAGE_ITEMS


async def _settle_page(
    tx: Transaction, bodies: Bodies | None, job: Job, items: list[UUID], way: Round, *, otherwise: bool = False
) -> None:
    job_id = job.terms.job_id
    for case in await gather_cases(tx.connection, {job_id: job}, {job_id: items}, {}):
        await conclude(tx, bodies, [await settle_case(tx, bodies, case, way, otherwise=otherwise)])
