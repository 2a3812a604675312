"""Everything that one decision writes, so that it is written at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from services.payments.domain.funds import JobFunds
from services.payments.domain.ledger import Journal
from services.payments.domain.payment import PaidAnswer, Payment


@dataclass(frozen=True, slots=True)
class PaidLine:
    """One line of a worker's statement: what one verdict brought or took."""

    journal_id: UUID
    answer_id: UUID
    revision: int
    worker_id: UUID
    job_id: UUID
    amount_krw: int


@dataclass(frozen=True, slots=True)
class Booking:
    """Journals, and the state that they leave behind."""

    journals: tuple[Journal, ...] = ()
    funds: tuple[JobFunds, ...] = ()
    answers: tuple[PaidAnswer, ...] = ()
    lines: tuple[PaidLine, ...] = ()


def lines_of(payments: Iterable[Payment]) -> tuple[PaidLine, ...]:
    """The statement lines of payments; a verdict that moves no won has none."""
    return tuple(
        PaidLine(
            payment.journal_id,
            change.after.answer_id,
            change.after.revision,
            payment.worker_id,
            payment.job_id,
            change.difference.price_krw,
        )
        for payment in payments
        for change in payment.changes
        if change.difference.price_krw
    )
