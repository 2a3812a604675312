"""Choices: the share of what both chose; the result is what most chose."""

from __future__ import annotations

from services.labelling.likeness.answers import ROUNDING, Ballot, Fused, Kind, Marks
from services.labelling.likeness.matching import plurality
from services.labelling.values import Control, Mark


def _similarity(_: Control, first: Marks, second: Marks) -> float:
    one, other = _chosen(first), _chosen(second)
    return len(one & other) / len(one | other) if one | other else 1.0


def _fuse(control: Control, ballot: Ballot) -> list[Fused]:
    chosen = [_chosen(answer) for answer in ballot.answers]
    several = any(len(values) > 1 for values in chosen)
    values = _each(control, ballot, chosen) if several else _one(control, ballot, chosen)
    if not values:
        return []
    return [Fused(Mark("", control.control_id, "choice", "", {"choices": values}), ballot.marks)]


def _one(control: Control, ballot: Ballot, chosen: list[frozenset[str]]) -> list[str]:
    votes = [(next(iter(values), ""), weight) for values, weight in zip(chosen, ballot.weights, strict=True)]
    best = plurality(votes, control.values)
    return [best] if best else []


def _each(control: Control, ballot: Ballot, chosen: list[frozenset[str]]) -> list[str]:
    """Every option on its own; where none has half of the weight, the one with the most."""
    votes = [(value, weight) for values, weight in zip(chosen, ballot.weights, strict=True) for value in values]
    total: dict[str, float] = {}
    for value, weight in votes:
        total[value] = total.get(value, 0.0) + weight
    place = {value: n for n, value in enumerate(control.values)}
    strong = [value for value, weight in total.items() if weight >= ballot.quorum - ROUNDING]
    return sorted(strong, key=lambda value: (place.get(value, len(place)), value)) or [
        plurality(sorted(votes), control.values)
    ]


def _chosen(marks: Marks) -> frozenset[str]:
    return frozenset(str(value) for mark in marks.own for value in mark.value["choices"])


def _chance(control: Control) -> float:
    return 1.0 / max(2, len(control.labels))


CHOICE = Kind(_similarity, _fuse, _chance, gold_likeness=0.5)
