"""What publishing a job reserves, and what becomes of it. Whole won; totals never depend on how work is cut.

Budget = sum over items, gold included, of the most answers x (price + fee + VAT on the fee).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.core.errors import FailedPreconditionError, Reason
from services.core.money import fee_of, vat_of
from services.tasks.domain.job import Job, JobState, refuse_state


@dataclass(frozen=True)
class FeeRates:
    """Percentages that hold on the day of publishing."""

    fee_percent: int
    fee_vat_percent: int


@dataclass(frozen=True)
class Publication:
    """One request for money. Its terms hold for claims made after it is reserved.

    Attributes:
        seq_end: items imported before this one's number are paid for by it or by an earlier one.
        state: REQUESTED, RESERVED, REFUSED or CANCELLED.
    """

    job_id: UUID
    publish_no: int
    price_krw: int
    fee_krw: int
    fee_vat_krw: int
    overlap_max: int
    budget_krw: int
    seq_end: int
    create_time: datetime
    state: str = "REQUESTED"


def unit_krw(price_krw: int, fee_krw: int, fee_vat_krw: int) -> int:
    """What one accepted answer costs the company."""
    return price_krw + fee_krw + fee_vat_krw


def most_answers(ordinary_count: int, gold_count: int, overlap_max: int, gold_overlap: int) -> int:
    """The most answers that so many items may get."""
    return ordinary_count * overlap_max + gold_count * gold_overlap


def next_publication(job: Job, rates: FeeRates, now: datetime) -> Publication:
    """The publication that PublishJob would ask for now: all of a draft, what is staged of an open job.

    An unchanged price keeps its fee, whatever the rates are by now.
    """
    price = job.staged_price_krw or job.spec.price_krw
    fee, vat = job.fee_krw, job.fee_vat_krw
    if job.publish_no == 0 or price != job.spec.price_krw:
        fee = fee_of(price, rates.fee_percent)
        vat = vat_of(fee, rates.fee_vat_percent)
    overlap_max = job.staged_overlap_max or job.spec.overlap_max
    return Publication(
        job_id=job.job_id,
        publish_no=job.publish_count + 1,
        price_krw=price,
        fee_krw=fee,
        fee_vat_krw=vat,
        overlap_max=overlap_max,
        budget_krw=_needed(job, unit_krw(price, fee, vat), overlap_max) - _held(job),
        seq_end=job.next_seq,
        create_time=now,
    )


def request_publication(job: Job, rates: FeeRates, now: datetime) -> Publication:
    """The publication that PublishJob asks for.

    Raises:
        FailedPreconditionError: JOB_STATE, or JOB_EMPTY where there is nothing to pay for.
    """
    if job.requested_publish_no is not None:
        raise refuse_state(job, "the money of the last publication is not reserved yet")
    if job.state not in (JobState.DRAFT, JobState.OPEN, JobState.PAUSED):
        raise refuse_state(job, "only a draft, open or paused job can be published")
    if job.item_count == 0:
        raise FailedPreconditionError(Reason.JOB_EMPTY, "the job has no items yet: import some first")
    publication = next_publication(job, rates, now)
    if publication.budget_krw <= 0:
        raise FailedPreconditionError(Reason.JOB_EMPTY, "nothing was added since the job was published")
    return publication


def _needed(job: Job, unit: int, overlap_max: int) -> int:
    answers = most_answers(job.item_count - job.gold_count, job.gold_count, overlap_max, job.spec.gold_overlap)
    return answers * unit


def _held(job: Job) -> int:
    """What earlier publications reserved for the items that they paid for, at the terms that hold now."""
    if job.publish_no == 0:
        return 0
    gold = job.gold_count - job.staged_gold_count
    ordinary = job.item_count - job.staged_count - gold
    answers = most_answers(ordinary, gold, job.spec.overlap_max, job.spec.gold_overlap)
    return answers * unit_krw(job.spec.price_krw, job.fee_krw, job.fee_vat_krw)
