"""Saying what came of a consultation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.core.errors import NotFoundError, invalid_field
from services.runtime.auth import Caller
from services.runtime.database import Transaction
from services.workers import consultation_events as events
from services.workers.domain import consultation as rules
from services.workers.domain.consultation import TOOK_PLACE, Consultation, ConsultationState
from services.workers.domain.journeys import Step
from services.workers.domain.offer import Offer, admitted
from services.workers.store.queries import consultations, journeys, pools
from services.workers.store.queries import workers as worker_store
from services.workers.use_cases.offer_jobs import add_offer
from services.workers.use_cases.tell_sides import OFFERS_PATH, WORKER_PATH, tell_worker


@dataclass(frozen=True)
class Outcome:
    """What a company says of a consultation; admission may carry an offer of jobs."""

    state: ConsultationState
    note: str = field(repr=False)
    job_ids: Sequence[UUID] = ()
    offer_message: str = field(default="", repr=False)


async def record_outcome(
    tx: Transaction, caller: Caller, consultation_id: UUID, outcome: Outcome, now: datetime
) -> tuple[Consultation, Offer | None]:
    """Records the outcome of a consultation that has begun; gives it, and the offer made with an admission.

    Raises:
        NotFoundError: it is not the caller's company's.
        InvalidArgumentError: that is no outcome, or jobs are offered without admission.
        FailedPreconditionError: CONSULTATION_STATE, it is not booked or has not begun.
    """
    found = await consultations.consultation_by_id(tx.connection, consultation_id)
    if found is None or found.organisation_id not in caller.organisation_ids:
        raise NotFoundError("consultation")
    if outcome.job_ids and outcome.state is not ConsultationState.ADMITTED:
        raise invalid_field("job_ids", "offer jobs with an admission only")
    await worker_store.lock_workers(tx.connection, [found.worker_id])
    before = await consultations.consultation_by_id(tx.connection, consultation_id) or found
    recorded = rules.with_outcome(before, outcome.state, outcome.note, now)
    await consultations.store_consultation(tx.connection, recorded)
    tx.emit(events.consultation_changed(recorded))
    if recorded.state in TOOK_PLACE:
        await journeys.note_step(tx.connection, Step.CONSULTED, [(recorded.worker_id, recorded.start_time)])
    offer = None
    if recorded.state is ConsultationState.ADMITTED:
        await _admit(tx, recorded, now)
        if outcome.job_ids:
            offer = await add_offer(
                tx, recorded.organisation_id, recorded.worker_id, outcome.job_ids, outcome.offer_message, now=now
            )
    elif recorded.state is ConsultationState.NOT_ADMITTED:
        tell_worker(tx, recorded.worker_id, "NOT_ADMITTED", WORKER_PATH)
    return recorded, offer


async def _admit(tx: Transaction, consultation: Consultation, now: datetime) -> None:
    organisation_id, worker_id = consultation.organisation_id, consultation.worker_id
    before = await pools.membership_of(tx.connection, organisation_id, worker_id)
    after = admitted(before, organisation_id, worker_id, now, consultation.consultation_id)
    if after == before:
        return
    await pools.store_membership(tx.connection, after)
    tx.emit(events.pool_membership_changed(after))
    tell_worker(tx, worker_id, "POOL_ADMITTED", OFFERS_PATH)
