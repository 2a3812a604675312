"""Practice: what a learner is told after each answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from services.labelling.annotation import annotation_json
from services.workers.domain.course import PracticeItem
from services.workers.domain.programmes import LocalText

TRIES_BEFORE_WHY: Final = 2
"""After so many wrong answers the right one is shown."""


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


def feedback_on(item: PracticeItem, answer: PracticeAnswer) -> Feedback:
    """A hint after the first wrong answer; the explanation once it is right or wrong again."""
    if not answer.done:
        return Feedback(answer, hint=item.hint)
    right = annotation_json(item.right)
    return Feedback(answer, hint=None if answer.right else item.hint, why=item.why, right_answer_json=right)
