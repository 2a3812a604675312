"""A job: where it stands and what it may do next. Pure decisions; the use cases apply them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.core.errors import AbortedError, FailedPreconditionError, Reason
from services.tasks.domain.spec import Spec


class JobState(StrEnum):
    """Where a job stands; names as in the contract."""

    DRAFT = "DRAFT"
    PUBLISHING = "PUBLISHING"
    OPEN = "OPEN"
    PAUSED = "PAUSED"
    FROZEN = "FROZEN"
    CLOSING = "CLOSING"
    CLOSED = "CLOSED"
    CANCELLED = "CANCELLED"


WORKING = frozenset({JobState.OPEN, JobState.PAUSED, JobState.FROZEN})
"""States of a job that has money and is not about to end."""

MICRO = 1_000_000

ENDED = frozenset({JobState.CLOSING, JobState.CLOSED, JobState.CANCELLED})


@dataclass(frozen=True)
class Job:
    """One job. Amounts in won; `staged_...` is what waits for the next publication."""

    job_id: UUID
    organisation_id: UUID
    state: JobState
    revision: int
    spec: Spec
    create_time: datetime
    create_account_id: UUID | None = None
    fee_krw: int = 0
    fee_vat_krw: int = 0
    schema_version: int = 1
    instructions_version: int = 1
    publish_no: int = 0
    publish_count: int = 0
    requested_publish_no: int | None = None
    missing_krw: int = 0
    reserved_krw: int = 0
    released_krw: int = 0
    release_revision: int = 0
    staged_price_krw: int | None = None
    staged_overlap_max: int | None = None
    gold_revision: int = 0
    item_count: int = 0
    gold_count: int = 0
    staged_count: int = 0
    staged_gold_count: int = 0
    next_seq: int = 1
    media_count: int = 0
    freeze_revision: int = 0
    frozen_from: str = ""
    open_time: datetime | None = None
    close_time: datetime | None = None


@dataclass(frozen=True)
class Counts:
    """What a job's tallies add up to."""

    live: int = 0
    submitted: int = 0
    judged: int = 0
    accepted: int = 0
    rejected: int = 0
    paid: int = 0
    paid_krw: int = 0
    resolved: int = 0
    resolved_gold: int = 0
    confidence_micro: int = 0

    @property
    def mean_confidence(self) -> float:
        """Of the results so far, 0 without any."""
        return self.confidence_micro / MICRO / self.resolved if self.resolved else 0.0


def refuse_state(job: Job, words: str) -> FailedPreconditionError:
    """The error for a call that the job's state does not allow."""
    return FailedPreconditionError(Reason.JOB_STATE, f"the job is {job.state}: {words}", state=job.state)


def check_revision(job: Job, revision: int) -> None:
    """Refuses a change that was made on another revision.

    Raises:
        AbortedError: CONFLICT.
    """
    if job.revision != revision:
        raise AbortedError(
            Reason.CONFLICT, f"the job is at revision {job.revision} by now: read it again", revision=job.revision
        )


def check_importing(job: Job) -> None:
    """Refuses items while the money is being reserved, and after the end."""
    if job.state not in (JobState.DRAFT, JobState.OPEN, JobState.PAUSED):
        raise refuse_state(job, "items can be added to a draft, open or paused job")


def paused(job: Job) -> JobState:
    """The state after PauseJob."""
    if job.state not in (JobState.OPEN, JobState.PAUSED):
        raise refuse_state(job, "only an open job can be paused")
    return JobState.PAUSED


def resumed(job: Job) -> JobState:
    """The state after ResumeJob."""
    if job.state not in (JobState.OPEN, JobState.PAUSED):
        raise refuse_state(job, "only a paused job can be resumed")
    return JobState.OPEN


def closed(job: Job) -> JobState:
    """The state after CloseJob; closing a job that is over changes nothing."""
    if job.state in ENDED:
        return job.state
    if job.state == JobState.PUBLISHING:
        raise refuse_state(job, "cancel the publication first")
    return JobState.CANCELLED if job.state == JobState.DRAFT else JobState.CLOSING


def frozen(job: Job, revision: int) -> dict[str, object]:
    """What JobFrozen changes; nothing when a later event came before."""
    if revision <= job.freeze_revision:
        return {}
    if job.state in (JobState.OPEN, JobState.PAUSED):
        return {"freeze_revision": revision, "state": JobState.FROZEN, "frozen_from": job.state}
    return {"freeze_revision": revision}


def unfrozen(job: Job, revision: int) -> dict[str, object]:
    """What JobUnfrozen changes; nothing when a later event came before."""
    if revision <= job.freeze_revision:
        return {}
    if job.state == JobState.FROZEN:
        return {"freeze_revision": revision, "state": JobState(job.frozen_from), "frozen_from": ""}
    return {"freeze_revision": revision}


def is_finished(job: Job, counts: Counts, now: datetime) -> bool:
    """Whether a job has nothing left to do: its deadline is over, or every ordinary item has its result.

    A frozen job waits for an operator even then.
    """
    if job.state not in WORKING:
        return False
    if job.spec.deadline_time is not None and job.spec.deadline_time <= now:
        return True
    ordinary = job.item_count - job.gold_count
    waiting = job.state == JobState.FROZEN or job.staged_count > 0 or job.requested_publish_no is not None
    return not waiting and counts.live == 0 and 0 < ordinary <= counts.resolved - counts.resolved_gold
