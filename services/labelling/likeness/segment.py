"""Segments of a recording: the F1 of a one-to-one matching by the time that two share, times their transcripts' likeness.

A segment of the result begins and ends at the weighted median; its transcript is the one that is most like the others.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from services.labelling.likeness.answers import Ballot, Fused, Kind, Marks, level
from services.labelling.likeness.matching import (
    Floats,
    apart,
    clusters,
    middle,
    overlap,
    same_label,
    soft_f1,
    worth_comparing,
)
from services.labelling.likeness.text import medoid_text, text_similarity
from services.labelling.values import Control, Mark

_ENDS = ("start_ms", "end_ms")


def _scores(first: Sequence[Mark], second: Sequence[Mark]) -> Floats:
    """[n, m] shared time over the time of either; 0 for other labels."""
    if not first or not second:
        return np.zeros((len(first), len(second)))
    start, end = (np.array([mark.value[name] for mark in first], dtype=np.float64)[:, None] for name in _ENDS)
    other_start, other_end = (np.array([mark.value[name] for mark in second], dtype=np.float64) for name in _ENDS)
    shared = np.maximum(np.minimum(end, other_end) - np.maximum(start, other_start), 0.0)
    either = (end - start) + (other_end - other_start) - shared
    scores: Floats = shared / np.maximum(either, 1.0) * same_label(first, second)
    return scores


def _similarity(_: Control, first: Marks, second: Marks) -> float:
    scores = _scores(first.own, second.own)
    close = worth_comparing(scores)
    scores[~close] = 0.0
    for row, column in zip(*np.nonzero(close), strict=True):
        scores[row, column] *= _heard_alike(first.own[row], second.own[column])
    return soft_f1(scores)


def _fuse(control: Control, ballot: Ballot) -> list[Fused]:
    marks = ballot.marks
    out = []
    for rows in clusters(ballot, _scores):
        members = [marks[row] for row in rows]
        weights = [ballot.weights[place] for place, _ in members]
        mark = Mark("", control.control_id, "segment", members[0][1].label, _value(members, weights))
        if mark.value["start_ms"] < mark.value["end_ms"]:
            out.append(Fused(mark, members, sum(weights)))
    return apart(_touching(sorted(out, key=_place), ballot), ballot, _ENDS)


def _value(members: Sequence[tuple[int, Mark]], weights: list[float]) -> dict[str, int | str]:
    values = [mark.value for _, mark in members]
    value: dict[str, int | str] = {name: int(middle([one[name] for one in values], weights)) for name in _ENDS}
    written = [(str(one["text"]), weight) for one, weight in zip(values, weights, strict=True) if "text" in one]
    if written:
        value["text"] = medoid_text([text for text, _ in written], [weight for _, weight in written])
    return value


def _touching(fused: list[Fused], ballot: Ballot) -> list[Fused]:
    """Where medians cross by less than half of the later one, it begins where the earlier one ends."""
    crowded = any(overlap(answer.own, _ENDS) for answer in ballot.answers)
    out: list[Fused] = []
    for one in fused:
        start, end = one.mark.value["start_ms"], one.mark.value["end_ms"]
        before = out[-1].mark.value["end_ms"] if out else 0
        if start < before < (start + end) / 2 and not crowded:
            mark = Mark("", one.mark.control, "segment", one.mark.label, {**one.mark.value, "start_ms": before})
            out.append(Fused(mark, one.members, one.weight))
        else:
            out.append(one)
    return out


def _heard_alike(first: Mark, second: Mark) -> float:
    if "text" not in first.value and "text" not in second.value:
        return 1.0
    return text_similarity(str(first.value.get("text", "")), str(second.value.get("text", "")))


def _place(one: Fused) -> tuple[int, int, str]:
    return one.mark.value["start_ms"], one.mark.value["end_ms"], one.mark.label


SEGMENT = Kind(_similarity, _fuse, level(0.1), gold_likeness=0.5)
