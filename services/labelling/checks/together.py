"""What marks of one answer must keep together: counts, overlaps, relations, controls that exclude each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Final

from services.labelling.kinds import ControlKind
from services.labelling.refusal import AnswerInvalidError
from services.labelling.values import Control, Mark

RESULTS_MAX: Final = 4_000
"""Marks of an answer."""
POINTS_IN_ALL_MAX: Final = 50_000
"""Points and keyframes of all marks of an answer."""

Placed = tuple[int, Mark]
"""A mark and its place in the results."""


def check_together(controls: Sequence[Control], marks: Sequence[Mark]) -> None:
    """Checks marks that are each right by themselves.

    Raises:
        AnswerInvalidError: the first rule that is broken.
    """
    check_counts(controls, marks)
    for control in controls:
        rule = _RULES.get(control.kind)
        if rule is not None:
            placed = [(place, mark) for place, mark in enumerate(marks) if mark.control == control.control_id]
            rule(control, placed, marks)


def check_counts(controls: Sequence[Control], marks: Sequence[Mark]) -> None:
    """Checks how many marks there are: in all, and of each control beside the others.

    Raises:
        AnswerInvalidError: the first rule that is broken.
    """
    if len(marks) > RESULTS_MAX:
        raise AnswerInvalidError("results", f"must be a list of 0 to {RESULTS_MAX:,} marks")
    if sum(_points(mark) for mark in marks) > POINTS_IN_ALL_MAX:
        raise AnswerInvalidError("results", f"must hold at most {POINTS_IN_ALL_MAX:,} points and keyframes in all")
    counts = Counter(mark.control for mark in marks)
    _check_exclusive(controls, counts)
    for control in controls:
        _check_count(control, counts[control.control_id], is_replaced=_is_replaced(control, controls, counts))


def _is_replaced(control: Control, controls: Sequence[Control], counts: Mapping[str, int]) -> bool:
    """Whether a control that excludes this one is used, so that this one must be empty, required or not."""
    excluding = {one.control_id for one in controls if control.control_id in one.exclusive_with}
    return any(counts.get(other) for other in {*control.exclusive_with, *excluding})


def _points(mark: Mark) -> int:
    return len(mark.value.get("points") or mark.value.get("keyframes") or ())


def _check_count(control: Control, count: int, *, is_replaced: bool) -> None:
    if not count and (is_replaced or not control.required):
        return
    least, named = max(control.least, 1), f'of control "{control.control_id}"'
    if count < least:
        raise AnswerInvalidError("results", f"must hold {_marks(least, 'at least')} {named}")
    if count > control.most:
        raise AnswerInvalidError("results", f"must hold {_marks(control.most, 'at most')} {named}")


def _marks(count: int, bound: str) -> str:
    return "one mark" if count == 1 else f"{bound} {count:,} marks"


def _check_exclusive(controls: Sequence[Control], counts: Mapping[str, int]) -> None:
    for control in controls:
        other = next((one for one in control.exclusive_with if counts.get(one)), None)
        if other is not None and counts.get(control.control_id):
            words = f'must hold marks of control "{control.control_id}" or of "{other}", not of both'
            raise AnswerInvalidError("results", words)


def _check_overlap(start: str, end: str) -> Callable[[Control, Sequence[Placed], Sequence[Mark]], None]:
    def check(control: Control, placed: Sequence[Placed], _marks: Sequence[Mark]) -> None:
        if control.overlap:
            return
        ordered = sorted(placed, key=lambda one: (one[1].value[start], one[1].value[end]))
        for (__, before), (place, after) in pairwise(ordered):
            if after.value[start] < before.value[end]:
                rule = f'must not lie over the mark "{before.mark_id}": marks of this control may not overlap'
                raise AnswerInvalidError(f"results[{place}].value.{start}", rule)

    return check


def _check_cells(_: Control, placed: Sequence[Placed], __: Sequence[Mark]) -> None:
    seen: set[tuple[int, int]] = set()
    for place, mark in placed:
        cell = (mark.value["row"], mark.value["column"])
        if cell in seen:
            raise AnswerInvalidError(f"results[{place}].value", "must be another cell: this one is marked already")
        seen.add(cell)


def _check_relations(control: Control, placed: Sequence[Placed], marks: Sequence[Mark]) -> None:
    spans = {mark.mark_id for mark in marks if mark.control == control.on}
    for place, mark in placed:
        for name in ("from", "to"):
            if mark.value[name] not in spans:
                words = f'must be the id of a span of control "{control.on}"'
                raise AnswerInvalidError(f"results[{place}].value.{name}", words)


_RULES: Final[Mapping[ControlKind, Callable[[Control, Sequence[Placed], Sequence[Mark]], None]]] = {
    ControlKind.SPAN: _check_overlap("start", "end"),
    ControlKind.SEGMENT: _check_overlap("start_ms", "end_ms"),
    ControlKind.CELL: _check_cells,
    ControlKind.RELATION: _check_relations,
}
