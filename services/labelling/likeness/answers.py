"""What kinds of controls are compared and fused by: the marks of one control in one answer, and many such answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.labelling.values import Control, Mark

Content = str
"""What a mark says, without its id: equal for marks that say the same."""


@dataclass(frozen=True)
class Marks:
    """The marks of one control in one answer, ordered by what they say.

    Attributes:
        own: the control's marks.
        every: all marks of the answer by id, for those that name others.
    """

    own: tuple[Mark, ...]
    every: Mapping[str, Mark] = field(default_factory=dict)

    @property
    def contents(self) -> tuple[Content, ...]:
        """What each of them says."""
        return tuple(content_of(mark, self.every) for mark in self.own)


Pairs = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]
"""Which mark of one answer can be which of another's: their places, and how alike they are."""


@dataclass(frozen=True)
class Memory:
    """What was found out of answers that are heard again in other company. It holds for as long as these very answers do.

    Attributes:
        said: what each says, by answer.
        marks: the marks of a control, by control and answer.
        pairs: of two answers' marks of one control, by these.
        shapes: geometries, by mark.
    """

    said: dict[int, list[str]] = field(default_factory=dict)
    marks: dict[tuple[str, int], Marks] = field(default_factory=dict)
    pairs: dict[tuple[int, int], Pairs] = field(default_factory=dict)
    shapes: dict[int, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Ballot:
    """Several people's marks of one control, to be made one.

    Attributes:
        answers: in an order that depends on what they say alone.
        weights: how much each counts, above 0.
        fused_ids: ids in the result by (place of an answer, id of its mark), of controls fused before.
        memory: what is known of these answers.
    """

    answers: Sequence[Marks]
    weights: Sequence[float]
    fused_ids: Mapping[tuple[int, str], str] = field(default_factory=dict)
    memory: Memory = field(default_factory=Memory)

    @property
    def quorum(self) -> float:
        """The weight from which on a mark belongs to the result: half of all."""
        return QUORUM * sum(self.weights)

    @property
    def marks(self) -> list[tuple[int, Mark]]:
        """All marks with the places of their answers."""
        return [(place, mark) for place, answer in enumerate(self.answers) for mark in answer.own]

    def weight_of(self, members: Sequence[tuple[int, Mark]]) -> float:
        """The weight of those who made these marks."""
        return sum(self.weights[place] for place, _ in members)


@dataclass(frozen=True)
class Fused:
    """A mark of the result, its id not given yet, and the marks that it was made from."""

    mark: Mark
    members: Sequence[tuple[int, Mark]]
    weight: float = 0.0


@dataclass(frozen=True)
class Kind:
    """How marks of one kind of control are compared and fused.

    Attributes:
        similarity: 0 to 1, of two answers of which at least one has marks.
        fuse: the result of several answers.
        chance: the similarity of answers that have nothing to do with each other.
        gold_likeness: from which similarity on an answer says what a known answer says.
    """

    similarity: Callable[[Control, Marks, Marks], float]
    fuse: Callable[[Control, Ballot], list[Fused]]
    chance: Callable[[Control], float]
    gold_likeness: float


QUORUM = 0.5
ROUNDING = 1e-9
"""Sums of weights that differ by less are equal."""


def content_of(mark: Mark, every: Mapping[str, Mark]) -> Content:
    """What a mark says; where it names other marks, what those say."""
    return json.dumps(_said(mark, every), sort_keys=True, ensure_ascii=True)


def marks_of(control: Control, answer: Sequence[Mark]) -> Marks:
    """The marks of a control in an answer."""
    every = {mark.mark_id: mark for mark in answer if mark.mark_id}
    own = [mark for mark in answer if mark.control == control.control_id]
    return Marks(tuple(sorted(own, key=lambda mark: (content_of(mark, every), mark.mark_id))), every)


def level(value: float) -> Callable[[Control], float]:
    """The same for every control."""

    def same(_: Control) -> float:
        return value

    return same


def _said(mark: Mark, every: Mapping[str, Mark]) -> list[Any]:
    if mark.type != "relation":
        return [mark.type, mark.label, dict(mark.value)]
    ends = [every.get(str(mark.value.get(end))) for end in ("from", "to")]
    return [mark.type, mark.label, *(None if one is None else [one.type, one.label, dict(one.value)] for one in ends)]
