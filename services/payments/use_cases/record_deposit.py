"""Records money that has arrived in the bank for a company."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from services.core.errors import NotFoundError
from services.core.ids import new_id
from services.payments.domain.booking import Booking
from services.payments.domain.ledger import AccountKind, JournalKind, account_of, journal_of
from services.payments.events import deposit_recorded
from services.payments.store.queries.organisations import add_deposit, organisation_exists
from services.payments.use_cases.book import book
from services.runtime.database import Transaction


@dataclass(frozen=True, slots=True)
class Deposit:
    """What an operator saw on the bank's statement."""

    organisation_id: UUID
    operator_id: UUID
    amount_krw: int
    bank_reference: str


async def record_deposit(tx: Transaction, deposit: Deposit) -> tuple[UUID, int]:
    """Books a deposit. Gives its journal's id and the company's free money afterwards.

    Raises:
        NotFoundError: no such organisation is known.
    """
    if not await organisation_exists(tx.connection, deposit.organisation_id):
        raise NotFoundError("organisation")
    company = account_of(AccountKind.COMPANY_AVAILABLE, deposit.organisation_id)
    bank = account_of(AccountKind.BANK_CASH)
    journal = journal_of(
        new_id(), JournalKind.DEPOSIT, None, (bank, -deposit.amount_krw), (company, deposit.amount_krw)
    )
    balances = await book(tx, Booking((journal,)), {})
    await add_deposit(
        tx.connection,
        journal_id=journal.journal_id,
        organisation_id=deposit.organisation_id,
        operator_id=deposit.operator_id,
        amount_krw=deposit.amount_krw,
        bank_reference=deposit.bank_reference,
    )
    tx.emit(deposit_recorded(deposit.organisation_id, journal.journal_id, deposit.amount_krw))
    return journal.journal_id, balances[company.account_id]
