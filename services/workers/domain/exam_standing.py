"""Whether somebody may start an exam, and where not, why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from uuid import UUID

from services.workers.domain.exam import ExamAttempt, retry_time_of
from services.workers.domain.exam_guide import ExamGuide


class ExamState(Enum):
    """How an exam stands for a person."""

    OPEN = "OPEN"
    RUNNING = "RUNNING"
    CERTIFIED = "CERTIFIED"
    TOO_SOON = "TOO_SOON"
    COURSE_LOCKED = "COURSE_LOCKED"
    POOL_SMALL = "POOL_SMALL"


@dataclass(frozen=True)
class ExamStanding:
    """The exam of an annotation type as it stands for one person.

    `latest` is the newest attempt, `certificate_id` the valid certificate; `taught_not_finished` says that a course
    teaches the type, that the person has finished none of these, and never held its certificate.
    """

    annotation_type: int
    guide: ExamGuide
    pool_item_count: int
    latest: ExamAttempt | None = None
    certificate_id: UUID | None = None
    taught_not_finished: bool = False

    def state_at(self, now: datetime) -> ExamState:
        """What is so at an instant, the first that applies."""
        if self.latest is not None and self.latest.finish_time is None and now < self.latest.end_time:
            return ExamState.RUNNING
        if self.certificate_id is not None:
            return ExamState.CERTIFIED
        if self.taught_not_finished:
            return ExamState.COURSE_LOCKED
        retry_time = self.retry_time
        if retry_time is not None and now < retry_time:
            return ExamState.TOO_SOON
        return ExamState.OPEN if self.pool_item_count >= self.guide.item_count else ExamState.POOL_SMALL

    @property
    def retry_time(self) -> datetime | None:
        """When the next attempt may start; None where there is no wait."""
        return retry_time_of(self.latest) if self.latest else None
