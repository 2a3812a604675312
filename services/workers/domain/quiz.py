"""Which answers to a quiz are right, and whether it is passed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.workers.domain.course import Quiz
from services.workers.domain.programmes import LocalText

# Shares such as 0.7 are not exact in binary: 7 of 10 must reach it.
_TINY = 1e-9


@dataclass(frozen=True)
class AnsweredQuestion:
    """How one question was answered."""

    question_id: str
    value: str
    right: bool
    why: LocalText


@dataclass(frozen=True)
class QuizResult:
    """How a quiz was answered this time."""

    questions: tuple[AnsweredQuestion, ...]
    pass_share: float

    @property
    def right_count(self) -> int:
        """How many answers are right."""
        return sum(question.right for question in self.questions)

    @property
    def passed(self) -> bool:
        """Whether the share of right answers suffices."""
        return bool(self.questions) and self.right_count / len(self.questions) >= self.pass_share - _TINY


@dataclass(frozen=True)
class AnswerProblem:
    """An answer that cannot be taken: its place in the request, which field is wrong, and why."""

    place: int
    field: str
    words: str


def problem_with(quiz: Quiz, answers: Sequence[tuple[str, str]]) -> AnswerProblem | None:
    """The first answer that names no question, one twice, or no option; a question left out is named at the end."""
    questions = {question.question_id: question for question in quiz.questions}
    seen: set[str] = set()
    for place, (question_id, value) in enumerate(answers):
        if question_id not in questions:
            return AnswerProblem(place, "question_id", "is not a question of this quiz")
        if question_id in seen:
            return AnswerProblem(place, "question_id", "is answered twice")
        if value not in questions[question_id].values:
            return AnswerProblem(place, "value", "is not one of the question's options")
        seen.add(question_id)
    if len(seen) < len(questions):
        return AnswerProblem(len(answers), "question_id", "answer every question")
    return None


def result_of(quiz: Quiz, answers: Mapping[str, str]) -> QuizResult:
    """How answers did. Questions that have none, because they came in a newer version, are left out."""
    return QuizResult(
        tuple(
            AnsweredQuestion(
                question.question_id,
                answers[question.question_id],
                answers[question.question_id] == question.right,
                question.why,
            )
            for question in quiz.questions
            if answers.get(question.question_id) in question.values
        ),
        quiz.pass_share,
    )
