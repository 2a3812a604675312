"""Leases, drafts and late answers: what may still be handed in, and until when an item is held."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from services.core.errors import Reason
from services.tasks.domain.job import JobState

HOLD_LEASES = 4
"""A lease is renewed by changed drafts up to this many leases after the claim."""
ANSWER_BYTES_MAX = 262_144
ANSWERS_PER_OVERLAP_MAX = 2
"""At most this many times max overlap answers per item; then people have to look."""


class AssignmentState(IntEnum):
    """Where an assignment stands; the numbers of the contract."""

    LIVE = 1
    SUBMITTED = 2
    RETURNED = 3
    EXPIRED = 4
    ENDED = 5


class VerdictState(IntEnum):
    """Where an answer stands; the numbers of the contract. NONE: there is no answer."""

    NONE = 0
    PENDING = 1
    ACCEPTED = 2
    REJECTED = 3


@dataclass(frozen=True)
class Refusal:
    """Why one draft or answer of several was not taken: a reason for programs, words for people.

    Of an answer that breaks a rule also which kind of rule, and the number of the mark (0: the answer as a whole).
    """

    reason: Reason
    detail: str
    rule: str = ""
    mark_no: int = 0


@dataclass(frozen=True)
class Hold:
    """What decides whether an assignment's answer is taken, read under the locks of its worker and its item."""

    state: AssignmentState
    lease_end_time: datetime
    answer_hash: bytes | None
    job_state: JobState
    held_count: int
    """live + pending + accepted answers of the item"""
    answers_total: int
    overlap_max: int


@dataclass(frozen=True)
class Taken:
    """The answer is taken. `frees_lease`: its place was still held. `late`: it came after its lease."""

    frees_lease: bool
    late: bool


@dataclass(frozen=True)
class Repeated:
    """The same answer was handed in before."""


def lease_end(now: datetime, lease_seconds: int) -> datetime:
    """When a lease that begins now ends."""
    return now + timedelta(seconds=lease_seconds)


def hold_end(now: datetime, lease_seconds: int) -> datetime:
    """Until when a claim that is made now can be renewed."""
    return now + timedelta(seconds=lease_seconds * HOLD_LEASES)


def decide_submit(hold: Hold, answer_hash: bytes, now: datetime) -> Taken | Repeated | Refusal:
    """What becomes of an answer that fits its schema.

    A place that is still held is the worker's own, even after the lease. Otherwise the answer is late: it is taken
    while the item has fewer than max overlap answers and leases.
    """
    if hold.state is AssignmentState.SUBMITTED:
        if hold.answer_hash == answer_hash:
            return Repeated()
        return Refusal(Reason.ANSWER_REUSED, "this assignment was answered before, with another answer")
    if hold.state is AssignmentState.LIVE:
        return Taken(frees_lease=True, late=now > hold.lease_end_time)
    if hold.state is not AssignmentState.EXPIRED:
        return Refusal(Reason.ASSIGNMENT_STATE, f"the assignment is {hold.state.name}")
    return _decide_late(hold)


def _decide_late(hold: Hold) -> Taken | Refusal:
    if hold.job_state in {JobState.CLOSED, JobState.CANCELLED}:
        return Refusal(Reason.JOB_STATE, f"the job is {hold.job_state}; the draft stays readable")
    full = hold.held_count >= hold.overlap_max or hold.answers_total >= ANSWERS_PER_OVERLAP_MAX * hold.overlap_max
    if full:
        return Refusal(Reason.ITEM_FULL, "every place of the item is taken; the draft stays readable")
    return Taken(frees_lease=False, late=True)


def refuse_size(content: str, what: str) -> Refusal | None:
    """The refusal of an answer or draft over 256 KiB of UTF-8, None when it fits."""
    # Characters are at most 4 bytes: a short text need not be encoded to be measured.
    if len(content) * 4 <= ANSWER_BYTES_MAX:
        return None
    size = len(content.encode())
    if size <= ANSWER_BYTES_MAX:
        return None
    return Refusal(Reason.ANSWER_TOO_LARGE, f"{what}: {size} bytes, at most {ANSWER_BYTES_MAX} are taken")


def decide_draft(
    state: AssignmentState, stored_revision: int, stored: str, revision: int, draft: str
) -> Refusal | bool:
    """Whether a draft is kept: a refusal, or whether it changes what is stored (only then is the lease renewed)."""
    if state not in {AssignmentState.LIVE, AssignmentState.EXPIRED}:
        return Refusal(Reason.ASSIGNMENT_STATE, f"the assignment is {state.name}")
    if revision < stored_revision or (revision == stored_revision and draft != stored):
        return Refusal(Reason.DRAFT_STALE, f"a newer draft is stored: revision {stored_revision}")
    return draft != stored
