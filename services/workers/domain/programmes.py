"""Programmes and cohorts: what they say of themselves, and which of it can be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from uuid import UUID

from services.core.errors import FailedPreconditionError, Reason, invalid_field

TITLE_LENGTH_MAX = 100
AIMS_LENGTH_MAX = 500
DESCRIPTION_LENGTH_MAX = 1000
PLACE_LENGTH_MAX = 200
ACCEPT_SECONDS = 24 * 3600


@dataclass(frozen=True)
class LocalText:
    """A text in both languages; an empty English text falls back to the Korean one."""

    ko: str = ""
    en: str = ""

    def longest(self) -> int:
        """The length of the longer one."""
        return max(len(self.ko), len(self.en))


@dataclass(frozen=True)
class ProgrammeTerms:
    """What a programme says of itself."""

    title: LocalText
    aims: LocalText
    description: LocalText
    weeks: int
    target_graduates: int
    organisation_id: UUID | None
    residents_only: bool
    accept_seconds: int
    waiting_max: int


@dataclass(frozen=True)
class Programme:
    """A programme, with its counts over all cohorts."""

    programme_id: UUID
    terms: ProgrammeTerms
    create_time: datetime
    revision: int
    cohort_count: int = 0
    seat_count: int = 0
    taken_count: int = 0
    waiting_count: int = 0
    completed_count: int = 0


class CohortState(Enum):
    """Whether a cohort takes applications."""

    ANNOUNCED = "ANNOUNCED"
    OPEN = "OPEN"
    FULL = "FULL"
    CLOSED = "CLOSED"


@dataclass(frozen=True)
class CohortTerms:
    """What a cohort says of itself."""

    cohort_no: int
    seat_count: int
    start_time: datetime
    end_time: datetime
    open_time: datetime
    close_time: datetime
    place: LocalText
    online: bool


@dataclass(frozen=True)
class Cohort:
    """A cohort with its counts; `waiting_max` is its programme's."""

    cohort_id: UUID
    programme_id: UUID
    terms: CohortTerms
    taken_count: int
    waiting_count: int
    waiting_max: int
    revision: int
    completed_count: int = 0

    def state_at(self, now: datetime) -> CohortState:
        """Whether it takes applications at an instant."""
        if now < self.terms.open_time:
            return CohortState.ANNOUNCED
        if now >= self.terms.close_time:
            return CohortState.CLOSED
        return CohortState.OPEN if self.has_room else CohortState.FULL

    @property
    def has_room(self) -> bool:
        """Whether one more person gets a seat, or a place on the waiting list."""
        seat_free = self.taken_count < self.terms.seat_count and self.waiting_count == 0
        return seat_free or self.waiting_count < self.waiting_max

    def seats_to_offer(self, now: datetime) -> int:
        """How many people may move up from the waiting list at an instant; nobody once the course has begun."""
        if now >= self.terms.start_time:
            return 0
        return min(self.terms.seat_count - self.taken_count, self.waiting_count)


def check_programme(terms: ProgrammeTerms) -> None:
    """What the contract's field rules cannot say.

    Raises:
        InvalidArgumentError: a text is missing or too long.
    """
    if not terms.title.ko:
        raise invalid_field("terms.title.ko", "is required")
    for name, text, most in (
        ("title", terms.title, TITLE_LENGTH_MAX),
        ("aims", terms.aims, AIMS_LENGTH_MAX),
        ("description", terms.description, DESCRIPTION_LENGTH_MAX),
    ):
        _check_length(name, text, most)


def check_cohort(terms: CohortTerms) -> None:
    """What the contract's field rules cannot say.

    Raises:
        InvalidArgumentError: times that do not follow each other, or a place that is too long.
    """
    if terms.end_time <= terms.start_time:
        raise invalid_field("terms.end_time", "must be after start_time")
    if terms.close_time <= terms.open_time:
        raise invalid_field("terms.close_time", "must be after open_time")
    if terms.open_time >= terms.end_time:
        raise invalid_field("terms.open_time", "must be before the course ends")
    _check_length("place", terms.place, PLACE_LENGTH_MAX)


def check_seats(cohort: Cohort, seat_count: int) -> None:
    """Seats that people have are not taken from them.

    Raises:
        FailedPreconditionError: ENROLMENT_STATE, when fewer seats than are taken are asked for.
    """
    if seat_count < cohort.taken_count:
        raise FailedPreconditionError(
            Reason.ENROLMENT_STATE,
            f"{cohort.taken_count} seats are taken or offered: there cannot be fewer",
            taken_count=cohort.taken_count,
        )


def _check_length(name: str, text: LocalText, most: int) -> None:
    if text.longest() > most:
        language = "ko" if len(text.ko) > most else "en"
        raise invalid_field(f"terms.{name}.{language}", f"must have at most {most} characters")
