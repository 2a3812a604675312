"""Opening times for consultations, and taking them back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.core.errors import FailedPreconditionError, NotFoundError, Reason
from services.core.ids import new_id
from services.runtime.auth import Caller
from services.runtime.database import Transaction
from services.workers.domain.consultation import Slot, SlotState, Venue, check_times, check_venue, overlapping
from services.workers.store.queries import slots as store

LENGTH_MAX = timedelta(hours=8)


@dataclass(frozen=True)
class Opening:
    """Slots that a company wants to open: all of one length, at one venue."""

    organisation_id: UUID
    starts: Sequence[datetime]
    length: timedelta
    venue: Venue
    note: str
    parallel: bool


async def open_slots(tx: Transaction, opening: Opening, now: datetime) -> list[Slot]:
    """Opens slots, in the order of their starts.

    Raises:
        InvalidArgumentError: a time or the venue does not fit.
        FailedPreconditionError: SLOT_OVERLAPS, one overlaps another one of the company that is not meant to.
    """
    check_venue(opening.venue)
    check_times(opening.starts, opening.length, now, parallel=opening.parallel)
    await store.lock_company(tx.connection, opening.organisation_id)
    if not opening.parallel:
        times = [(start, start + opening.length) for start in opening.starts]
        reach = min(opening.starts) - LENGTH_MAX
        found = await store.overlapping_start(tx.connection, opening.organisation_id, times, reach)
        if found is not None:
            raise overlapping(found)
    slots = [
        Slot(
            slot_id=new_id(),
            organisation_id=opening.organisation_id,
            start_time=start,
            end_time=start + opening.length,
            venue=opening.venue,
            note=opening.note,
            state=SlotState.OPEN,
        )
        for start in opening.starts
    ]
    await store.add_slots(tx.connection, slots)
    return slots


async def withdraw_slot(tx: Transaction, caller: Caller, slot_id: UUID) -> None:
    """Takes an open slot back; one that is withdrawn already stays so.

    Raises:
        NotFoundError: it is not the caller's company's.
        FailedPreconditionError: SLOT_TAKEN, somebody has booked it: the consultation has to be cancelled.
    """
    slot = (await store.locked_slots(tx.connection, [slot_id])).get(slot_id)
    if slot is None or slot.organisation_id not in caller.organisation_ids:
        raise NotFoundError("slot")
    if slot.state is SlotState.BOOKED:
        raise FailedPreconditionError(Reason.SLOT_TAKEN, "somebody has booked the slot")
    await store.set_slot_state(tx.connection, slot_id, SlotState.OPEN, SlotState.WITHDRAWN)
