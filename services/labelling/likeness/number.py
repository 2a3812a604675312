"""Numbers: 1 less their difference over the larger one; the result is the weighted median."""

from __future__ import annotations

from services.labelling.likeness.answers import ROUNDING, Ballot, Fused, Kind, Marks, level
from services.labelling.likeness.matching import median
from services.labelling.values import Control, Mark


def _similarity(_: Control, first: Marks, second: Marks) -> float:
    if not first.own or not second.own:
        return 0.0
    one, other = _number(first), _number(second)
    larger = max(abs(one), abs(other))
    return max(0.0, 1.0 - abs(one - other) / larger) if larger else 1.0


def _fuse(control: Control, ballot: Ballot) -> list[Fused]:
    given = [(answer, weight) for answer, weight in zip(ballot.answers, ballot.weights, strict=True) if answer.own]
    if sum(weight for _, weight in given) < ballot.quorum - ROUNDING or not given:
        return []
    best = median([_number(answer) for answer, _ in given], [weight for _, weight in given])
    # The number as somebody wrote it: whole ones stay whole.
    written = next(answer.own[0].value["number"] for answer, _ in given if _number(answer) == best)
    return [Fused(Mark("", control.control_id, "number", "", {"number": written}), ballot.marks)]


def _number(marks: Marks) -> float:
    return float(marks.own[0].value["number"])


NUMBER = Kind(_similarity, _fuse, level(0.4), gold_likeness=0.9)
