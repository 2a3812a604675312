"""What payments told: answers that were paid, money that went back."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from services.runtime.database import Transaction
from services.tasks.store.queries import payments
from services.tasks.store.queries.payments import Payment


async def record_payments(tx: Transaction, paid: Sequence[Payment]) -> set[UUID]:
    """Marks answers as paid, by revision. Gives the answers that are not known."""
    return await payments.mark_paid(tx.connection, paid)


async def record_release(tx: Transaction, job_id: UUID, amount_krw: int, revision: int) -> bool:
    """Adds up what went back to the company. False: no such job is known."""
    return await payments.add_released(tx.connection, job_id, amount_krw, revision)
