"""What people say of themselves, and which new jobs they hear of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

# News of a job that opened longer ago than this is no news: an event that was late, or a log that was played again.
ANNOUNCED_WITHIN = timedelta(days=2)
# Holders of a certificate are told so long before it ends.
EXPIRY_TOLD_BEFORE = timedelta(days=30)
NOTICES_PER_EVENT_MAX = 200
# Before all ids.
NOBODY = UUID(int=0)


@dataclass(frozen=True)
class Profile:
    """What a person says of themselves.

    Attributes:
        languages: those that the person labels in, as ISO 639-1 codes, each once.
        jobs_wanted: whether the person hears of new jobs that fit.
        wanted_types: of which annotation types (the contract's numbers); none: all that the person is certified for.
    """

    languages: tuple[str, ...] = ()
    jobs_wanted: bool = False
    wanted_types: tuple[int, ...] = ()


@dataclass(frozen=True)
class Announcement:
    """A job that has opened, with what somebody must have so that it fits, and how far people have been told.

    `told_up_to`: those whom it fits are told in the order of their ids, which says nothing of anybody's skill.
    `revision` is the job's, of the terms here.
    """

    job_id: UUID
    revision: int
    organisation_id: UUID
    annotation_type: int
    price_krw: int
    pool_only: bool
    required_skill: float
    open_time: datetime
    told_up_to: UUID = NOBODY

    def is_news_at(self, now: datetime) -> bool:
        """Whether people are still told."""
        return now - self.open_time <= ANNOUNCED_WITHIN
