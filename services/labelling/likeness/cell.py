"""Cells of a table: the F1 of the cells, and of the cells with their labels; the result is what most marked."""

from __future__ import annotations

from services.labelling.likeness.answers import ROUNDING, Ballot, Fused, Kind, Marks, level
from services.labelling.likeness.matching import plurality
from services.labelling.values import Control, Mark

_Place = tuple[int, int]


def _similarity(_: Control, first: Marks, second: Marks) -> float:
    one, other = _cells(first), _cells(second)
    marked = len(one.keys() & other.keys())
    alike = sum(one[place] == other[place] for place in one.keys() & other.keys())
    return (marked + alike) / (len(one) + len(other)) if one or other else 1.0


def _fuse(control: Control, ballot: Ballot) -> list[Fused]:
    members: dict[_Place, list[tuple[int, Mark]]] = {}
    for place, mark in ballot.marks:
        members.setdefault(_place(mark), []).append((place, mark))
    out = []
    for (row, column), marks in sorted(members.items()):
        weight = ballot.weight_of(marks)
        if weight >= ballot.quorum - ROUNDING:
            label = plurality([(mark.label, ballot.weights[place]) for place, mark in marks], control.values)
            value = {"row": row, "column": column}
            out.append(Fused(Mark("", control.control_id, "cell", label, value), marks, weight))
    return out


def _cells(marks: Marks) -> dict[_Place, str]:
    return {_place(mark): mark.label for mark in marks.own}


def _place(mark: Mark) -> _Place:
    return int(mark.value["row"]), int(mark.value["column"])


CELL = Kind(_similarity, _fuse, level(0.05), gold_likeness=0.5)
