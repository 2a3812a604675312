"""Closing an account here: what is held goes back to others, and what is personal is erased. Facts stay under the id."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from services.runtime.auth import Caller
from services.runtime.database import Transaction
from services.workers.store.queries import closing as store
from services.workers.store.queries import consultations, offers
from services.workers.use_cases.book_consultation import end_consultation
from services.workers.use_cases.change_enrolment import cancel_enrolments_of
from services.workers.use_cases.offer_jobs import remove_from_pool

# More than anybody has; the bound is only there so that there is one.
_HELD_MAX = 1000


async def close_worker(tx: Transaction, worker_id: UUID, now: datetime) -> None:
    """Gives back seats, consultations and places in pools, then erases what is personal; twice is the same as once."""
    for consultation_id in await store.booked_consultations_of(tx.connection, worker_id, _HELD_MAX):
        await end_consultation(tx, consultation_id)
    for organisation_id in await store.pools_of_worker(tx.connection, worker_id, _HELD_MAX):
        company = Caller(organisation_ids=frozenset({organisation_id}))
        await remove_from_pool(tx, company, organisation_id, worker_id, "", now=now)
    await cancel_enrolments_of(tx, worker_id)
    await consultations.forget_words(tx.connection, [worker_id])
    await offers.forget_words(tx.connection, [worker_id])
    await store.erase_personal(tx.connection, worker_id)
