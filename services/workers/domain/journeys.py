"""The steps from the application to the first pay, and what somebody does next on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from uuid import UUID

_SECOND_MS = 1000
_HOUR_MS = 3600 * _SECOND_MS
# Pay by the hour over less time says nothing of an hour.
HOURLY_MIN_MS = 60 * _SECOND_MS


class Step(Enum):
    """A step that a person reaches once; in this order."""

    APPLIED = "APPLIED"
    ENROLLED = "ENROLLED"
    STARTED = "STARTED"
    FINISHED = "FINISHED"
    PASSED = "PASSED"
    CERTIFIED = "CERTIFIED"
    CONSULTED = "CONSULTED"
    CLAIMED = "CLAIMED"
    PAID = "PAID"


class NextKind(Enum):
    """What somebody does next."""

    APPLY = "APPLY"
    WAIT_FOR_SEAT = "WAIT_FOR_SEAT"
    ACCEPT_SEAT = "ACCEPT_SEAT"
    START_COURSE = "START_COURSE"
    GO_ON_WITH_COURSE = "GO_ON_WITH_COURSE"
    TAKE_EXAM = "TAKE_EXAM"
    BOOK_CONSULTATION = "BOOK_CONSULTATION"
    COME_TO_CONSULTATION = "COME_TO_CONSULTATION"
    ANSWER_OFFER = "ANSWER_OFFER"
    CLAIM_FIRST_JOB = "CLAIM_FIRST_JOB"
    WORK = "WORK"


@dataclass(frozen=True)
class AnswerPay:
    """What one answer has brought its worker in all, by a revision of its verdict."""

    answer_id: UUID
    worker_id: UUID
    revision: int
    net_krw: int


@dataclass(frozen=True)
class WorkHistory:
    """What somebody has done and earned; the day of the last claim is one in Seoul."""

    answered_count: int = 0
    active_ms: int = 0
    paid_count: int = 0
    earned_krw: int = 0
    last_claim_day: date | None = None

    @property
    def active_seconds(self) -> int:
        """Whole seconds of active time."""
        return self.active_ms // _SECOND_MS

    @property
    def hourly_krw(self) -> int:
        """Accepted won by the hour of active time over all answers (DESIGN, "Measures"); 0 under a minute of it."""
        return self.earned_krw * _HOUR_MS // self.active_ms if self.active_ms >= HOURLY_MIN_MS else 0


@dataclass(frozen=True)
class Seat:
    """The enrolment that matters most now: its state's name, and until when an offered seat can be taken."""

    enrolment_id: UUID
    programme_id: UUID
    state: str
    accept_time: datetime | None = None


@dataclass(frozen=True)
class CourseProgress:
    """How far somebody is in a programme's course; `next_module_id` is the first module that is not finished."""

    finished_count: int
    module_count: int
    next_module_id: str = ""


@dataclass(frozen=True)
class BookedTalk:
    """A consultation to come."""

    consultation_id: UUID
    start_time: datetime


@dataclass(frozen=True)
class Standing:
    """Everything that decides what comes next.

    Attributes:
        steps: when steps were reached.
        seat: of all enrolments the one that matters most now.
        course: of the seat's programme, where it has one.
        certified: whether a certificate is valid now.
        retry_time: when the next exam may be taken, where the last was not passed.
        talk: the next consultation that is booked.
        offer_id: an offer of jobs that waits for an answer.
    """

    steps: Mapping[Step, datetime] = field(default_factory=dict)
    seat: Seat | None = None
    course: CourseProgress | None = None
    certified: bool = False
    retry_time: datetime | None = None
    talk: BookedTalk | None = None
    offer_id: UUID | None = None


@dataclass(frozen=True)
class NextStep:
    """What comes next, and what it is about."""

    kind: NextKind
    programme_id: UUID | None = None
    enrolment_id: UUID | None = None
    module_id: str = ""
    consultation_id: UUID | None = None
    offer_id: UUID | None = None
    due_time: datetime | None = None


def next_step(standing: Standing, now: datetime) -> NextStep:
    """What somebody does next, so that the way never ends in front of nothing."""
    if standing.certified:
        return _with_certificate(standing)
    seat = standing.seat
    if seat is not None and seat.state == "OFFERED":
        return NextStep(NextKind.ACCEPT_SEAT, seat.programme_id, seat.enrolment_id, due_time=seat.accept_time)
    if Step.FINISHED in standing.steps or Step.CERTIFIED in standing.steps:
        return _exam(standing, now)
    if seat is None:
        return NextStep(NextKind.APPLY)
    if seat.state == "WAITING":
        return NextStep(NextKind.WAIT_FOR_SEAT, seat.programme_id, seat.enrolment_id)
    return _with_seat(standing, seat, now)


def _with_certificate(standing: Standing) -> NextStep:
    if standing.offer_id is not None:
        return NextStep(NextKind.ANSWER_OFFER, offer_id=standing.offer_id)
    if standing.talk is not None:
        talk = standing.talk
        return NextStep(NextKind.COME_TO_CONSULTATION, consultation_id=talk.consultation_id, due_time=talk.start_time)
    if Step.CLAIMED in standing.steps:
        return NextStep(NextKind.WORK)
    return NextStep(NextKind.CLAIM_FIRST_JOB if Step.CONSULTED in standing.steps else NextKind.BOOK_CONSULTATION)


def _with_seat(standing: Standing, seat: Seat, now: datetime) -> NextStep:
    course = standing.course
    if seat.state == "COMPLETED" or (course is not None and course.finished_count >= course.module_count):
        return _exam(standing, now)
    if course is None or not course.finished_count:
        return NextStep(NextKind.START_COURSE, seat.programme_id, seat.enrolment_id)
    return NextStep(NextKind.GO_ON_WITH_COURSE, seat.programme_id, seat.enrolment_id, module_id=course.next_module_id)


def _exam(standing: Standing, now: datetime) -> NextStep:
    waits = standing.retry_time is not None and standing.retry_time > now
    return NextStep(NextKind.TAKE_EXAM, due_time=standing.retry_time if waits else None)
