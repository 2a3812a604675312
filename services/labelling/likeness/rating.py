"""Ratings on a scale: 1 less the share of the scale between them; the result is the weighted median."""

from __future__ import annotations

from services.labelling.likeness.answers import ROUNDING, Ballot, Fused, Kind, Marks
from services.labelling.likeness.matching import median
from services.labelling.values import Control, Mark

_SCALE = (1.0, 5.0)


def _similarity(control: Control, first: Marks, second: Marks) -> float:
    if not first.own or not second.own:
        return 0.0
    low, high = _ends(control)
    return max(0.0, 1.0 - abs(_rating(first) - _rating(second)) / (high - low))


def _fuse(control: Control, ballot: Ballot) -> list[Fused]:
    rated = [(answer, weight) for answer, weight in zip(ballot.answers, ballot.weights, strict=True) if answer.own]
    if sum(weight for _, weight in rated) < ballot.quorum - ROUNDING or not rated:
        return []
    best = median([_rating(answer) for answer, _ in rated], [weight for _, weight in rated])
    return [Fused(Mark("", control.control_id, "rating", "", {"rating": int(best)}), ballot.marks)]


def _chance(control: Control) -> float:
    """The mean similarity of two ratings drawn evenly: n steps lie (n^2 - 1) / 3n apart in the mean."""
    low, high = _ends(control)
    steps = high - low + 1.0
    return 1.0 - (steps * steps - 1.0) / (3.0 * steps) / (high - low)


def _rating(marks: Marks) -> float:
    return float(marks.own[0].value["rating"])


def _ends(control: Control) -> tuple[float, float]:
    if control.low is None or control.high is None or control.high <= control.low:
        return _SCALE
    return control.low, control.high


RATING = Kind(_similarity, _fuse, _chance, gold_likeness=0.7)
