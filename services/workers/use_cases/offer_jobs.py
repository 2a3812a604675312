"""Offering jobs to people in a company's pool, answering offers, and leaving a pool."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.core.errors import NotFoundError
from services.core.ids import new_id
from services.runtime.auth import Caller
from services.runtime.database import Transaction
from services.workers import consultation_events as events
from services.workers.domain.offer import Membership, Offer, OfferState, answered, ended, removed
from services.workers.store.queries import offers, pools
from services.workers.store.queries import workers as worker_store
from services.workers.use_cases.tell_sides import OFFERS_PATH, tell_worker


async def offer_jobs(
    tx: Transaction,
    caller: Caller,
    membership: tuple[UUID, UUID],
    job_ids: Sequence[UUID],
    message: str,
    *,
    now: datetime,
) -> Offer:
    """Offers jobs to somebody in the pool: `membership` is (organisation id, worker id).

    Raises:
        NotFoundError: the company is not the caller's, or the person is not in its pool.
    """
    organisation_id, worker_id = membership
    await _locked_member(tx, caller, organisation_id, worker_id)
    return await add_offer(tx, organisation_id, worker_id, job_ids, message, now=now)


async def add_offer(
    tx: Transaction, organisation_id: UUID, worker_id: UUID, job_ids: Sequence[UUID], message: str, *, now: datetime
) -> Offer:
    """Offers jobs, each once, to somebody who is in the pool."""
    offer = Offer(
        offer_id=new_id(),
        organisation_id=organisation_id,
        worker_id=worker_id,
        job_ids=tuple(dict.fromkeys(job_ids)),
        message=message,
        state=OfferState.OPEN,
        offer_time=now,
    )
    await offers.add_offer(tx.connection, offer)
    tx.emit(events.job_offer_changed(offer))
    tell_worker(tx, worker_id, "JOBS_OFFERED", OFFERS_PATH, job_count=str(len(offer.job_ids)))
    return offer


async def answer_offer(tx: Transaction, worker_id: UUID, offer_id: UUID, now: datetime, *, accept: bool) -> Offer:
    """Takes an offer or declines it.

    Raises:
        NotFoundError: it was not made to the worker.
        FailedPreconditionError: OFFER_STATE, it has another answer or has ended.
    """
    before = await offers.locked_offer(tx.connection, offer_id)
    if before is None or before.worker_id != worker_id:
        raise NotFoundError("offer")
    after = answered(before, now, accept=accept)
    if after != before:
        await offers.store_answer(tx.connection, after)
        tx.emit(events.job_offer_changed(after))
    return after


async def remove_from_pool(
    tx: Transaction, caller: Caller, organisation_id: UUID, worker_id: UUID, reason: str, *, now: datetime
) -> None:
    """Takes somebody out of the company's pool; open offers end.

    Raises:
        NotFoundError: the company is not the caller's, or the person is not in its pool.
    """
    after = removed(await _locked_member(tx, caller, organisation_id, worker_id), reason)
    await pools.store_membership(tx.connection, after)
    tx.emit(events.pool_membership_changed(after))
    for offer in await offers.open_offers(tx.connection, organisation_id, worker_id):
        over = ended(offer, now)
        await offers.store_answer(tx.connection, over)
        tx.emit(events.job_offer_changed(over))


async def _locked_member(tx: Transaction, caller: Caller, organisation_id: UUID, worker_id: UUID) -> Membership:
    if organisation_id not in caller.organisation_ids:
        raise NotFoundError("organisation")
    await worker_store.lock_workers(tx.connection, [worker_id])
    membership = await pools.membership_of(tx.connection, organisation_id, worker_id)
    if membership is None or not membership.member:
        raise NotFoundError("member")
    return membership
