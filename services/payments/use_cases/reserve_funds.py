"""Reserves a job's budget in its escrow, or refuses it for good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.core.ids import new_id
from services.payments.domain.booking import Booking
from services.payments.domain.funds import JobFunds, Release, Reservation, ReservationState, release_rest, reserve
from services.payments.domain.ledger import AccountKind, Journal, account_of
from services.payments.events import escrow_released, funds_refused, funds_reserved
from services.payments.store.queries.accounts import add_accounts, lock_balances
from services.payments.store.queries.funds import add_jobs, lock_funds
from services.payments.use_cases.book import book
from services.runtime.database import Transaction


@dataclass(frozen=True, slots=True)
class Asked:
    """A company's wish to have money reserved for a job."""

    job_id: UUID
    organisation_id: UUID
    reservation: Reservation


def job_key(job_id: UUID) -> str:
    """The key under which events wait for a job's next reservation."""
    return f"job:{job_id}"


async def reserve_funds(tx: Transaction, wishes: Sequence[Asked], now: datetime) -> None:
    """Decides each (job, publish_no) once, in the order given; then applies what waited for it."""
    organisations = {asked.job_id: asked.organisation_id for asked in wishes}
    await _add_unknown(tx, organisations)
    before = await lock_funds(tx.connection, organisations)
    fresh = _undecided(wishes, before)
    if not fresh:
        return
    after, journals, releases = _decide(fresh, before, await _available(tx, before, fresh), now)
    await book(tx, Booking(tuple(journals), tuple(after.values())), before)
    for asked in fresh:
        _tell(tx, asked.job_id, after[asked.job_id].reservations[asked.reservation.publish_no])
    for funds, release in releases:
        tx.emit(escrow_released(funds, release))
    for job_id in dict.fromkeys(asked.job_id for asked in fresh):
        await tx.release_parked(job_key(job_id))


async def _add_unknown(tx: Transaction, organisations: dict[UUID, UUID]) -> None:
    kinds = (AccountKind.JOB_ESCROW, AccountKind.JOB_FEE, AccountKind.JOB_VAT)
    accounts = {account_of(kind, job_id) for job_id in organisations for kind in kinds}
    companies = {account_of(AccountKind.COMPANY_AVAILABLE, company) for company in organisations.values()}
    await add_accounts(tx.connection, accounts | companies)
    await add_jobs(tx.connection, organisations)


def _undecided(wishes: Sequence[Asked], before: dict[UUID, JobFunds]) -> list[Asked]:
    first: dict[tuple[UUID, int], Asked] = {}
    for asked in wishes:
        if asked.reservation.publish_no not in before[asked.job_id].reservations:
            first.setdefault((asked.job_id, asked.reservation.publish_no), asked)
    return list(first.values())


async def _available(tx: Transaction, before: dict[UUID, JobFunds], fresh: Sequence[Asked]) -> dict[UUID, int]:
    """Free money of the companies, locked together with the escrows so that all waits are in one order."""
    companies = {before[asked.job_id].organisation_id for asked in fresh}
    wanted = {company: account_of(AccountKind.COMPANY_AVAILABLE, company) for company in companies}
    escrows = {account_of(AccountKind.JOB_ESCROW, asked.job_id) for asked in fresh}
    balances = await lock_balances(tx.connection, escrows | set(wanted.values()))
    return {company: balances.get(account.account_id, 0) for company, account in wanted.items()}


def _decide(
    fresh: Sequence[Asked], before: dict[UUID, JobFunds], available: dict[UUID, int], now: datetime
) -> tuple[dict[UUID, JobFunds], list[Journal], list[tuple[JobFunds, Release]]]:
    after: dict[UUID, JobFunds] = {}
    journals, releases = [], []
    for asked in fresh:
        funds = after.get(asked.job_id, before[asked.job_id])
        funds, journal = reserve(funds, asked.reservation, available[funds.organisation_id], new_id())
        if journal is not None:
            journals.append(journal)
            available[funds.organisation_id] -= asked.reservation.budget_krw
        after[asked.job_id] = funds
    for job_id, reserved in after.items():
        # A reservation that a closed job no longer needs goes straight back.
        funds, release = release_rest(reserved, now, new_id())
        after[job_id] = funds
        if release is not None:
            journals.append(release.journal)
            releases.append((funds, release))
    return after, journals, releases


def _tell(tx: Transaction, job_id: UUID, decided: Reservation) -> None:
    refused = decided.state is ReservationState.REFUSED
    tx.emit(funds_refused(job_id, decided) if refused else funds_reserved(job_id, decided))
