"""When an answer says what the right one says: in practice and exams, where it is right or wrong and nothing between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from services.labelling.kinds import ControlKind
from services.labelling.likeness import similarity
from services.labelling.values import Control, Mark

# Chosen for people, not for statistics: a hand-drawn box of 0.7 likeness looks right, one of 0.6 does not; a choice, or
# which of two is better, has nothing between; a cell missed among ten or a slip of a few letters is forgiven.
PASS_LIKENESS: Final[Mapping[ControlKind, float]] = {
    ControlKind.CHOICE: 1.0,
    ControlKind.PAIRWISE: 1.0,
    ControlKind.RATING: 0.7,
    ControlKind.NUMBER: 0.9,
    ControlKind.TEXT: 0.9,
    ControlKind.SHAPE: 0.7,
    ControlKind.SPAN: 0.7,
    ControlKind.RELATION: 0.7,
    ControlKind.SEGMENT: 0.7,
    ControlKind.TRACK: 0.7,
    ControlKind.CELL: 0.9,
}
"""From which similarity on (services.labelling.likeness, 0 to 1) what was given of a control is right."""
_ROUNDING: Final = 1e-9


def is_right(controls: Sequence[Control], given: Sequence[Mark], right: Sequence[Mark]) -> bool:
    """Whether an answer is right: of each control that either uses, it says what the right answer says."""
    used = {mark.control for mark in (*given, *right)}
    return all(
        similarity([control], given, right) >= PASS_LIKENESS[control.kind] - _ROUNDING
        for control in controls
        if control.control_id in used
    )
