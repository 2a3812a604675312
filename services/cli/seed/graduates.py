"""Simulated graduates: who they are and what they would answer. Pure."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

NEIGHBOUR_SHARE = 0.6


class Manner(StrEnum):
    """How somebody works."""

    CAREFUL = "careful"
    GUESSES = "guesses"
    ALWAYS_SAME = "always the same"


@dataclass(frozen=True)
class Graduate:
    """A simulated person.

    Attributes:
        name: made up.
        accuracy: how often they see what is right, when they look.
        pace: how many times the usual seconds they take.
        takes_exam: whether they come to their certificate for pictures by the exam.
        manner: whether they look.
    """

    name: str
    accuracy: float
    pace: float = 1.0
    takes_exam: bool = False
    manner: Manner = Manner.CAREFUL

    def answer(self, truth: str, labels: Sequence[str], rng: random.Random) -> str:
        """What they would choose of the labels for an item of that truth."""
        if self.manner is Manner.ALWAYS_SAME:
            return labels[0]
        if rng.random() < self.accuracy:
            return truth
        if self.manner is Manner.CAREFUL and rng.random() < NEIGHBOUR_SHARE:
            # What is easily taken for one another is taken so again and again.
            return labels[(labels.index(truth) + 1) % len(labels)]
        return rng.choice([label for label in labels if label != truth])


GRADUATES = (
    Graduate("김하나", 0.99, 1.1, takes_exam=True),
    Graduate("이도윤", 0.985, 0.9, takes_exam=True),
    Graduate("박서연", 0.98, 1.0, takes_exam=True),
    Graduate("최민준", 0.98, 0.8, takes_exam=True),
    Graduate("정지우", 0.97, 1.0, takes_exam=True),
    Graduate("강은서", 0.97, 1.2, takes_exam=True),
    Graduate("조현우", 0.96, 0.8, takes_exam=True),
    Graduate("윤순자", 0.96, 1.6, takes_exam=True),
    Graduate("장미란", 0.95, 1.0, takes_exam=True),
    Graduate("임영호", 0.94, 1.4, takes_exam=True),
    Graduate("한미경", 0.93, 0.9),
    Graduate("신동해", 0.91, 0.7),
    Graduate("오대충", 0.40, 0.5, manner=Manner.GUESSES),
    Graduate("서한결", 0.10, 0.5, manner=Manner.ALWAYS_SAME),
)
