"""Writes one booking: kept totals first, then journals and what they leave behind."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from services.payments.domain.booking import Booking
from services.payments.domain.funds import JobFunds
from services.payments.domain.ledger import total_changes
from services.payments.store.queries.accounts import add_accounts, add_to_totals
from services.payments.store.queries.bookings import record, update_jobs
from services.runtime.database import Transaction


async def book(tx: Transaction, booking: Booking, before: Mapping[UUID, JobFunds]) -> dict[UUID, int]:
    """Books what was decided on `before`, whose jobs are locked. Gives the kept totals that changed, by account id.

    Raises:
        IntegrityError: a guard of the database refuses: a floor, an unbalanced journal.
    """
    changes = total_changes(booking.journals)
    balances = await add_to_totals(tx.connection, changes) if changes else {}
    new = {account: krw for account, krw in changes.items() if account.account_id not in balances}
    if new:
        await add_accounts(tx.connection, new)
        balances |= await add_to_totals(tx.connection, new)
    await record(tx.connection, booking)
    if any(_job_changed(before.get(funds.job_id), funds) for funds in booking.funds):
        await update_jobs(tx.connection, booking)
    return balances


def _job_changed(before: JobFunds | None, after: JobFunds) -> bool:
    return before is None or _job_fields(before) != _job_fields(after)


def _job_fields(funds: JobFunds) -> tuple[object, ...]:
    return (
        funds.close_revision,
        funds.answers_submitted,
        funds.appeal_end_time,
        funds.released_krw,
        funds.covered_krw,
        funds.appeals_krw,
        funds.kept_krw,
        funds.release_revision,
    )
