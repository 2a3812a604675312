"""Between the messages of consultations and their values."""

from __future__ import annotations

from datetime import timedelta

from ilgam.common.v1 import common_pb2
from ilgam.workers.v1 import consultations_service_pb2 as pb

from services.core.errors import invalid_field
from services.runtime.wire import from_timestamp, to_timestamp, uuid_of
from services.workers.consultation_events import CONSULTATION_STATES
from services.workers.domain.consultation import Consultation, ConsultationState, Slot, SlotState, Venue, VenueKind
from services.workers.domain.offer import Offer, OfferState
from services.workers.store.queries.pools import PooledWorker
from services.workers.use_cases.open_slots import Opening
from services.workers.use_cases.record_outcome import Outcome

PLACE_LENGTH_MAX = 300

_VENUE_KINDS = {
    VenueKind.PLACE: pb.VENUE_KIND_PLACE,
    VenueKind.ONLINE: pb.VENUE_KIND_ONLINE,
    VenueKind.PHONE: pb.VENUE_KIND_PHONE,
}
_SLOT_STATES = {
    SlotState.OPEN: pb.SLOT_STATE_OPEN,
    SlotState.BOOKED: pb.SLOT_STATE_BOOKED,
    SlotState.WITHDRAWN: pb.SLOT_STATE_WITHDRAWN,
}
_OFFER_STATES = {
    OfferState.OPEN: pb.OFFER_STATE_OPEN,
    OfferState.ACCEPTED: pb.OFFER_STATE_ACCEPTED,
    OfferState.DECLINED: pb.OFFER_STATE_DECLINED,
    OfferState.ENDED: pb.OFFER_STATE_ENDED,
}
_KIND_OF = {number: kind for kind, number in _VENUE_KINDS.items()}
_STATE_OF = {number: state for state, number in CONSULTATION_STATES.items()}


def opening_of(request: pb.OpenSlotsRequest) -> Opening:
    """What a company wants to open."""
    starts = []
    for number, stamp in enumerate(request.start_times):
        start = from_timestamp(stamp)
        if start is None:
            raise invalid_field(f"start_times[{number}]", "name a time")
        starts.append(start)
    return Opening(
        organisation_id=uuid_of(request.organisation_id),
        starts=starts,
        length=timedelta(minutes=request.duration_minutes),
        venue=_venue_of(request.venue),
        note=request.note.strip(),
        parallel=request.parallel,
    )


def _venue_of(message: pb.Venue) -> Venue:
    kind = _KIND_OF.get(message.kind)
    if kind is None:
        raise invalid_field("venue.kind", "name a kind of venue")
    place_ko, place_en = message.place.ko.strip(), message.place.en.strip()
    if max(len(place_ko), len(place_en)) > PLACE_LENGTH_MAX:
        raise invalid_field("venue.place", f"at most {PLACE_LENGTH_MAX} characters")
    # What the kind does not have is not kept.
    return Venue(
        kind,
        place_ko=place_ko if kind is VenueKind.PLACE else "",
        place_en=place_en if kind is VenueKind.PLACE else "",
        link=message.link if kind is VenueKind.ONLINE else "",
        phone=message.phone.strip() if kind is VenueKind.PHONE else "",
    )


def outcome_of(request: pb.RecordConsultationOutcomeRequest) -> Outcome:
    """What a company says of a consultation."""
    state = _STATE_OF.get(request.outcome)
    if state is None:
        raise invalid_field("outcome", "name an outcome")
    return Outcome(
        state=state,
        note=request.note.strip(),
        job_ids=[uuid_of(job_id) for job_id in request.job_ids],
        offer_message=request.offer_message.strip(),
    )


def slot_message(slot: Slot, *, whole: bool) -> pb.Slot:
    """A slot; `whole` as its company sees it, else as a graduate who has not booked it."""
    return pb.Slot(
        slot_id=str(slot.slot_id),
        organisation_id=str(slot.organisation_id),
        start_time=to_timestamp(slot.start_time),
        end_time=to_timestamp(slot.end_time),
        venue=venue_message(slot.venue, whole=whole),
        note=slot.note,
        state=_SLOT_STATES[slot.state],
        consultation_id=str(slot.consultation_id) if whole and slot.consultation_id else "",
    )


def venue_message(venue: Venue, *, whole: bool) -> pb.Venue:
    """A venue; the link and the number are for those who have booked."""
    return pb.Venue(
        kind=_VENUE_KINDS[venue.kind],
        place=common_pb2.LocalText(ko=venue.place_ko, en=venue.place_en) if venue.place_ko else None,
        link=venue.link if whole else "",
        phone=venue.phone if whole else "",
    )


def consultation_message(consultation: Consultation, *, for_company: bool, for_sides: bool = True) -> pb.Consultation:
    """A consultation: the outcome's note is for the company alone; what people wrote is for the two sides."""
    booked = consultation.state is ConsultationState.BOOKED
    return pb.Consultation(
        consultation_id=str(consultation.consultation_id),
        slot_id=str(consultation.slot_id),
        organisation_id=str(consultation.organisation_id),
        worker_id=str(consultation.worker_id),
        start_time=to_timestamp(consultation.start_time),
        end_time=to_timestamp(consultation.end_time),
        venue=venue_message(consultation.venue, whole=for_company or (for_sides and booked)),
        note=consultation.note,
        state=CONSULTATION_STATES[consultation.state],
        message=consultation.message if for_sides else "",
        cancel_reason=consultation.cancel_reason if for_sides else "",
        cancelled_by_company=consultation.cancelled_by_company,
        outcome_note=consultation.outcome_note if for_company else "",
        book_time=to_timestamp(consultation.book_time),
        revision=consultation.revision,
    )


def member_message(member: PooledWorker) -> pb.PoolMember:
    """Somebody in a pool."""
    return pb.PoolMember(
        worker_id=str(member.worker_id),
        admit_time=to_timestamp(member.admit_time),
        consultation_id=str(member.consultation_id),
        first_claim_time=to_timestamp(member.first_claim_time),
        open_offer_count=member.open_offer_count,
    )


def offer_message(offer: Offer) -> pb.JobOffer:
    """An offer as both sides see it."""
    return pb.JobOffer(
        offer_id=str(offer.offer_id),
        organisation_id=str(offer.organisation_id),
        worker_id=str(offer.worker_id),
        job_ids=[str(job_id) for job_id in offer.job_ids],
        message=offer.message,
        state=_OFFER_STATES[offer.state],
        offer_time=to_timestamp(offer.offer_time),
        answer_time=to_timestamp(offer.answer_time),
    )
