"""A course: modules that open in order, each with what is shown, a quiz and practice."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from services.labelling.schema import LabelSchema
from services.labelling.values import Mark
from services.workers.domain.programmes import LocalText


@dataclass(frozen=True)
class Question:
    """A question of a quiz, the values to choose from, and which is right and why."""

    question_id: str
    values: tuple[str, ...]
    right: str = field(repr=False)
    why: LocalText = field(repr=False)


@dataclass(frozen=True)
class Quiz:
    """The questions of a module, passed at a share of right answers."""

    pass_share: float
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class PracticeItem:
    """An item to practise with. `right` are the marks of the right answer."""

    key: str
    data: Mapping[str, Any]
    right: tuple[Mark, ...] = field(repr=False)
    hint: LocalText = field(repr=False)
    why: LocalText = field(repr=False)


@dataclass(frozen=True)
class Practice:
    """A module's practice: answered under a label schema as jobs have it. `annotation_type` is the contract's number."""

    annotation_type: int
    schema_json: str
    schema: LabelSchema
    instructions: LocalText
    items: tuple[PracticeItem, ...]

    def item(self, key: str) -> PracticeItem | None:
        """The item with a key."""
        return next((item for item in self.items if item.key == key), None)


@dataclass(frozen=True)
class Module:
    """A part of a course. `shown` is its object in the document."""

    module_id: str
    title: LocalText
    minutes: int
    annotation_type: int
    shown: Mapping[str, Any] = field(repr=False)
    quiz: Quiz | None = None
    practice: Practice | None = None


@dataclass(frozen=True)
class Course:
    """A course as its document says. `media` are (path, media id) of what it names."""

    modules: tuple[Module, ...]
    media: tuple[tuple[str, str], ...] = ()

    def module(self, module_id: str) -> Module | None:
        """The module with an id."""
        return next((module for module in self.modules if module.module_id == module_id), None)


class ModuleState(Enum):
    """Where a person stands in a module."""

    LOCKED = "LOCKED"
    OPEN = "OPEN"
    FINISHED = "FINISHED"


@dataclass(frozen=True)
class ModuleProgress:
    """How far a person is in one module. `quiz_answers` are the last ones, question id -> value."""

    module_id: str
    finished: bool = False
    quiz_passed: bool = False
    quiz_answers: Mapping[str, str] = field(default_factory=dict)
    practice_done_count: int = 0


def states_of(course: Course, finished: Collection[str]) -> list[ModuleState]:
    """Where a person stands in each module: what is finished stays so, the rest opens in order."""
    states: list[ModuleState] = []
    for module in course.modules:
        if module.module_id in finished:
            states.append(ModuleState.FINISHED)
        else:
            before = all(state is ModuleState.FINISHED for state in states)
            states.append(ModuleState.OPEN if before else ModuleState.LOCKED)
    return states


def next_module_of(modules: Sequence[Module], states: Sequence[ModuleState]) -> str:
    """The module to go on with; empty when all are finished."""
    pairs = zip(modules, states, strict=True)
    return next((module.module_id for module, state in pairs if state is ModuleState.OPEN), "")


def missing_for_finish(module: Module, progress: ModuleProgress) -> str:
    """What a person has yet to do before a module is finished: quiz, practice, or nothing (empty)."""
    if module.quiz is not None and not progress.quiz_passed:
        return "quiz"
    if module.practice is not None and progress.practice_done_count < len(module.practice.items):
        return "practice"
    return ""
