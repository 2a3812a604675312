"""The exam: how many items, how long, what passes, when it may be tried again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.core.intervals import Interval, wilson_interval
from services.labelling.annotation import AnswerInvalidError, read_annotation
from services.labelling.schema import LabelSchema

RETRY_AFTER_HOURS = 24
# The lower bound of the 95 % interval must reach this. Of 20 items: 20 right give 0.839 and 19 give 0.764, which pass;
# 18 give 0.699, which does not. So a pass means that 70 % or more is proved, not merely seen.
REQUIRED_LOWER = 0.70


@dataclass(frozen=True)
class ExamAttempt:
    """One try at the exam of an annotation type (the contract's number).

    A running attempt has no `finish_time`, and neither `right_count` nor `certificate_id`.
    """

    attempt_id: UUID
    worker_id: UUID
    annotation_type: int
    item_count: int
    start_time: datetime
    end_time: datetime
    finish_time: datetime | None = None
    right_count: int | None = None
    certificate_id: UUID | None = None

    @property
    def score(self) -> Interval:
        """What the attempt shows; before it is scored, nothing."""
        return wilson_interval(self.right_count, self.item_count) if self.right_count is not None else NOTHING_SHOWN

    @property
    def passed(self) -> bool:
        """Whether it is scored and the lower bound is reached."""
        return self.right_count is not None and self.score.lower >= REQUIRED_LOWER

    @property
    def ran_out(self) -> bool:
        """Whether time, not the candidate, ended it."""
        return self.finish_time is not None and self.finish_time >= self.end_time


NOTHING_SHOWN = wilson_interval(0, 0)


@dataclass(frozen=True)
class ShownItem:
    """An exam item as the candidate sees it: what is right is not here.

    An item in the short form has `labels` and a `saved_label`, every other a schema and a `saved_answer_json`; what is
    not there is empty. `programme_id` is the programme to whose course the files belong that the data names.
    """

    exam_item_id: UUID
    data_json: str
    labels: tuple[str, ...]
    saved_label: str
    label_schema_json: str = ""
    saved_answer_json: str = ""
    programme_id: UUID | None = None


@dataclass(frozen=True)
class GivenAnswer:
    """What a candidate answered to an item: a label, or an annotation that may be unfinished."""

    exam_item_id: UUID
    label: str = ""
    answer_json: str = ""


@dataclass(frozen=True)
class AskedItem:
    """How an item of an attempt may be answered: by one of its labels, or by its schema."""

    labels: Sequence[str]
    schema: LabelSchema | None = None


@dataclass(frozen=True)
class AnswerProblem:
    """An answer that cannot be saved: its place in the request, which field is wrong, and why."""

    place: int
    field: str
    words: str


def right_needed(item_count: int) -> int | None:
    """How many right answers of so many pass; None where even all of them prove too little."""
    passing = (right for right in range(item_count + 1) if wilson_interval(right, item_count).lower >= REQUIRED_LOWER)
    return next(passing, None)


def end_time_of(start_time: datetime, time_limit_minutes: int) -> datetime:
    """When the time for an attempt is over."""
    return start_time + timedelta(minutes=time_limit_minutes)


def seconds_left(attempt: ExamAttempt, now: datetime) -> int:
    """Whole seconds until the time of a running attempt is over; 0 when it is."""
    return max(0, int((attempt.end_time - now).total_seconds()))


def finish_time_of(attempt: ExamAttempt, now: datetime) -> datetime:
    """When an attempt that is scored now counts as finished: never after its time."""
    return min(now, attempt.end_time)


def retry_time_of(attempt: ExamAttempt) -> datetime | None:
    """When the next attempt may start after one that is finished and was not passed; None where there is no wait."""
    if attempt.finish_time is None or attempt.passed:
        return None
    return attempt.finish_time + timedelta(hours=RETRY_AFTER_HOURS)


def problem_with(answers: Sequence[GivenAnswer], asked: Mapping[UUID, AskedItem]) -> AnswerProblem | None:
    """The first answer that names an item of another attempt, an item twice, or says what its item does not ask."""
    seen: set[UUID] = set()
    for place, answer in enumerate(answers):
        if answer.exam_item_id not in asked:
            return AnswerProblem(place, "exam_item_id", "is not an item of this attempt")
        if answer.exam_item_id in seen:
            return AnswerProblem(place, "exam_item_id", "is answered twice")
        wrong = _wrong_in(answer, asked[answer.exam_item_id])
        if wrong is not None:
            return AnswerProblem(place, *wrong)
        seen.add(answer.exam_item_id)
    return None


def _wrong_in(answer: GivenAnswer, item: AskedItem) -> tuple[str, str] | None:
    """The field of an answer that is wrong, and why."""
    if item.schema is None:
        if answer.answer_json:
            return "answer_json", "is for items with a label schema: give a label"
        return None if answer.label in item.labels else ("label", "is not one of the item's labels")
    if answer.label:
        return "label", "is for items with labels alone: give answer_json"
    try:
        said = read_annotation(answer.answer_json)
    except AnswerInvalidError as error:
        return "answer_json", str(error)
    if said.not_sure and not item.schema.not_sure:
        return "answer_json", "not_sure must be false: this item does not offer it"
    return None
