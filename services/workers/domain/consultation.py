"""Slots and consultations: what may be opened, booked, moved, cancelled, and what comes of a talk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum
from itertools import pairwise
from uuid import UUID

from services.core.errors import FailedPreconditionError, Reason, invalid_field

# How far ahead a company may open slots.
AHEAD_DAYS_MAX = 365


class VenueKind(Enum):
    """How people meet."""

    PLACE = "PLACE"
    ONLINE = "ONLINE"
    PHONE = "PHONE"


class SlotState(Enum):
    """Where a slot stands."""

    OPEN = "OPEN"
    BOOKED = "BOOKED"
    WITHDRAWN = "WITHDRAWN"


class ConsultationState(Enum):
    """Where a consultation stands."""

    BOOKED = "BOOKED"
    CANCELLED = "CANCELLED"
    ADMITTED = "ADMITTED"
    NOT_ADMITTED = "NOT_ADMITTED"
    MISSED = "MISSED"


OUTCOMES = frozenset({ConsultationState.ADMITTED, ConsultationState.NOT_ADMITTED, ConsultationState.MISSED})
TOOK_PLACE = frozenset({ConsultationState.ADMITTED, ConsultationState.NOT_ADMITTED})


@dataclass(frozen=True)
class Venue:
    """Where people meet. `link` and `phone` are for those who have booked."""

    kind: VenueKind
    place_ko: str = ""
    place_en: str = ""
    link: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)


@dataclass(frozen=True)
class Slot:
    """A time at which a company talks with one graduate; `consultation_id` is the live one in it."""

    slot_id: UUID
    organisation_id: UUID
    start_time: datetime
    end_time: datetime
    venue: Venue
    note: str
    state: SlotState
    consultation_id: UUID | None = None


@dataclass(frozen=True)
class Consultation:
    """A booked talk; `revision` counts its changes from 1."""

    consultation_id: UUID
    slot_id: UUID
    worker_id: UUID
    organisation_id: UUID
    start_time: datetime
    end_time: datetime
    venue: Venue
    note: str
    state: ConsultationState
    message: str = field(repr=False)
    book_time: datetime
    cancel_reason: str = field(default="", repr=False)
    cancelled_by_company: bool = False
    outcome_note: str = field(default="", repr=False)
    revision: int = 1


def check_venue(venue: Venue) -> None:
    """A place has an address, a talk online its link, one by phone says who calls.

    Raises:
        InvalidArgumentError: what the kind of venue needs is missing.
    """
    if venue.kind is VenueKind.PLACE and not venue.place_ko:
        raise invalid_field("venue.place", "say where, in Korean at least")
    if venue.kind is VenueKind.ONLINE and not venue.link:
        raise invalid_field("venue.link", "give the link, https")
    if venue.kind is VenueKind.PHONE and not venue.phone:
        raise invalid_field("venue.phone", "say who calls whom")


def check_times(starts: Sequence[datetime], length: timedelta, now: datetime, *, parallel: bool) -> None:
    """Slots begin in the time to come, not too far off, and do not overlap each other unless they are meant to.

    Raises:
        InvalidArgumentError: one of them does not fit.
        FailedPreconditionError: SLOT_OVERLAPS, two of them overlap.
    """
    for start in starts:
        if start <= now:
            raise invalid_field("start_times", "name times to come")
        if start > now + timedelta(days=AHEAD_DAYS_MAX):
            raise invalid_field("start_times", f"name times within {AHEAD_DAYS_MAX} days")
    ordered = sorted(starts)
    for earlier, later in pairwise(ordered):
        if not parallel and later < earlier + length:
            raise overlapping(later)


def refuse_slot(slot: Slot, now: datetime) -> None:
    """Refuses a slot that nobody can book now.

    Raises:
        FailedPreconditionError: SLOT_TAKEN; CONSULTATION_STATE, when it is withdrawn or has begun.
    """
    if slot.state is SlotState.BOOKED:
        raise FailedPreconditionError(Reason.SLOT_TAKEN, "somebody else has the slot")
    if slot.state is SlotState.WITHDRAWN or slot.start_time <= now:
        raise _state("STARTED" if slot.state is SlotState.OPEN else slot.state.value, "the slot is not open any more")


def placed(consultation: Consultation, slot: Slot) -> Consultation:
    """A consultation moved to another slot."""
    return replace(
        consultation,
        slot_id=slot.slot_id,
        start_time=slot.start_time,
        end_time=slot.end_time,
        venue=slot.venue,
        note=slot.note,
        revision=consultation.revision + 1,
    )


def refuse_change(consultation: Consultation, now: datetime) -> None:
    """Refuses to move or cancel what is not booked, or has begun.

    Raises:
        FailedPreconditionError: CONSULTATION_STATE.
    """
    if consultation.state is not ConsultationState.BOOKED:
        raise _state(consultation.state.value, "the consultation cannot be changed any more")
    if consultation.start_time <= now:
        raise _state("STARTED", "the consultation has begun")


def cancelled(consultation: Consultation, reason: str, now: datetime, *, by_company: bool) -> Consultation:
    """A consultation that one side gives up before it begins; a company says why.

    Raises:
        FailedPreconditionError: CONSULTATION_STATE, it is not booked or has begun.
        InvalidArgumentError: a company gave no reason.
    """
    refuse_change(consultation, now)
    if by_company and not reason:
        raise invalid_field("reason", "say why")
    return replace(
        consultation,
        state=ConsultationState.CANCELLED,
        cancel_reason=reason,
        cancelled_by_company=by_company,
        revision=consultation.revision + 1,
    )


def left(consultation: Consultation) -> Consultation:
    """A booked consultation whose graduate has closed the account: also one that has begun has no outcome any more."""
    if consultation.state is not ConsultationState.BOOKED:
        return consultation
    return replace(consultation, state=ConsultationState.CANCELLED, revision=consultation.revision + 1)


def with_outcome(consultation: Consultation, outcome: ConsultationState, note: str, now: datetime) -> Consultation:
    """A consultation with what came of it.

    Raises:
        InvalidArgumentError: that is no outcome.
        FailedPreconditionError: CONSULTATION_STATE, it is not booked or has not begun.
    """
    if outcome not in OUTCOMES:
        raise invalid_field("outcome", "name an outcome")
    if consultation.state is not ConsultationState.BOOKED:
        raise _state(consultation.state.value, "the consultation has an outcome, or is cancelled")
    if now < consultation.start_time:
        raise _state("NOT_STARTED", "the consultation has not begun")
    return replace(consultation, state=outcome, outcome_note=note, revision=consultation.revision + 1)


def overlapping(start_time: datetime) -> FailedPreconditionError:
    """The refusal for a time that overlaps another one of the same person or company."""
    return FailedPreconditionError(
        Reason.SLOT_OVERLAPS, "it overlaps another consultation", start_time=start_time.isoformat()
    )


def booked_already() -> FailedPreconditionError:
    """The refusal for a second consultation with the same company while the first is booked."""
    return _state("BOOKED_ALREADY", "there is a booked consultation with this company")


def _state(state: str, words: str) -> FailedPreconditionError:
    return FailedPreconditionError(Reason.CONSULTATION_STATE, words, state=state)
