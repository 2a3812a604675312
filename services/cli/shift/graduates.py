"""Simulated graduates: who they are and what they would answer. Pure."""

import random
from dataclasses import dataclass
from enum import StrEnum

from services.cli.shift.digits import LABELS

# Digits that people take for one another.
_ALIKE = {"0": "6", "1": "7", "2": "3", "3": "8", "4": "9", "5": "3", "6": "0", "7": "1", "8": "3", "9": "4"}
ALIKE_SHARE = 0.7


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
        accuracy: how often they see what is written, when they look.
        manner: whether they look.
    """

    name: str
    accuracy: float
    manner: Manner = Manner.CAREFUL

    def answer(self, truth: str, rng: random.Random) -> str:
        """What they would choose for a picture of that digit."""
        if self.manner is Manner.ALWAYS_SAME:
            return "1"
        if rng.random() < self.accuracy:
            return truth
        if self.manner is Manner.CAREFUL and rng.random() < ALIKE_SHARE:
            return _ALIKE[truth]
        return rng.choice([label for label in LABELS if label != truth])


GRADUATES = (
    Graduate("김하늘", 0.99),
    Graduate("이도윤", 0.985),
    Graduate("박서연", 0.98),
    Graduate("최민준", 0.975),
    Graduate("정지우", 0.97),
    Graduate("강은서", 0.96),
    Graduate("조현우", 0.955),
    Graduate("윤순자", 0.95),
    Graduate("임영호", 0.93),
    Graduate("한미경", 0.90),
    Graduate("오대충", 0.30, Manner.GUESSES),
    Graduate("서한결", 0.10, Manner.ALWAYS_SAME),
)
