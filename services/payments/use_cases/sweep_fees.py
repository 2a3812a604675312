"""Moves the fees and VAT that jobs have collected to the platform's accounts."""

from __future__ import annotations

from services.core.ids import new_id
from services.payments.domain.booking import Booking
from services.payments.domain.ledger import Account, AccountKind, JournalKind, account_of, journal_of
from services.payments.store.queries.sweeps import lock_unswept, mark_swept
from services.payments.use_cases.book import book
from services.runtime.database import Transaction

JOBS_PER_ROUND = 500


async def sweep_fees(tx: Transaction) -> int:
    """Sweeps up to `JOBS_PER_ROUND` jobs in one journal. Gives how many it swept; 0 means that none is left."""
    unswept = await lock_unswept(tx.connection, JOBS_PER_ROUND)
    if not unswept:
        return 0
    amounts: list[tuple[Account, int]] = []
    for job in unswept:
        amounts.append((account_of(AccountKind.JOB_FEE, job.job_id), -job.fee_krw))
        amounts.append((account_of(AccountKind.JOB_VAT, job.job_id), -job.vat_krw))
    amounts.append((account_of(AccountKind.PLATFORM_FEE), sum(job.fee_krw for job in unswept)))
    amounts.append((account_of(AccountKind.PLATFORM_VAT), sum(job.vat_krw for job in unswept)))
    await book(tx, Booking((journal_of(new_id(), JournalKind.SWEEP, None, *amounts),)), {})
    await mark_swept(tx.connection, unswept)
    return len(unswept)
