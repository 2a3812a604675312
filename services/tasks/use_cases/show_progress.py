"""GetJobProgress, EstimateJob: the figures of one job."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from services.core.money import hourly
from services.runtime.auth import Caller
from services.runtime.database import Transaction
from services.tasks.domain.job import Counts, Job, JobState
from services.tasks.domain.publishing import FeeRates, Publication, most_answers, next_publication
from services.tasks.store.queries import jobs, progress
from services.tasks.use_cases.find_job import visible_job

MEASURED_ANSWERS_MIN = 20


@dataclass(frozen=True)
class Progress:
    """A job and its counts. `hourly_pay_krw` is 0 while too few answers are measured."""

    job: Job
    counts: Counts
    wanting_count: int
    hourly_pay_krw: int


@dataclass(frozen=True)
class Estimate:
    """What publishing would reserve. Answers are counted over what it pays for anew."""

    publication: Publication
    answers_min: int
    answers_max: int
    hourly_pay_krw: int


async def show_progress(tx: Transaction, caller: Caller, job_id: UUID) -> Progress:
    """The exact counts of a job.

    Raises:
        NotFoundError: the job is not the caller's.
    """
    job = await visible_job(tx.connection, caller, job_id)
    counts = await progress.counts_of_job(tx.connection, job_id)
    wanting = 0
    if job.state not in (JobState.DRAFT, JobState.PUBLISHING, JobState.CLOSED, JobState.CANCELLED):
        wanting = await progress.wanting_count(tx.connection, job_id)
    pay = await progress.median_hourly_pay(tx.connection, job_id, MEASURED_ANSWERS_MIN)
    return Progress(job, counts, wanting, pay)


async def estimate_job(tx: Transaction, caller: Caller, job_id: UUID, rates: FeeRates) -> Estimate:
    """What PublishJob would ask for now.

    Raises:
        NotFoundError: the job is not the caller's.
    """
    job = await visible_job(tx.connection, caller, job_id)
    publication = next_publication(job, rates, await jobs.database_now(tx.connection))
    gold = job.staged_gold_count if job.publish_no else job.gold_count
    ordinary = (job.staged_count if job.publish_no else job.item_count) - gold
    return Estimate(
        publication,
        answers_min=most_answers(ordinary, gold, job.spec.overlap_min, job.spec.gold_overlap),
        answers_max=most_answers(ordinary, gold, publication.overlap_max, job.spec.gold_overlap),
        hourly_pay_krw=hourly(publication.price_krw, job.spec.expected_seconds),
    )
