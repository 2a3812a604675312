"""Practice: which answers are right, per annotation type, and what a learner is told after each.

An annotation type has one entry in KINDS; another type takes a kind there and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from services.labelling.annotation import FORM, check_answer
from services.labelling.kinds import AnnotationType
from services.labelling.schema import LabelSchema
from services.workers.domain.course import PracticeItem
from services.workers.domain.programmes import LocalText

TRIES_BEFORE_WHY: Final = 2
"""After so many wrong answers the right one is shown."""


@dataclass(frozen=True)
class PracticeKind:
    """How one kind of answer is read and compared.

    Attributes:
        right_of: what a course's "right" says under a schema; ValueError with the rule it breaks.
        read: what an annotation says; raises AnswerInvalidError.
        same: whether an answer counts as the right one.
        annotation_of: the right answer as an annotation (form ilgam.annotation/1).
    """

    right_of: Callable[[LabelSchema, object], object]
    read: Callable[[LabelSchema, str], object]
    same: Callable[[object, object], bool]
    annotation_of: Callable[[LabelSchema, object], Mapping[str, Any]]


def _label_of(schema: LabelSchema, right: object) -> str:
    label = right.get("label") if isinstance(right, dict) and set(right) == {"label"} else None
    if not isinstance(label, str) or label not in schema.labels:
        raise ValueError('must be {"label": one of the label schema\'s values}')
    return label


def _chosen(schema: LabelSchema, answer_json: str) -> str:
    return check_answer(schema, answer_json).label


def _choice_annotation(schema: LabelSchema, right: object) -> Mapping[str, Any]:
    return {
        "schema": FORM,
        "results": [{"control": schema.control_id, "type": "choice", "value": {"choices": [right]}}],
    }


def _equal(given: object, right: object) -> bool:
    return given == right


CHOICE: Final = PracticeKind(_label_of, _chosen, _equal, _choice_annotation)

KINDS: Final[Mapping[int, PracticeKind]] = {
    AnnotationType.TEXT_CHOICE: CHOICE,
    AnnotationType.IMAGE_CHOICE: CHOICE,
}
"""How answers of each annotation type (the contract's number) are compared."""


@dataclass(frozen=True)
class PracticeAnswer:
    """What a person answered to an item so far: the last answer, and how the first one was."""

    key: str
    answer_json: str
    right: bool
    try_count: int
    first_right: bool

    @property
    def done(self) -> bool:
        """Whether there is nothing more to find out."""
        return self.right or self.try_count >= TRIES_BEFORE_WHY


@dataclass(frozen=True)
class Feedback:
    """What a person is told about their answer; a hint, an explanation and the right answer where it is time for them."""

    answer: PracticeAnswer
    hint: LocalText | None = None
    why: LocalText | None = None
    right_answer_json: str = ""


def answered(earlier: PracticeAnswer | None, key: str, answer_json: str, *, right: bool) -> PracticeAnswer:
    """What is kept after one more answer. What was found out stays: no later answer undoes it."""
    if earlier is None:
        return PracticeAnswer(key, answer_json, right, 1, right)
    if earlier.done:
        return earlier
    return PracticeAnswer(key, answer_json, right, earlier.try_count + 1, earlier.first_right)


def feedback_on(kind: PracticeKind, schema: LabelSchema, item: PracticeItem, answer: PracticeAnswer) -> Feedback:
    """A hint after the first wrong answer; the explanation once it is right or wrong again."""
    if not answer.done:
        return Feedback(answer, hint=item.hint)
    right = json.dumps(kind.annotation_of(schema, item.right), ensure_ascii=False)
    return Feedback(answer, hint=None if answer.right else item.hint, why=item.why, right_answer_json=right)
