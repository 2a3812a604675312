"""How several answers become one: each control by its kind, relations after what they join."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import count

from services.labelling.kinds import FIELD_KINDS
from services.labelling.likeness.answers import Ballot, Marks, content_of, marks_of
from services.labelling.likeness.registry import KINDS
from services.labelling.values import Control, Mark

_ORDER = {kind: place for place, kind in enumerate(KINDS)}


def fuse(controls: Sequence[Control], answers: Sequence[Sequence[Mark]], weights: Sequence[float]) -> tuple[Mark, ...]:
    """What several people's answers say together, in the order of the controls; each counts by its weight, above 0.

    The same set of answers gives the same result in whatever order they come, and equal answers give that answer. Marks get
    new ids.

    Raises:
        ValueError: answers and weights differ in number, or a weight is not above 0.
    """
    if any(weight <= 0 for weight in weights):
        raise ValueError("a weight must be above 0")
    order = sorted(zip(answers, weights, strict=True), key=lambda one: (_said(one[0]), one[1]))
    number = count(1)
    found: dict[str, list[Mark]] = {}
    fused_ids: dict[tuple[int, str], str] = {}
    for control in sorted(controls, key=lambda control: _ORDER[control.kind]):
        ballot = Ballot(_ordered(control, order), [weight for _, weight in order], fused_ids)
        found[control.control_id] = []
        for one in KINDS[control.kind].fuse(control, ballot) if ballot.marks else ():
            mark_id = "" if control.kind in FIELD_KINDS else f"r{next(number)}"
            found[control.control_id].append(replace(one.mark, mark_id=mark_id))
            fused_ids |= {(place, member.mark_id): mark_id for place, member in one.members if mark_id}
    return tuple(mark for control in controls for mark in found[control.control_id])


def _ordered(control: Control, order: Sequence[tuple[Sequence[Mark], float]]) -> list[Marks]:
    return [marks_of(control, answer) for answer, _ in order]


def _said(answer: Sequence[Mark]) -> list[str]:
    every = {mark.mark_id: mark for mark in answer if mark.mark_id}
    return sorted(f"{mark.control} {content_of(mark, every)} {mark.mark_id}" for mark in answer)
