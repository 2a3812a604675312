"""Shares that were measured, as intervals: a mean alone says nothing about how sure it is."""

from __future__ import annotations

import math
from dataclasses import dataclass

# The 97.5th percentile of the standard normal distribution: two-sided 95 %.
Z_95 = 1.959963984540054


@dataclass(frozen=True)
class Interval:
    """A share between 0 and 1 with its 95 % interval, and how many observations it rests on."""

    lower: float
    mean: float
    upper: float
    count: float


def wilson_interval(right: int, count: int, z: float = Z_95) -> Interval:
    """Wilson's score interval for `right` successes among `count` independent trials.

    E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927). It stays inside
    0 and 1 and is honest for few trials and extreme shares, where the textbook interval is not. Without a trial it
    is 0 to 1.

    Raises:
        ValueError: the counts are impossible.
    """
    if not 0 <= right <= count:
        raise ValueError(f"{right} right of {count}")
    if count == 0:
        return Interval(0.0, 0.5, 1.0, 0.0)
    share, square = right / count, z * z
    centre = (share + square / (2 * count)) / (1 + square / count)
    half = z / (1 + square / count) * math.sqrt(share * (1 - share) / count + square / (4 * count * count))
    # At the ends the bound is exact; rounding must not move it.
    lower = 0.0 if right == 0 else max(0.0, centre - half)
    upper = 1.0 if right == count else min(1.0, centre + half)
    return Interval(lower, share, upper, float(count))
