"""Who may claim what, and where gold items go after a claim."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.core.errors import (
    FailedPreconditionError,
    NotFoundError,
    PermissionDeniedError,
    Reason,
    ResourceExhaustedError,
    invalid_field,
)
from services.tasks.domain.job import JobState
from services.tasks.domain.lease import AssignmentState, VerdictState
from services.tasks.domain.spec import ClaimMode
from services.tasks.domain.standing import Missing, Standing, missing

GOLD_HOP_PER_ITEM = 8
"""A gold item hops at least this many positions per gold item of the job, at most: a quarter of all claims is gold, however small the job."""
_NOT_SEEN_BY_WORKERS = frozenset({JobState.DRAFT, JobState.PUBLISHING, JobState.CANCELLED})


@dataclass(frozen=True)
class Offer:
    """A job as a worker meets it at the moment of a claim, and where the worker stands."""

    job_id: UUID
    state: JobState
    claim_mode: ClaimMode
    annotation_type: int
    required_skill: float
    price_krw: int
    publish_no: int
    lease_seconds: int
    hold_limit: int
    schema_version: int
    instructions_version: int
    label_schema_json: str
    instructions_ko: str
    instructions_en: str
    gold_stride: int
    gold_count: int
    item_count: int
    standing: Standing
    now: datetime


@dataclass(frozen=True)
class Place:
    """Where a worker stands in a job's queue: the position of the last item had, and how many are held."""

    cursor_pos: int
    live_count: int


@dataclass(frozen=True)
class Held:
    """One assignment with what is to be labelled. `item_id` is for jobs that let workers pick only."""

    assignment_id: UUID
    job_id: UUID
    item_id: UUID
    claim_mode: ClaimMode
    state: AssignmentState
    data_json: str
    schema_version: int
    instructions_version: int
    claim_time: datetime
    lease_end_time: datetime
    hold_end_time: datetime
    price_krw: int
    draft_json: str
    draft_revision: int
    answer_json: str = ""
    submit_time: datetime | None = None
    verdict_state: VerdictState = VerdictState.NONE
    verdict_reason: str = ""
    paid_krw: int = 0


def refuse_claim(offer: Offer, item_ids_named: bool) -> None:
    """Refuses a claim that the job's state, its claim mode or the worker's standing does not allow.

    Raises:
        NotFoundError: workers do not see the job yet.
        FailedPreconditionError: JOB_STATE, CLAIM_MODE.
        PermissionDeniedError: WORKER_RESTRICTED, CERTIFICATE_MISSING, SKILL_TOO_LOW.
    """
    if offer.state in _NOT_SEEN_BY_WORKERS:
        raise NotFoundError("job")
    if offer.state is not JobState.OPEN:
        raise FailedPreconditionError(Reason.JOB_STATE, "the job takes no claims now", state=offer.state)
    if item_ids_named != (offer.claim_mode is ClaimMode.PICK):
        words = "name the items" if offer.claim_mode is ClaimMode.PICK else "items come from the queue: give a count"
        raise FailedPreconditionError(Reason.CLAIM_MODE, words, claim_mode=offer.claim_mode.name)
    _refuse_standing(offer)


def _refuse_standing(offer: Offer) -> None:
    reasons = missing(offer.standing, offer.required_skill)
    if not reasons:
        return
    match reasons[0]:
        case Missing.RESTRICTED:
            until = offer.standing.restricted_until
            raise PermissionDeniedError(
                Reason.WORKER_RESTRICTED, "no new claims for now", until=until.isoformat() if until else ""
            )
        case Missing.SKILL:
            raise PermissionDeniedError(
                Reason.SKILL_TOO_LOW,
                "the measured skill is under what the job asks",
                required=offer.required_skill,
                lower=offer.standing.skill_lower,
            )
        case _:
            raise PermissionDeniedError(
                Reason.CERTIFICATE_MISSING,
                "no valid certificate for this kind of work is known; a new one takes up to 30 seconds",
                annotation_type=offer.annotation_type,
            )


def claim_size(asked: int, offer: Offer, place: Place) -> int:
    """How many items a claim may take: what is asked, as far as the worker may hold more.

    Raises:
        InvalidArgumentError: nothing is asked.
        ResourceExhaustedError: HOLD_LIMIT when the worker holds as many as allowed.
    """
    if asked < 1:
        raise invalid_field("count", "ask for 1 to 100 items")
    room = offer.hold_limit - place.live_count
    if room < 1:
        raise ResourceExhaustedError(
            Reason.HOLD_LIMIT, "hand in or give back what you hold first", limit=offer.hold_limit
        )
    return min(asked, room)


def gold_hop(offer: Offer) -> int:
    """How far ahead of the claimed position a gold item may land, in items; 0 where workers pick.

    It lands at a uniformly random place within, so that its position says nothing. Whoever comes there and has not had
    it meets it: at about the same rate for everybody, early and late.
    """
    if offer.claim_mode is ClaimMode.PICK or offer.gold_count == 0:
        return 0
    return max(offer.gold_stride, GOLD_HOP_PER_ITEM * offer.gold_count)


def gold_needs_company(offer: Offer) -> bool:
    """Whether gold is given only while ordinary items are left: a tail of nothing but gold would tell it apart."""
    return offer.claim_mode is ClaimMode.QUEUE and offer.item_count > offer.gold_count
