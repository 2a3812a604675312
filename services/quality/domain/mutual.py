"""How well each of an item's answers fits what the others say, its own left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.labelling.likeness import agreement, fuse
from services.labelling.values import Control, Mark
from services.quality.domain.evidence import Floats

PIVOT = 0.4
STEEPNESS = 10.0
PEERS_MAX = 8
"""With how many others an answer is compared at most."""
PAIR_WEIGHT = 0.3
"""What the word of one other person alone is worth as evidence on somebody."""
ALONE = 0.5


@dataclass(frozen=True, eq=False)
class Mutual:
    """Of an item's n answers.

    Attributes:
        fits: [n] the probability that each is right, by what the others say.
        weights: [n] how much that is worth as evidence on its worker: how far the others agree among themselves.
    """

    fits: Floats
    weights: Floats


def fit(likeness: float) -> float:
    """The probability that an answer is right which is like the others' by so much beyond chance.

    A plain map: even odds at 0.4, and odds of e for each tenth. So 0.1 gives 0.047 and 0.8 gives 0.98: an answer falls under
    a job's `reject_below` of 0.05 when it has next to nothing in common with anybody.
    """
    return float(1.0 / (1.0 + np.exp(-STEEPNESS * (likeness - PIVOT))))


def mutual(controls: Sequence[Control], answers: Sequence[Sequence[Mark]]) -> Mutual:
    """Compares each answer with up to eight others: those that follow it, and the first ones after the last.

    Likeness is the larger one of two: to what the others say together, and to each of them in the mean; so whoever agrees
    with half of the others is never called wrong for how the other half fuses.
    """
    count = len(answers)
    if count == 1:
        return Mutual(np.full(1, ALONE), np.zeros(1))
    known: dict[tuple[int, int], float] = {}

    def alike(one: int, other: int) -> float:
        pair = (min(one, other), max(one, other))
        if pair not in known:
            known[pair] = agreement(controls, answers[one], answers[other])
        return known[pair]

    fits, weights = np.zeros(count), np.zeros(count)
    for one in range(count):
        others = [(one + step) % count for step in range(1, min(count, PEERS_MAX + 1))]
        each = sum(alike(one, other) for other in others) / len(others)
        if len(others) == 1:
            fits[one], weights[one] = fit(each), PAIR_WEIGHT
            continue
        together = fuse(controls, [answers[other] for other in others], [1.0] * len(others))
        fits[one] = fit(max(each, agreement(controls, answers[one], together)))
        among = [fit(alike(a, b)) for place, a in enumerate(others) for b in others[place + 1 :]]
        weights[one] = sum(among) / len(among)
    return Mutual(fits, weights)
