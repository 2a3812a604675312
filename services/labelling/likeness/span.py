"""Passages of a text: the F1 of a one-to-one matching with credit for the part that two share.

Two spans of one label are alike by the characters in both over the mean of their lengths. A span of the result begins and
ends where the weighted median of its people's spans does.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from services.labelling.likeness.answers import Ballot, Fused, Kind, Marks, level
from services.labelling.likeness.matching import Floats, apart, clusters, median, medoid, same_label, soft_f1
from services.labelling.values import Control, Mark


def span_scores(first: Sequence[Mark], second: Sequence[Mark]) -> Floats:
    """[n, m] how alike spans are; 0 for other labels."""
    if not first or not second:
        return np.zeros((len(first), len(second)))
    starts, ends = (np.array([mark.value[end] for mark in first], dtype=np.float64) for end in ("start", "end"))
    others, other_ends = (np.array([mark.value[end] for mark in second], dtype=np.float64) for end in ("start", "end"))
    shared = np.minimum(ends[:, None], other_ends) - np.maximum(starts[:, None], others)
    lengths = (ends - starts)[:, None] + (other_ends - others)
    scores: Floats = 2.0 * np.maximum(shared, 0.0) / np.maximum(lengths, 1.0) * same_label(first, second)
    return scores


def _similarity(_: Control, first: Marks, second: Marks) -> float:
    return soft_f1(span_scores(first.own, second.own))


def _fuse(control: Control, ballot: Ballot) -> list[Fused]:
    marks = ballot.marks
    out = []
    for rows in clusters(ballot, span_scores):
        members = [marks[row] for row in rows]
        weights = [ballot.weights[place] for place, _ in members]
        spans = [mark for _, mark in members]
        value = _value(spans, weights)
        if value is None:
            value = dict(spans[medoid(span_scores(spans, spans), weights)].value)
        mark = Mark("", control.control_id, "span", members[0][1].label, value)
        out.append(Fused(mark, members, sum(weights)))
    return apart(sorted(out, key=_place), ballot, ("start", "end"))


def _value(spans: Sequence[Mark], weights: Sequence[float]) -> dict[str, int | str] | None:
    """From the median start to the median end, with the quote put together from those of the spans; None: it cannot be."""
    start = int(median([span.value["start"] for span in spans], weights))
    end = int(median([span.value["end"] for span in spans], weights, high=True))
    quoted = {span.value["start"] + n: char for span in spans for n, char in enumerate(span.value["quote"])}
    if start >= end or any(place not in quoted for place in range(start, end)):
        return None
    return {"start": start, "end": end, "quote": "".join(quoted[place] for place in range(start, end))}


def _place(one: Fused) -> tuple[int, int, str]:
    return one.mark.value["start"], one.mark.value["end"], one.mark.label


SPAN = Kind(_similarity, _fuse, level(0.05), gold_likeness=0.5)
