"""Booking, moving and cancelling consultations.

Whoever changes a consultation locks its graduate first, then the slots in the order of their ids: what one person has
never overlaps, and two changes never wait for each other.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from services.core.errors import FailedPreconditionError, NotFoundError, PermissionDeniedError, Reason
from services.core.ids import new_id
from services.runtime.auth import Caller
from services.runtime.database import Transaction
from services.workers import consultation_events as events
from services.workers.domain import consultation as rules
from services.workers.domain.consultation import Consultation, ConsultationState, Slot, SlotState
from services.workers.store.queries import certificates, consultations, slots
from services.workers.store.queries import workers as worker_store
from services.workers.use_cases.tell_sides import tell_both

_CERTIFICATES_MAX = 200
_NONE = UUID(int=0)


async def book_consultation(
    tx: Transaction, worker_id: UUID, slot_id: UUID, message: str, now: datetime
) -> Consultation:
    """Gives a slot to a graduate.

    Raises:
        NotFoundError: there is no such slot.
        PermissionDeniedError: CERTIFICATE_MISSING.
        FailedPreconditionError: SLOT_TAKEN, SLOT_OVERLAPS; CONSULTATION_STATE, the slot is not open any more or the
            graduate has a booked consultation with the company.
    """
    await _lock_graduate(tx, worker_id, now)
    slot = await _free_slot(tx, slot_id, worker_id, _NONE, now)
    if await consultations.booked_with(tx.connection, worker_id, slot.organisation_id, now):
        raise rules.booked_already()
    await _take(tx, slot, now)
    booked = Consultation(
        consultation_id=new_id(),
        slot_id=slot.slot_id,
        worker_id=worker_id,
        organisation_id=slot.organisation_id,
        start_time=slot.start_time,
        end_time=slot.end_time,
        venue=slot.venue,
        note=slot.note,
        state=ConsultationState.BOOKED,
        message=message,
        book_time=now,
    )
    await consultations.add_consultation(tx.connection, booked)
    tx.emit(events.consultation_changed(booked))
    await tell_both(tx, booked, "CONSULTATION_BOOKED")
    return booked


async def move_consultation(
    tx: Transaction, worker_id: UUID, consultation_id: UUID, slot_id: UUID, now: datetime
) -> Consultation:
    """Gives a graduate another slot of the same company, and frees the one before, in one step.

    Raises:
        NotFoundError: the consultation is not the graduate's, or the company has no such slot.
        FailedPreconditionError: as `book_consultation`; CONSULTATION_STATE, it is not booked or has begun.
    """
    before = await _locked(tx, consultation_id)
    if before.worker_id != worker_id:
        raise NotFoundError("consultation")
    rules.refuse_change(before, now)
    if before.slot_id == slot_id:
        return before
    await slots.locked_slots(tx.connection, sorted((before.slot_id, slot_id)))
    slot = await _free_slot(tx, slot_id, worker_id, consultation_id, now)
    if slot.organisation_id != before.organisation_id:
        raise NotFoundError("slot")
    await _take(tx, slot, now)
    await slots.set_slot_state(tx.connection, before.slot_id, SlotState.BOOKED, SlotState.OPEN)
    moved = rules.placed(before, slot)
    await consultations.store_consultation(tx.connection, moved)
    tx.emit(events.consultation_changed(moved))
    await tell_both(tx, moved, "CONSULTATION_MOVED")
    return moved


async def cancel_consultation(
    tx: Transaction, caller: Caller, consultation_id: UUID, reason: str, now: datetime
) -> Consultation:
    """Cancels a consultation: for its graduate, whose slot is open again, or for its company, whose slot is withdrawn.

    Raises:
        NotFoundError: it is neither the caller's own nor the caller's company's.
        InvalidArgumentError: a company gave no reason.
        FailedPreconditionError: CONSULTATION_STATE, it is not booked or has begun.
    """
    before = await _locked(tx, consultation_id)
    by_company = before.organisation_id in caller.organisation_ids and before.worker_id != caller.account_id
    if not by_company and before.worker_id != caller.account_id:
        raise NotFoundError("consultation")
    cancelled = rules.cancelled(before, reason, now, by_company=by_company)
    await slots.set_slot_state(
        tx.connection, before.slot_id, SlotState.BOOKED, SlotState.WITHDRAWN if by_company else SlotState.OPEN
    )
    await consultations.store_consultation(tx.connection, cancelled)
    tx.emit(events.consultation_changed(cancelled))
    await tell_both(tx, cancelled, "CONSULTATION_CANCELLED")
    return cancelled


async def end_consultation(tx: Transaction, consultation_id: UUID) -> None:
    """Ends a consultation whose graduate has closed the account; one with an outcome stays as it is.

    Raises:
        NotFoundError: there is no such consultation.
    """
    before = await _locked(tx, consultation_id)
    after = rules.left(before)
    if after == before:
        return
    await slots.set_slot_state(tx.connection, before.slot_id, SlotState.BOOKED, SlotState.OPEN)
    await consultations.store_consultation(tx.connection, after)
    tx.emit(events.consultation_changed(after))
    await tell_both(tx, after, "CONSULTATION_CANCELLED")


async def _lock_graduate(tx: Transaction, worker_id: UUID, now: datetime) -> None:
    worker = await worker_store.worker_by_id(tx.connection, worker_id, locked=True)
    found = await certificates.certificates_of(tx.connection, worker_id, _CERTIFICATES_MAX) if worker else []
    if not any(one.revoke_time is None and now < one.expire_time for one in found):
        raise PermissionDeniedError(Reason.CERTIFICATE_MISSING, "consultations are for holders of a certificate")


async def _locked(tx: Transaction, consultation_id: UUID) -> Consultation:
    """A consultation whose graduate is locked, and so it does not change any more."""
    found = await consultations.consultation_by_id(tx.connection, consultation_id)
    if found is None:
        raise NotFoundError("consultation")
    await worker_store.lock_workers(tx.connection, [found.worker_id])
    latest = await consultations.consultation_by_id(tx.connection, consultation_id)
    return latest or found


async def _free_slot(tx: Transaction, slot_id: UUID, worker_id: UUID, besides: UUID, now: datetime) -> Slot:
    slot = (await slots.locked_slots(tx.connection, [slot_id])).get(slot_id)
    if slot is None:
        raise NotFoundError("slot")
    rules.refuse_slot(slot, now)
    busy = await consultations.busy_from(tx.connection, worker_id, slot.start_time, slot.end_time, besides)
    if busy is not None:
        raise rules.overlapping(busy)
    return slot


async def _take(tx: Transaction, slot: Slot, now: datetime) -> None:
    if not await slots.take_slot(tx.connection, slot.slot_id, now):
        raise FailedPreconditionError(Reason.SLOT_TAKEN, "somebody else has the slot")
