"""Builds every event that payments publishes."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from ilgam.payments.v1 import payments_events_pb2 as pb

from services.payments.domain.funds import JobFunds, Release, Reservation
from services.payments.domain.payment import Payment

PAYMENTS_PER_EVENT = 2000
"""An AnswerPayment has at most 60 bytes, so an event stays under 256 KiB."""


def funds_reserved(job_id: UUID, reservation: Reservation) -> pb.FundsReserved:
    """The money for a job is in its escrow."""
    return pb.FundsReserved(job_id=str(job_id), publish_no=reservation.publish_no, budget_krw=reservation.budget_krw)


def funds_refused(job_id: UUID, reservation: Reservation) -> pb.FundsRefused:
    """The company's balance does not reach."""
    return pb.FundsRefused(job_id=str(job_id), publish_no=reservation.publish_no, missing_krw=reservation.missing_krw)


def escrow_released(funds: JobFunds, release: Release) -> pb.EscrowReleased:
    """Money of a job went back to its company."""
    return pb.EscrowReleased(
        job_id=str(funds.job_id),
        organisation_id=str(funds.organisation_id),
        amount_krw=release.amount_krw,
        left_krw=release.left_krw,
        revision=release.revision,
    )


def answers_paid(payment: Payment) -> Iterator[pb.AnswersPaid]:
    """What the answers have brought whose won changed; several events where they are many."""
    changed = [change.after for change in payment.changes if change.difference.price_krw]
    for start in range(0, len(changed), PAYMENTS_PER_EVENT):
        yield pb.AnswersPaid(
            job_id=str(payment.job_id),
            worker_id=str(payment.worker_id),
            journal_id=str(payment.journal_id),
            payments=[
                pb.AnswerPayment(answer_id=str(answer.answer_id), revision=answer.revision, net_krw=answer.net_krw)
                for answer in changed[start : start + PAYMENTS_PER_EVENT]
            ],
        )


def deposit_recorded(organisation_id: UUID, journal_id: UUID, amount_krw: int) -> pb.DepositRecorded:
    """A company's money has arrived."""
    return pb.DepositRecorded(organisation_id=str(organisation_id), journal_id=str(journal_id), amount_krw=amount_krw)
