"""Figures from measurements: pure."""

import math
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence


def percentile_ms(seconds: Sequence[float], share: float) -> float:
    """The smallest measured time that at least this share did not exceed, in ms; 0 when nothing was measured."""
    if not seconds:
        return 0.0
    ordered = sorted(seconds)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] * 1000


def median_ms(seconds: Iterable[float]) -> float:
    """The median in ms."""
    return statistics.median(seconds) * 1000


def growth_ratio(pairs: Iterable[tuple[float, float]]) -> float:
    """The worst of (what should not grow, what it is compared with)."""
    return max(big / small for big, small in pairs)


class Claims:
    """Who was given which item, to find doubled and surplus claims."""

    def __init__(self) -> None:
        self._holders: dict[str, Counter[str]] = {}

    def note(self, item: str, worker: str) -> None:
        """A worker was given an item."""
        self._holders.setdefault(item, Counter())[worker] += 1

    def doubled(self) -> int:
        """How often a worker was given an item that the same worker had been given before."""
        return sum(count - 1 for holders in self._holders.values() for count in holders.values())

    def over(self, overlap: int) -> int:
        """How many claims went beyond an item's overlap."""
        return sum(max(0, len(holders) - overlap) for holders in self._holders.values())
