"""ClaimItems: takes the next items of a job's queue, or named ones, in one step."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.core.errors import NotFoundError
from services.core.ids import new_id
from services.runtime.database import Transaction, sqlstate_of
from services.runtime.media_facts import MediaFacts
from services.tasks import answer_events
from services.tasks.domain.claim import Gold, Held, Offer, Place, claim_size, draw_gold, fitting, refuse_claim
from services.tasks.store.queries import claims
from services.tasks.use_cases.find_media import facts_of_media

_LOCK_NOT_AVAILABLE = "55P03"
_CHANCE = secrets.SystemRandom()
_WAIT_AT_MOST = text("SELECT set_config('lock_timeout', '200ms', true)")
_WAIT_AS_BEFORE = text("SELECT set_config('lock_timeout', '0', true)")


@dataclass(frozen=True)
class Claim:
    """What a claim gave (as much as one message holds), the job as it was met, and what is known of the files to be shown."""

    offer: Offer
    assignments: tuple[Held, ...]
    media: Mapping[str, MediaFacts]


async def claim_items(
    tx: Transaction, job_id: UUID, worker_id: UUID, count: int, item_ids: Sequence[UUID] = ()
) -> Claim:
    """Takes up to `count` items from the queue, or those of `item_ids` that want an answer of this worker.

    Raises:
        NotFoundError: no such job.
        FailedPreconditionError: JOB_STATE, CLAIM_MODE.
        PermissionDeniedError: WORKER_RESTRICTED, CERTIFICATE_MISSING, POOL_ONLY, SKILL_TOO_LOW.
        ResourceExhaustedError: HOLD_LIMIT.
    """
    met = await claims.offer_to(tx.connection, job_id, worker_id)
    if met is None:
        raise NotFoundError("job")
    offer, known_place = met
    refuse_claim(offer, item_ids_named=bool(item_ids))
    place = known_place or await claims.enter_job(tx.connection, job_id, worker_id)
    size = claim_size(len(item_ids) or count, offer, place)
    claim_id = new_id()
    if item_ids:
        taken = await claims.take_by_name(tx.connection, offer, worker_id, claim_id, item_ids=item_ids, size=size)
    else:
        taken = await _take_from_queue(tx, offer, worker_id, claim_id, place=place, size=size)
    if taken:
        ids = [held.assignment_id for held in taken]
        tx.emit(answer_events.items_claimed(job_id, worker_id, claim_id, offer.standing.certificate_id, ids))
    told = fitting(taken)
    facts = await facts_of_media(tx.connection, job_id, [held.data_json for held in told])
    return Claim(offer, tuple(told), facts)


async def _take_from_queue(
    tx: Transaction, offer: Offer, worker_id: UUID, claim_id: UUID, *, place: Place, size: int
) -> list[Held]:
    """From the cursor on; once more from the start; then also what others hold locked just now."""
    gold = draw_gold(offer, size, _CHANCE)
    starts = [place.cursor_pos, 0] if place.cursor_pos else [0]
    for start in starts:
        taken = await claims.take_from_queue(
            tx.connection, offer, worker_id, claim_id, cursor_pos=start, size=size, gold=gold, wait=False
        )
        if taken:
            return taken
    return await _take_locked(tx, offer, worker_id, claim_id, size=size, gold=gold)


async def _take_locked(
    tx: Transaction, offer: Offer, worker_id: UUID, claim_id: UUID, *, size: int, gold: Gold
) -> list[Held]:
    try:
        async with tx.connection.begin_nested():
            await tx.connection.execute(_WAIT_AT_MOST)
            taken = await claims.take_from_queue(
                tx.connection, offer, worker_id, claim_id, cursor_pos=0, size=size, gold=gold, wait=True
            )
            await tx.connection.execute(_WAIT_AS_BEFORE)
    except DBAPIError as error:
        if sqlstate_of(error) != _LOCK_NOT_AVAILABLE:
            raise
        return []
    return taken
