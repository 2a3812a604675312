"""How alike two answers are, as the mean over the controls that either of them uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.labelling.likeness.answers import Kind, marks_of
from services.labelling.likeness.registry import KINDS
from services.labelling.values import Control, Mark


@dataclass(frozen=True)
class _Compared:
    control: Control
    kind: Kind
    similarity: float


def similarity(controls: Sequence[Control], first: Sequence[Mark], second: Sequence[Mark]) -> float:
    """0 to 1, and 1 for answers that say the same: the mean over the controls that either answer uses.

    A control that both leave empty says nothing; answers without any mark are the same.
    """
    compared = _compared(controls, first, second)
    return sum(one.similarity for one in compared) / len(compared) if compared else 1.0


def agreement(controls: Sequence[Control], first: Sequence[Mark], second: Sequence[Mark]) -> float:
    """The likeness beyond chance: 1 for answers that say the same, about 0 for ones that know nothing of each other.

    Each control's similarity s and chance c give (s - c) / (1 - c), as in Cohen's kappa; negative under chance.
    """
    compared = _compared(controls, first, second)
    if not compared:
        return 1.0
    return sum((one.similarity - _chance(one)) / (1.0 - _chance(one)) for one in compared) / len(compared)


def chance(controls: Sequence[Control], answers: Sequence[Sequence[Mark]]) -> float:
    """The similarity to be had by chance, over the controls that any of the answers uses; 0 where none is used."""
    used = {mark.control for answer in answers for mark in answer}
    known = [KINDS[control.kind].chance(control) for control in controls if control.control_id in used]
    return sum(known) / len(known) if known else 0.0


def matches(controls: Sequence[Control], answer: Sequence[Mark], known: Sequence[Mark]) -> bool:
    """Whether an answer says what a known answer says: as alike as their controls' kinds ask for, in the mean."""
    compared = _compared(controls, answer, known)
    wanted = sum(one.kind.gold_likeness for one in compared)
    return sum(one.similarity for one in compared) >= wanted - 1e-9


def _compared(controls: Sequence[Control], first: Sequence[Mark], second: Sequence[Mark]) -> list[_Compared]:
    out = []
    for control in controls:
        one, other = marks_of(control, first), marks_of(control, second)
        if not one.own and not other.own:
            continue
        kind = KINDS[control.kind]
        said, other_said = one.contents, other.contents
        if said == other_said:
            alike = 1.0
        else:
            # One order for both, so that it is the same from either side to the last bit.
            alike = kind.similarity(control, *((one, other) if said < other_said else (other, one)))
        out.append(_Compared(control, kind, min(1.0, max(0.0, alike))))
    return out


def _chance(one: _Compared) -> float:
    return one.kind.chance(one.control)
