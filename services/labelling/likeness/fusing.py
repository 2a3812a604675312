"""How several answers become one: each control by its kind, relations after what they join."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import count

from services.labelling.checks.together import check_counts
from services.labelling.kinds import FIELD_KINDS
from services.labelling.likeness.answers import Ballot, Fused, Marks, Memory, content_of, marks_of
from services.labelling.likeness.comparing import similarity
from services.labelling.likeness.registry import KINDS
from services.labelling.refusal import AnswerInvalidError
from services.labelling.values import Control, Mark

_Weighed = tuple[Sequence[Mark], float]
"""An answer and how much it counts."""

_ENDS = ("from", "to")
_KIND_ORDER = {kind: place for place, kind in enumerate(KINDS)}


def fuse(controls: Sequence[Control], answers: Sequence[Sequence[Mark]], weights: Sequence[float]) -> tuple[Mark, ...]:
    """One answer of several people's, in the order of the controls; each counts by its weight, above 0.

    The same set of answers gives the same result in whatever order they come, and equal answers give that answer. Marks get
    new ids. Of answers that keep the rules of a label schema comes one that keeps them too: of a control at most as many
    marks as it takes; and where what is left breaks a rule (too few of something agree, or all is too much), the answer
    that is most like it stands for all. Of controls that exclude each other one is kept.

    Raises:
        ValueError: answers and weights differ in number, or a weight is not above 0.
    """
    memory = Memory()
    order = _order(answers, weights, memory)
    fused = _together(controls, order, _strongest, memory)
    if _keeps_counts(controls, fused):
        return fused
    able = [one for one in order if _keeps_counts(controls, one[0])]
    if not able:
        return fused
    likest, _ = max(able, key=lambda one: (round(similarity(controls, one[0], fused), 9), round(one[1], 9)))
    return _as_result(controls, likest)


def together(
    controls: Sequence[Control],
    answers: Sequence[Sequence[Mark]],
    weights: Sequence[float],
    memory: Memory | None = None,
) -> tuple[Mark, ...]:
    """All that at least half of the people say, to liken an answer to: it may be more than one answer may hold.

    As `fuse` gives it, but where as many say one thing as another, both are heard. With the `memory` of an earlier time
    these answers, in whatever company, are not compared again.

    Raises:
        ValueError: as `fuse`.
    """
    known = memory or Memory()
    return _together(controls, _order(answers, weights, known), _all, known)


def _order(answers: Sequence[Sequence[Mark]], weights: Sequence[float], memory: Memory) -> list[_Weighed]:
    if any(weight <= 0 for weight in weights):
        raise ValueError("a weight must be above 0")
    for answer in answers:
        if id(answer) not in memory.said:
            memory.said[id(answer)] = _said(answer)
    return sorted(zip(answers, weights, strict=True), key=lambda one: (memory.said[id(one[0])], one[1]))


def _together(
    controls: Sequence[Control],
    order: Sequence[_Weighed],
    kept: Callable[[Control, Sequence[Fused]], Sequence[Fused]],
    memory: Memory,
) -> tuple[Mark, ...]:
    number = count(1)
    found: dict[str, list[Mark]] = {}
    fused_ids: dict[tuple[int, str], str] = {}
    for control in sorted(controls, key=lambda control: _KIND_ORDER[control.kind]):
        ballot = Ballot(_ordered(control, order, memory), [weight for _, weight in order], fused_ids, memory)
        found[control.control_id] = []
        for one in kept(control, KINDS[control.kind].fuse(control, ballot) if ballot.marks else []):
            mark_id = "" if control.kind in FIELD_KINDS else f"r{next(number)}"
            found[control.control_id].append(replace(one.mark, mark_id=mark_id))
            fused_ids |= {(place, member.mark_id): mark_id for place, member in one.members if mark_id}
    for control_id in _excluded(controls, found, order):
        found[control_id] = []
    known = {mark.mark_id for marks in found.values() for mark in marks}
    return tuple(mark for control in controls for mark in found[control.control_id] if _ends_of(mark) <= known)


def _as_result(controls: Sequence[Control], answer: Sequence[Mark]) -> tuple[Mark, ...]:
    """One person's answer under the ids of a result."""
    own = [mark for control in controls for mark in marks_of(control, answer).own]
    ids = {mark.mark_id: f"r{n}" for n, mark in enumerate((mark for mark in own if mark.mark_id), 1)}
    return tuple(
        replace(
            mark,
            mark_id=ids.get(mark.mark_id, ""),
            value={**mark.value, **{end: ids[str(mark.value[end])] for end in _ENDS}} if _ends_of(mark) else mark.value,
        )
        for mark in own
        if _ends_of(mark) <= ids.keys()
    )


def _all(_: Control, fused: Sequence[Fused]) -> Sequence[Fused]:
    return fused


def _strongest(control: Control, fused: Sequence[Fused]) -> Sequence[Fused]:
    """As many as the control takes, in their order: those that the most people made; of equals, the first."""
    if len(fused) <= control.most:
        return fused
    chosen = sorted(range(len(fused)), key=lambda n: -round(fused[n].weight, 9))[: control.most]
    return [fused[n] for n in sorted(chosen)]


def _keeps_counts(controls: Sequence[Control], marks: Sequence[Mark]) -> bool:
    try:
        check_counts(controls, marks)
    except AnswerInvalidError:
        return False
    return True


def _excluded(controls: Sequence[Control], found: Mapping[str, Sequence[Mark]], order: Sequence[_Weighed]) -> list[str]:
    """Of two controls that exclude each other and both have marks, as people were of two minds: what fewer used, or the later."""
    used: dict[str, float] = {}
    for answer, weight in order:
        for control_id in {mark.control for mark in answer}:
            used[control_id] = used.get(control_id, 0.0) + weight
    excluding = {one.control_id: set(one.exclusive_with) for one in controls}
    kept: list[str] = []
    for control in sorted(controls, key=lambda one: -round(used.get(one.control_id, 0.0), 9)):
        mine = control.control_id
        if found[mine] and not any(one in excluding[mine] or mine in excluding[one] for one in kept):
            kept.append(mine)
    return [one for one, marks in found.items() if marks and one not in kept]


def _ends_of(mark: Mark) -> set[str]:
    """The marks that a mark joins."""
    return {str(mark.value[end]) for end in _ENDS} if mark.type == "relation" else set()


def _ordered(control: Control, order: Sequence[_Weighed], memory: Memory) -> list[Marks]:
    found = []
    for answer, _ in order:
        key = control.control_id, id(answer)
        if key not in memory.marks:
            memory.marks[key] = marks_of(control, answer)
        found.append(memory.marks[key])
    return found


def _said(answer: Sequence[Mark]) -> list[str]:
    every = {mark.mark_id: mark for mark in answer if mark.mark_id}
    return sorted(f"{mark.control} {content_of(mark, every)} {mark.mark_id}" for mark in answer)
