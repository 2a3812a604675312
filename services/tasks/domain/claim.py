"""Who may claim what, how much, and how much of it is gold."""

from __future__ import annotations

import random
from collections.abc import Sequence
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

GOLD_SHARE_MAX = 0.1
"""Of a queue's claims at most this share is gold, or as much as of its items are."""
GOLD_POS_SPAN = 2**40
"""Gold items lie at random positions from -GOLD_POS_SPAN to -1."""
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
    item_count: int
    overlap_min: int
    gold_count: int
    gold_overlap: int
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
    verdict_time: datetime | None = None


HELD_BYTES_MAX = 8 * 1024 * 1024


def fitting(held: Sequence[Held]) -> Sequence[Held]:
    """The first of these, at least one, as many as one message holds: 8 MiB of what is shown, drafted and answered."""
    size = 0
    for place, one in enumerate(held):
        size += sum(len(content.encode()) for content in (one.data_json, one.draft_json, one.answer_json))
        if place and size > HELD_BYTES_MAX:
            return held[:place]
    return held


def refuse_claim(offer: Offer, item_ids_named: bool) -> None:
    """Refuses a claim that the job's state, its claim mode or the worker's standing does not allow.

    Raises:
        NotFoundError: workers do not see the job yet.
        FailedPreconditionError: JOB_STATE, CLAIM_MODE.
        PermissionDeniedError: WORKER_RESTRICTED, CERTIFICATE_MISSING, POOL_ONLY, SKILL_TOO_LOW.
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
        case Missing.POOL:
            raise PermissionDeniedError(Reason.POOL_ONLY, "the job is for people in the company's pool")
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


@dataclass(frozen=True)
class Gold:
    """How many gold items a claim may hold, and the position from which on they are looked for."""

    count: int
    pos: int


def gold_share(offer: Offer) -> float:
    """The share of gold in a queue's claims: as much as its exposures allow to give until the end, within bounds.

    The same for everybody at every moment, so that neither when a worker comes nor how much they have done tells gold
    from other items. A worker who has had all gold items gets none: no worker gets an item twice.
    """
    ordinary = offer.item_count - offer.gold_count
    exposures = offer.gold_count * offer.gold_overlap
    if exposures == 0:
        return 0.0
    lasting = exposures / (exposures + ordinary * offer.overlap_min)
    return min(lasting, max(GOLD_SHARE_MAX, offer.gold_count / offer.item_count))


def draw_gold(offer: Offer, size: int, chance: random.Random) -> Gold:
    """How much gold a claim of `size` from the queue holds: each place by its own throw, wherever the worker is."""
    share = gold_share(offer)
    count = sum(chance.random() < share for _ in range(size)) if share else 0
    return Gold(count, -chance.randrange(1, GOLD_POS_SPAN + 1))
