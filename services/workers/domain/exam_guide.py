"""What the exam of an annotation type asks, how long it is, and the words of its labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.workers.domain.exam import right_needed

ITEM_COUNT = 20
ITEM_COUNT_MIN = 9
TIME_LIMIT_MINUTES = 30
TIME_LIMIT_MINUTES_MIN = 5
QUESTION_LENGTH_MAX = 300


@dataclass(frozen=True)
class Said:
    """A text in both languages; an empty English one falls back to the Korean one."""

    ko: str = ""
    en: str = ""


@dataclass(frozen=True)
class ExamGuide:
    """How the exams of an annotation type are. Labels without words of their own are shown as they are."""

    question: Said = Said()
    instructions: Said = Said()
    label_texts: Mapping[str, Said] = field(default_factory=dict)
    item_count: int = ITEM_COUNT
    time_limit_minutes: int = TIME_LIMIT_MINUTES

    @property
    def right_needed(self) -> int:
        """How many right answers pass; 0 where none does."""
        return right_needed(self.item_count) or 0


def guide_problem(guide: ExamGuide) -> tuple[str, str] | None:
    """The first (field, what to do) of a guide that breaks a rule."""
    if guide.item_count < ITEM_COUNT_MIN:
        return "item_count", f"draw at least {ITEM_COUNT_MIN} items: of fewer even all right prove too little"
    if guide.time_limit_minutes < TIME_LIMIT_MINUTES_MIN:
        return "time_limit_minutes", f"give at least {TIME_LIMIT_MINUTES_MIN} minutes"
    for language, words in (("ko", guide.question.ko), ("en", guide.question.en)):
        if len(words) > QUESTION_LENGTH_MAX:
            return f"question.{language}", f"use at most {QUESTION_LENGTH_MAX} characters"
    if guide.question.en and not guide.question.ko:
        return "question.ko", "write it in Korean too"
    return None
