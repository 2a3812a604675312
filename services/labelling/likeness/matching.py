"""Which marks of one answer are which of another's: one to one, and in groups over many answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import floor

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from services.labelling.likeness.answers import ROUNDING, Ballot, Fused, Pairs
from services.labelling.values import Mark

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

CLUSTER_FROM = 0.3
"""The similarity from which on marks of two people can be the same thing."""
CANDIDATES_MAX = 16
"""In each other answer so many marks can be the same thing as one mark."""
PAIRS_MAX = 5_000
"""So many pairs of marks of two answers are each compared closely; of more, the likeliest of each mark."""
LIKELIEST = 8
_TENTHS = 10.0
_NOISE_DIGITS = 6

Scores = Callable[[Sequence[Mark], Sequence[Mark]], Floats]


def soft_f1(scores: Floats) -> float:
    """The sum of the best one-to-one matching over the mean count, from [n, m] similarities of marks.

    With similarities of 0 and 1 it is the F1 of the matching. Without marks on one side it is 0.
    """
    if 0 in scores.shape:
        return 0.0
    rows, columns = linear_sum_assignment(scores, maximize=True)
    return float(2.0 * scores[rows, columns].sum() / sum(scores.shape))


def same_label(first: Sequence[Mark], second: Sequence[Mark]) -> Flags:
    """[n, m] whether two marks have the same label."""
    one, other = (np.array([mark.label for mark in marks], dtype=np.str_) for marks in (first, second))
    flags: Flags = one[:, None] == other[None, :]
    return flags


def worth_comparing(most: Floats) -> Flags:
    """[n, m] which pairs of marks to compare closely, from [n, m] how alike they can be at most.

    All that can be alike; where these are more than 5,000, the 8 likeliest of each mark: so two answers of thousands of
    marks, all in one place, are compared in seconds too.
    """
    able = most > 0.0
    if np.count_nonzero(able) <= PAIRS_MAX:
        return able
    chosen = np.zeros(most.shape, dtype=np.bool_)
    for axis in (0, 1):
        best = np.argsort(-np.round(most, 9), axis=axis, kind="stable")
        np.put_along_axis(chosen, best.take(range(min(LIKELIEST, most.shape[axis])), axis=axis), True, axis)
    close: Flags = chosen & able
    return close


def clusters(ballot: Ballot, scores_of: Scores) -> list[list[int]]:
    """The marks of a ballot in groups of the same thing, each person at most once in a group.

    Args:
        ballot: the answers; the places of its marks are the rows.
        scores_of: [n, m] similarities of marks of two answers.

    Returns:
        Rows by group, of those groups that at least half of the weight speaks for, in the order of their first rows.
    """
    marks = ballot.marks
    group = list(range(len(marks)))
    members = {row: [row] for row in group}
    voters = {row: {marks[row][0]} for row in group}
    for first, second in _likely_pairs(ballot, scores_of):
        one, other = group[first], group[second]
        if one == other or voters[one] & voters[other]:
            continue
        for row in members[other]:
            group[row] = one
        members[one] += members.pop(other)
        voters[one] |= voters.pop(other)
    found = [sorted(rows) for rows in members.values()]
    strong = [rows for rows in found if ballot.weight_of([marks[row] for row in rows]) >= ballot.quorum - ROUNDING]
    return sorted(strong)


def _likely_pairs(ballot: Ballot, scores_of: Scores) -> list[tuple[int, int]]:
    """Pairs of rows that can be the same thing, the likeliest first; of each mark so many in each other answer."""
    first_row = np.cumsum([0, *(len(answer.own) for answer in ballot.answers)])
    rows, columns, scores = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)], [np.zeros(0)]
    for one, answer in enumerate(ballot.answers):
        for other, another in enumerate(ballot.answers[one + 1 :], one + 1):
            key = id(answer), id(another)
            if key not in ballot.memory.pairs:
                ballot.memory.pairs[key] = _pairs(scores_of(answer.own, another.own))
            row, column, values = ballot.memory.pairs[key]
            rows.append(row + first_row[one])
            columns.append(column + first_row[other])
            scores.append(values)
    found = np.concatenate(rows), np.concatenate(columns)
    order = np.lexsort((found[1], found[0], -np.concatenate(scores)))
    return [(int(found[0][n]), int(found[1][n])) for n in order]


def _pairs(block: Floats) -> Pairs:
    """The likely pairs of two answers, from [n, m] how alike their marks are."""
    best = np.argsort(-np.round(block, 9), axis=1, kind="stable")[:, :CANDIDATES_MAX]
    values = np.take_along_axis(block, best, axis=1)
    row, place = np.nonzero(values >= CLUSTER_FROM)
    return row, best[row, place], np.round(values[row, place], 9)


def medoid(scores: Floats, weights: Sequence[float]) -> int:
    """The place of what is most like the others, weighted, from [n, n] similarities; among equals the first."""
    return int(np.argmax(np.round(scores @ np.array(weights), 9)))


def median(values: Sequence[float], weights: Sequence[float], *, high: bool = False) -> float:
    """The weighted median, one of the values: where two halve the weight, the lower one, or with `high` the other."""
    order = sorted(range(len(values)), key=lambda n: (values[n], weights[n]))
    half, passed = sum(weights) / 2.0, 0.0
    for n in order:
        passed += weights[n]
        if passed > half + ROUNDING or (not high and passed >= half - ROUNDING):
            return values[n]
    return values[order[-1]]


def middle(values: Sequence[float], weights: Sequence[float]) -> float:
    """The weighted median; where two values halve the weight, what lies between them."""
    return (median(values, weights) + median(values, weights, high=True)) / 2.0


def tenth(pixels: float) -> float:
    """Pixels with one decimal, cut off: two edges stay as far apart as they were, where that has one decimal too."""
    return floor(round(pixels * _TENTHS, _NOISE_DIGITS)) / _TENTHS


def plurality(votes: Sequence[tuple[str, float]], order: Sequence[str]) -> str:
    """The value with the most weight; among equals the one that comes first in `order`, then by its name."""
    place = {value: n for n, value in enumerate(order)}
    total: dict[str, float] = {}
    for value, weight in votes:
        total[value] = total.get(value, 0.0) + weight
    return min(total, key=lambda value: (-round(total[value], 9), place.get(value, len(place)), value))


def apart(fused: Sequence[Fused], ballot: Ballot, ends: tuple[str, str]) -> list[Fused]:
    """The same without those that lie over a stronger one, unless somebody's own marks lie over each other."""
    if any(overlap(answer.own, ends) for answer in ballot.answers):
        return list(fused)
    kept: list[Fused] = []
    for one in sorted(fused, key=lambda one: (-round(one.weight, 9), one.mark.value[ends[0]])):
        if not overlap([*(each.mark for each in kept), one.mark], ends):
            kept.append(one)
    return sorted(kept, key=lambda one: one.mark.value[ends[0]])


def overlap(marks: Sequence[Mark], ends: tuple[str, str]) -> bool:
    """Whether any two marks lie over each other, by the names of their ends."""
    places = sorted((mark.value[ends[0]], mark.value[ends[1]]) for mark in marks)
    return any(later[0] < earlier[1] for earlier, later in pairwise(places))
