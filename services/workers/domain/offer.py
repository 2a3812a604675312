"""Pools of companies, and the jobs that they offer to people in them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from uuid import UUID

from services.core.errors import FailedPreconditionError, Reason


class OfferState(Enum):
    """Where an offer stands."""

    OPEN = "OPEN"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    # The person left the pool before answering.
    ENDED = "ENDED"


@dataclass(frozen=True)
class Offer:
    """Jobs offered to somebody in a company's pool; `revision` counts its changes from 1."""

    offer_id: UUID
    organisation_id: UUID
    worker_id: UUID
    job_ids: tuple[UUID, ...]
    message: str = field(repr=False)
    state: OfferState
    offer_time: datetime
    answer_time: datetime | None = None
    revision: int = 1


@dataclass(frozen=True)
class Membership:
    """Whether somebody belongs to a company's pool; `revision` counts the changes from 1."""

    organisation_id: UUID
    worker_id: UUID
    member: bool
    admit_time: datetime
    consultation_id: UUID
    remove_reason: str = field(default="", repr=False)
    revision: int = 1


def answered(offer: Offer, now: datetime, *, accept: bool) -> Offer:
    """An offer with its answer; the same answer again changes nothing.

    Raises:
        FailedPreconditionError: OFFER_STATE, it has another answer or has ended.
    """
    answer = OfferState.ACCEPTED if accept else OfferState.DECLINED
    if offer.state is answer:
        return offer
    if offer.state is not OfferState.OPEN:
        raise FailedPreconditionError(
            Reason.OFFER_STATE, "the offer was answered or has ended", state=offer.state.value
        )
    return replace(offer, state=answer, answer_time=now, revision=offer.revision + 1)


def ended(offer: Offer, now: datetime) -> Offer:
    """An open offer that ends without an answer, because the person left the pool."""
    return replace(offer, state=OfferState.ENDED, answer_time=now, revision=offer.revision + 1)


def admitted(before: Membership | None, organisation_id: UUID, worker_id: UUID, now: datetime, via: UUID) -> Membership:
    """Somebody in a company's pool from now on; who is in it already stays as they are."""
    if before is None:
        return Membership(organisation_id, worker_id, member=True, admit_time=now, consultation_id=via)
    if before.member:
        return before
    return replace(
        before, member=True, admit_time=now, consultation_id=via, remove_reason="", revision=before.revision + 1
    )


def removed(before: Membership, reason: str) -> Membership:
    """Somebody who is no longer in the pool, with the reason."""
    return replace(before, member=False, remove_reason=reason, revision=before.revision + 1)
