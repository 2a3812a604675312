"""How well each of an item's answers fits what the others say, its own left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.labelling.likeness import Memory, agreement, together
from services.labelling.values import Control, Mark
from services.quality.domain.evidence import Flags, Floats

PIVOT = 0.45
STEEPNESS = 10.0
PEERS_MAX = 8
"""With how many others an answer is compared at most."""
PAIR = 2
PAIR_WEIGHT = 0.3
"""What the word of one other person alone is worth as evidence on somebody."""
ALONE = 0.5
"""What is known of an answer without others."""


@dataclass(frozen=True, eq=False)
class Mutual:
    """Of an item's n answers.

    Attributes:
        alike: [n, n] the likeness of two answers beyond chance, where `compared`.
        compared: [n, n] whether two were compared.
        together: [n] the likeness of each to what the others say together; that to the other one where there is one only.
    """

    alike: Floats
    compared: Flags
    together: Floats

    @property
    def fits(self) -> Floats:
        """[n] the probability that each is right, everybody's word weighing the same."""
        return self.fits_weighed(np.ones(self.together.shape[0]))

    def fits_weighed(self, weights: Floats) -> Floats:
        """[n] the probability that each is right by what the others say, the word of each weighing so much.

        Likeness is the larger one of two: to what the others say together, and to each of them in the mean; so whoever
        agrees with half of the others is never called wrong for how the other half fuses.
        """
        if self.together.shape[0] == 1:
            return np.full(1, ALONE)
        share = self.compared * weights
        each = (share * self.alike).sum(axis=1) / share.sum(axis=1)
        return fit(np.maximum(each, self.together))

    @property
    def evidence(self) -> Floats:
        """[n] what the fit of each is worth as evidence on its worker: how far the others agree among themselves."""
        count = self.together.shape[0]
        if count <= PAIR:
            return np.full(count, PAIR_WEIGHT if count == PAIR else 0.0)
        fits = fit(self.alike)
        out = np.zeros(count)
        for one in range(count):
            others = np.flatnonzero(self.compared[one])
            among = self.compared[np.ix_(others, others)]
            out[one] = fits[np.ix_(others, others)][among].mean() if among.any() else PAIR_WEIGHT
        return out


def fit(likeness: Floats) -> Floats:
    """The probability that an answer is right which is like the others' by so much beyond chance.

    A plain map: even odds at 0.45, and odds of e for each tenth. So 0.15 gives 0.047 and 0.8 gives 0.97: an answer falls
    under a job's `reject_below` of 0.05 when it has next to nothing in common with anybody.
    """
    shares: Floats = 1.0 / (1.0 + np.exp(-STEEPNESS * (likeness - PIVOT)))
    return shares


def mutual(controls: Sequence[Control], answers: Sequence[Sequence[Mark]]) -> Mutual:
    """Compares each answer with up to eight others: those that follow it, and the first ones after the last."""
    count = len(answers)
    alike, compared, to_others = np.zeros((count, count)), np.zeros((count, count), dtype=np.bool_), np.zeros(count)
    memory = Memory()
    for one in range(count):
        others = [(one + step) % count for step in range(1, min(count, PEERS_MAX + 1))]
        for other in others:
            if not compared[one, other]:
                alike[one, other] = alike[other, one] = agreement(controls, answers[one], answers[other])
                compared[one, other] = compared[other, one] = True
        if len(others) == 1:
            to_others[one] = alike[one, others[0]]
        elif others:
            heard = together(controls, [answers[other] for other in others], [1.0] * len(others), memory)
            to_others[one] = agreement(controls, answers[one], heard)
    return Mutual(alike, compared, to_others)
