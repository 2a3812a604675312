"""The events of consultations, pools and offers. What people wrote to each other stays here."""

from __future__ import annotations

from ilgam.workers.v1 import workers_events_pb2 as pb

from services.runtime.wire import to_timestamp
from services.workers.domain.consultation import Consultation, ConsultationState
from services.workers.domain.offer import Membership, Offer, OfferState

CONSULTATION_STATES = {
    ConsultationState.BOOKED: pb.CONSULTATION_STATE_BOOKED,
    ConsultationState.CANCELLED: pb.CONSULTATION_STATE_CANCELLED,
    ConsultationState.ADMITTED: pb.CONSULTATION_STATE_ADMITTED,
    ConsultationState.NOT_ADMITTED: pb.CONSULTATION_STATE_NOT_ADMITTED,
    ConsultationState.MISSED: pb.CONSULTATION_STATE_MISSED,
}
_ANSWERS = {OfferState.ACCEPTED: True, OfferState.DECLINED: False}


def consultation_changed(consultation: Consultation) -> pb.ConsultationChanged:
    """A consultation is booked, or stands otherwise than before."""
    return pb.ConsultationChanged(
        consultation_id=str(consultation.consultation_id),
        worker_id=str(consultation.worker_id),
        organisation_id=str(consultation.organisation_id),
        start_time=to_timestamp(consultation.start_time),
        state=CONSULTATION_STATES[consultation.state],
        revision=consultation.revision,
    )


def pool_membership_changed(membership: Membership) -> pb.PoolMembershipChanged:
    """A worker belongs to a company's pool from now on, or no longer."""
    return pb.PoolMembershipChanged(
        organisation_id=str(membership.organisation_id),
        worker_id=str(membership.worker_id),
        member=membership.member,
        revision=membership.revision,
    )


def job_offer_changed(offer: Offer) -> pb.JobOfferChanged:
    """Jobs were offered, or the offer was answered or has ended."""
    return pb.JobOfferChanged(
        offer_id=str(offer.offer_id),
        organisation_id=str(offer.organisation_id),
        worker_id=str(offer.worker_id),
        job_ids=[str(job_id) for job_id in offer.job_ids],
        accepted=_ANSWERS.get(offer.state),
        ended=offer.state is OfferState.ENDED,
        revision=offer.revision,
    )
