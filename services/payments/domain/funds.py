"""What one job has reserved, paid and given back, and when its escrow may go back to the company."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.payments.domain.ledger import AccountKind, Journal, JournalKind, account_of, journal_of


class ReservationState(StrEnum):
    """Where a reservation stands. All but RESERVED are final."""

    RESERVED = "RESERVED"
    REFUSED = "REFUSED"
    RETURNED = "RETURNED"


@dataclass(frozen=True, slots=True)
class Unit:
    """What one accepted answer costs: the worker's price, the platform's fee, the VAT on the fee."""

    price_krw: int
    fee_krw: int
    fee_vat_krw: int

    @property
    def total_krw(self) -> int:
        """What the escrow gives for one accepted answer."""
        return self.price_krw + self.fee_krw + self.fee_vat_krw


@dataclass(frozen=True, slots=True)
class Reservation:
    """Money asked for under one publish_no, and the answers that its price holds for.

    `final_count` counts answers whose latest verdict accepts or rejects, `rejected_count` those that it rejects, and
    `paid_count` those whose unit is with the worker.
    """

    publish_no: int
    unit: Unit
    budget_krw: int
    appeal_seconds: int
    state: ReservationState
    missing_krw: int = 0
    final_count: int = 0
    rejected_count: int = 0
    paid_count: int = 0

    @property
    def reserved_krw(self) -> int:
        """What has come into the escrow by it."""
        return 0 if self.state is ReservationState.REFUSED else self.budget_krw


@dataclass(frozen=True, slots=True)
class JobFunds:
    """A job's money. `close_revision` is 0 until the job is closed.

    `covered_krw` came straight from the company when the escrow was empty, `appeals_krw` is what the platform's
    appeals account still has in the job, `kept_krw` what a closed job's escrow holds for appeals.
    """

    job_id: UUID
    organisation_id: UUID
    escrow_krw: int
    reservations: Mapping[int, Reservation]
    close_revision: int = 0
    answers_submitted: int = 0
    appeal_end_time: datetime | None = None
    released_krw: int = 0
    covered_krw: int = 0
    appeals_krw: int = 0
    kept_krw: int = 0
    release_revision: int = 0

    @property
    def is_judged(self) -> bool:
        """Whether the job is closed and every answer that it ever had has a final verdict."""
        final = sum(reservation.final_count for reservation in self.reservations.values())
        return self.close_revision > 0 and final >= self.answers_submitted

    @property
    def appealable_krw(self) -> int:
        """What the rejected answers would cost if every appeal were won."""
        return sum(r.rejected_count * r.unit.total_krw for r in self.reservations.values())


@dataclass(frozen=True, slots=True)
class Release:
    """Money that goes from a job's escrow back to its company; `journal` may also pay back the appeals account."""

    journal: Journal
    amount_krw: int
    left_krw: int
    revision: int


def reserve(
    funds: JobFunds, asked: Reservation, available_krw: int, journal_id: UUID
) -> tuple[JobFunds, Journal | None]:
    """Moves a budget from the company's free money into escrow, or refuses for good with what is missing."""
    missing_krw = max(0, asked.budget_krw - available_krw)
    state = ReservationState.REFUSED if missing_krw else ReservationState.RESERVED
    decided = replace(asked, state=state, missing_krw=missing_krw)
    after = replace(
        funds,
        escrow_krw=funds.escrow_krw + decided.reserved_krw,
        reservations={**funds.reservations, asked.publish_no: decided},
    )
    if not decided.reserved_krw:
        return after, None
    return after, journal_of(
        journal_id,
        JournalKind.RESERVE,
        funds.job_id,
        (account_of(AccountKind.COMPANY_AVAILABLE, funds.organisation_id), -decided.reserved_krw),
        (account_of(AccountKind.JOB_ESCROW, funds.job_id), decided.reserved_krw),
    )


def give_back(funds: JobFunds, publish_no: int, journal_id: UUID) -> tuple[JobFunds, Release | None]:
    """Returns one reservation that nobody waits for; of a closed job's, what is still there."""
    reservation = funds.reservations[publish_no]
    if reservation.state is not ReservationState.RESERVED:
        return funds, None
    returned = replace(reservation, state=ReservationState.RETURNED)
    after = replace(funds, reservations={**funds.reservations, publish_no: returned})
    return _release(after, min(reservation.budget_krw, funds.escrow_krw), journal_id)


def close(funds: JobFunds, revision: int, answers_submitted: int, now: datetime) -> JobFunds:
    """Notes that no more answers will come; a lower revision than the noted one changes nothing."""
    if revision <= funds.close_revision:
        return funds
    appeal_seconds = max((r.appeal_seconds for r in funds.reservations.values()), default=0)
    return replace(
        funds,
        close_revision=revision,
        answers_submitted=answers_submitted,
        appeal_end_time=now + timedelta(seconds=appeal_seconds),
    )


def release_rest(funds: JobFunds, now: datetime, journal_id: UUID) -> tuple[JobFunds, Release | None]:
    """Gives back what a judged job no longer needs: all but one unit per rejected answer until appeals have ended."""
    if not funds.is_judged or funds.appeal_end_time is None:
        # The verdict that completes the job comes back here; until then there is nothing to wait for.
        return replace(funds, kept_krw=0), None
    kept_krw = min(funds.escrow_krw, funds.appealable_krw) if now < funds.appeal_end_time else 0
    return _release(replace(funds, kept_krw=kept_krw), funds.escrow_krw - kept_krw, journal_id)


def _release(funds: JobFunds, freed_krw: int, journal_id: UUID) -> tuple[JobFunds, Release | None]:
    """Takes money out of the escrow: first for the appeals account, which had lent it, then for the company."""
    if not freed_krw:
        return funds, None
    repaid_krw = min(freed_krw, funds.appeals_krw)
    amount_krw = freed_krw - repaid_krw
    after = replace(
        funds,
        escrow_krw=funds.escrow_krw - freed_krw,
        appeals_krw=funds.appeals_krw - repaid_krw,
        released_krw=funds.released_krw + amount_krw,
        release_revision=funds.release_revision + 1,
    )
    journal = journal_of(
        journal_id,
        JournalKind.RELEASE,
        funds.job_id,
        (account_of(AccountKind.JOB_ESCROW, funds.job_id), -freed_krw),
        (account_of(AccountKind.APPEALS), repaid_krw),
        (account_of(AccountKind.COMPANY_AVAILABLE, funds.organisation_id), amount_krw),
    )
    return after, Release(journal, amount_krw, after.escrow_krw, after.release_revision)
