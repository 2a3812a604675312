"""Which of two is better: the same or not; the result is what most said."""

from __future__ import annotations

from services.labelling.likeness.answers import Ballot, Fused, Kind, Marks, level
from services.labelling.likeness.matching import plurality
from services.labelling.values import Control, Mark

_ORDER = ("tie", "first", "second")
"""Where as many say the one as the other, "both are as good" is the result where anybody said it."""


def _similarity(_: Control, first: Marks, second: Marks) -> float:
    return float(_said(first) == _said(second))


def _fuse(control: Control, ballot: Ballot) -> list[Fused]:
    votes = [(_said(answer), weight) for answer, weight in zip(ballot.answers, ballot.weights, strict=True)]
    best = plurality(votes, _ORDER)
    return [Fused(Mark("", control.control_id, "pairwise", "", {"choice": best}), ballot.marks)] if best else []


def _said(marks: Marks) -> str:
    return str(marks.own[0].value["choice"]) if marks.own else ""


PAIRWISE = Kind(_similarity, _fuse, level(0.5), gold_likeness=0.5)
