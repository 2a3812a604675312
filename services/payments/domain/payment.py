"""What a verdict means in won: one unit for an accepted answer, nothing for another, and never twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from services.payments.domain.funds import JobFunds, Reservation, Unit
from services.payments.domain.ledger import AccountKind, Journal, JournalKind, account_of, journal_of

NOTHING = Unit(0, 0, 0)


class ContradictionError(ValueError):
    """Two verdicts name one answer with different jobs or workers."""


class VerdictState(StrEnum):
    """What was decided about an answer: the names of `VerdictState` on the wire."""

    PENDING = "PENDING"
    ACCEPTED = "ACCEPTED"
    REJECTED = "REJECTED"


@dataclass(frozen=True, slots=True)
class JudgedAnswer:
    """One verdict as it came in."""

    answer_id: UUID
    job_id: UUID
    worker_id: UUID
    publish_no: int
    revision: int
    state: VerdictState


@dataclass(frozen=True, slots=True)
class PaidAnswer:
    """What one answer has brought in all, by its latest verdict. `is_paid`: its unit is with the worker."""

    answer_id: UUID
    job_id: UUID
    worker_id: UUID
    publish_no: int
    revision: int
    state: VerdictState
    is_paid: bool
    net_krw: int


@dataclass(frozen=True, slots=True)
class Change:
    """One answer before and after a verdict, and the difference in won."""

    before: PaidAnswer | None
    after: PaidAnswer
    difference: Unit


@dataclass(frozen=True, slots=True)
class Payment:
    """One journal's worth: all changes of one worker in one job that one batch brings."""

    journal_id: UUID
    job_id: UUID
    worker_id: UUID
    changes: tuple[Change, ...]
    difference: Unit

    @property
    def moves_money(self) -> bool:
        """Whether there is anything to book."""
        return self.difference != NOTHING or any(change.difference != NOTHING for change in self.changes)


def changes_of(
    judged: Iterable[JudgedAnswer], stored: Mapping[UUID, PaidAnswer], funds: Mapping[UUID, JobFunds]
) -> list[Change]:
    """What a batch of verdicts changes: the highest revision of each answer, if it is higher than the stored one.

    Raises:
        ContradictionError: an answer's job or worker differs from before.
    """
    latest: dict[UUID, JudgedAnswer] = {}
    for answer in judged:
        known = latest.setdefault(answer.answer_id, answer)
        _check_same(known, answer)
        if answer.revision > known.revision:
            latest[answer.answer_id] = answer
    changes = []
    for answer in latest.values():
        before = stored.get(answer.answer_id)
        if before is not None:
            _check_same(before, answer)
            if before.revision >= answer.revision:
                continue
        changes.append(_change(before, answer, funds[answer.job_id].reservations))
    return sorted(changes, key=lambda change: change.after.answer_id)


def takers(changes: Iterable[Change]) -> set[UUID]:
    """Workers from whom the changes take money back."""
    return {change.after.worker_id for change in changes if change.difference.price_krw < 0}


def hold_back(changes: Sequence[Change], earned_krw: Mapping[UUID, int]) -> list[Change]:
    """Takes pay back only while it is in the worker's balance; what is not there any more stays paid.

    Args:
        changes: all changes of the batch.
        earned_krw: the balance of each worker in `takers(changes)`.
    """
    left = dict(earned_krw)
    for change in changes:
        worker_id = change.after.worker_id
        if worker_id in left and change.difference.price_krw > 0:
            left[worker_id] += change.difference.price_krw
    held = []
    for change in changes:
        worker_id, krw = change.after.worker_id, change.difference.price_krw
        if krw < 0 and change.before is not None:
            if left[worker_id] + krw < 0:
                held.append(_still_paid(change, change.before))
                continue
            left[worker_id] += krw
        held.append(change)
    return held


def payments_of(changes: Iterable[Change], new_id: Callable[[], UUID]) -> list[Payment]:
    """Groups changes by job and worker, in the order of their ids."""
    groups: defaultdict[tuple[UUID, UUID], list[Change]] = defaultdict(list)
    for change in changes:
        groups[change.after.job_id, change.after.worker_id].append(change)
    return [
        Payment(new_id(), job_id, worker_id, tuple(group), _sum(group))
        for (job_id, worker_id), group in sorted(groups.items())
    ]


def may_lack(funds: JobFunds, changes: Iterable[Change]) -> bool:
    """Whether the escrow may not reach for a job's changes, even if nothing could be taken back."""
    return sum(max(0, change.difference.total_krw) for change in changes) > funds.escrow_krw


def pay(funds: JobFunds, payments: Iterable[Payment], available_krw: int) -> tuple[JobFunds, list[Journal], int]:
    """Pays out of the escrow; what it lacks comes from the company's free money, then from the appeals account.

    Args:
        funds: the job's money.
        payments: the job's payments.
        available_krw: the company's free money; looked at only where the escrow lacks something.

    Returns:
        The job's money afterwards, the journals, and what is left of the company's.
    """
    journals = []
    for payment in sorted(payments, key=lambda payment: (payment.difference.total_krw, payment.worker_id)):
        funds = _counted(funds, payment.changes)
        if not payment.moves_money:
            continue
        total_krw = payment.difference.total_krw
        from_escrow_krw = min(total_krw, funds.escrow_krw)
        from_company_krw = min(total_krw - from_escrow_krw, available_krw)
        from_appeals_krw = total_krw - from_escrow_krw - from_company_krw
        available_krw -= from_company_krw
        funds = replace(
            funds,
            escrow_krw=funds.escrow_krw - from_escrow_krw,
            covered_krw=funds.covered_krw + from_company_krw,
            appeals_krw=funds.appeals_krw + from_appeals_krw,
        )
        journals.append(_journal(payment, funds, from_escrow_krw, from_company_krw, from_appeals_krw))
    return funds, journals, available_krw


def _check_same(known: JudgedAnswer | PaidAnswer, answer: JudgedAnswer) -> None:
    if (known.job_id, known.worker_id) != (answer.job_id, answer.worker_id):
        raise ContradictionError(f"answer {answer.answer_id} came with another job or worker before")


def _change(before: PaidAnswer | None, answer: JudgedAnswer, reservations: Mapping[int, Reservation]) -> Change:
    is_paid = answer.state is VerdictState.ACCEPTED
    unit = reservations[answer.publish_no].unit if is_paid else NOTHING
    had = reservations[before.publish_no].unit if before is not None and before.is_paid else NOTHING
    after = PaidAnswer(
        answer.answer_id,
        answer.job_id,
        answer.worker_id,
        answer.publish_no,
        answer.revision,
        answer.state,
        is_paid,
        unit.price_krw,
    )
    difference = Unit(unit.price_krw - had.price_krw, unit.fee_krw - had.fee_krw, unit.fee_vat_krw - had.fee_vat_krw)
    return Change(before, after, difference)


def _still_paid(change: Change, before: PaidAnswer) -> Change:
    after = replace(change.after, publish_no=before.publish_no, is_paid=True, net_krw=before.net_krw)
    return Change(before, after, NOTHING)


def _sum(changes: Iterable[Change]) -> Unit:
    price_krw = fee_krw = fee_vat_krw = 0
    for change in changes:
        price_krw += change.difference.price_krw
        fee_krw += change.difference.fee_krw
        fee_vat_krw += change.difference.fee_vat_krw
    return Unit(price_krw, fee_krw, fee_vat_krw)


def _counted(funds: JobFunds, changes: Iterable[Change]) -> JobFunds:
    counts: defaultdict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
    for change in changes:
        for answer, sign in ((change.before, -1), (change.after, 1)):
            if answer is not None:
                count = counts[answer.publish_no]
                count[0] += sign * (answer.state is not VerdictState.PENDING)
                count[1] += sign * (answer.state is VerdictState.REJECTED)
                count[2] += sign * answer.is_paid
    reservations = dict(funds.reservations)
    for publish_no, (final, rejected, paid) in counts.items():
        old = reservations[publish_no]
        reservations[publish_no] = replace(
            old,
            final_count=old.final_count + final,
            rejected_count=old.rejected_count + rejected,
            paid_count=old.paid_count + paid,
        )
    return replace(funds, reservations=reservations)


def _journal(
    payment: Payment, funds: JobFunds, from_escrow_krw: int, from_company_krw: int, from_appeals_krw: int
) -> Journal:
    return journal_of(
        payment.journal_id,
        JournalKind.PAY,
        payment.job_id,
        (account_of(AccountKind.JOB_ESCROW, payment.job_id), -from_escrow_krw),
        (account_of(AccountKind.COMPANY_AVAILABLE, funds.organisation_id), -from_company_krw),
        (account_of(AccountKind.APPEALS), -from_appeals_krw),
        (account_of(AccountKind.WORKER_EARNED, payment.worker_id), payment.difference.price_krw),
        (account_of(AccountKind.JOB_FEE, payment.job_id), payment.difference.fee_krw),
        (account_of(AccountKind.JOB_VAT, payment.job_id), payment.difference.fee_vat_krw),
    )
