"""A worker's skill for an annotation type: a Beta posterior, read by its lower bound.

An unknown worker is Beta(1, 1): neither 0 % nor 100 %, but an interval of nearly 0 to 1.
"""

import math
from dataclasses import dataclass

INTERVAL_LEVEL = 0.95
_BISECTIONS = 60
_FRACTION_TERMS = 300
_TINY = 1e-300
_PRECISION = 1e-14


@dataclass(frozen=True)
class Interval:
    """A skill as people see it: equal-tailed bounds and the mean, each in 0..1."""

    lower: float
    mean: float
    upper: float


@dataclass(frozen=True)
class Skill:
    """Beta(alpha, beta): right and wrong answers seen, one of each to begin with; fractions count as fractions."""

    alpha: float = 1.0
    beta: float = 1.0

    @property
    def mean(self) -> float:
        """Expected share of right answers."""
        return self.alpha / (self.alpha + self.beta)

    @property
    def strength(self) -> float:
        """How much evidence stands behind it, alpha + beta; 2 means none."""
        return self.alpha + self.beta

    def interval(self, level: float = INTERVAL_LEVEL) -> Interval:
        """The equal-tailed interval that holds the accuracy with probability ``level``."""
        return interval(self.alpha, self.beta, level)


UNKNOWN = Skill()


def from_exam(right: int, total: int) -> Skill:
    """The skill an exam shows: ``right`` of ``total`` items with known answers.

    Raises:
        ValueError: ``right`` is not within 0..total.
    """
    if not 0 <= right <= total:
        raise ValueError("right must be within 0..total")
    return Skill(1.0 + right, 1.0 + total - right)


def exam_passes(right: int, total: int, required_lower: float) -> bool:
    """Whether the lower bound of the exam's interval reaches ``required_lower``."""
    return from_exam(right, total).interval().lower >= required_lower


def with_gold(skill: Skill, right: bool) -> Skill:
    """After one answer to a gold item."""
    return Skill(skill.alpha + right, skill.beta + (not right))


def with_peers(skill: Skill, probability_right: float, trust: float) -> Skill:
    """After one answer judged by other people's answers, counted as far as gold confirms them (``trust`` 0..1)."""
    return Skill(skill.alpha + trust * probability_right, skill.beta + trust * (1.0 - probability_right))


def combined(prior: Skill, gold: tuple[float, float], peers: tuple[float, float], trust: float) -> Skill:
    """``prior`` with sums of (right, wrong) from gold, in full, and from peers, times ``trust``.

    The same as ``with_gold`` and ``with_peers`` answer by answer, from sums that can be taken back and replaced.
    """
    return Skill(prior.alpha + gold[0] + trust * peers[0], prior.beta + gold[1] + trust * peers[1])


def interval(alpha: float, beta: float, level: float = INTERVAL_LEVEL) -> Interval:
    """Equal-tailed interval of Beta(alpha, beta).

    Raises:
        ValueError: a parameter is not positive, or the level is not within 0..1 (both excluded).
    """
    if alpha <= 0 or beta <= 0 or not 0 < level < 1:
        raise ValueError("alpha and beta must be positive and level within 0..1")
    tail = (1.0 - level) / 2.0
    return Interval(quantile(alpha, beta, tail), alpha / (alpha + beta), quantile(alpha, beta, 1.0 - tail))


def quantile(alpha: float, beta: float, probability: float) -> float:
    """The x with P(X <= x) = ``probability`` for X ~ Beta(alpha, beta), by bisection to 1e-15 or so."""
    low, high = 0.0, 1.0
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2.0
        if cumulative(alpha, beta, middle) < probability:
            low = middle
        else:
            high = middle
    return (low + high) / 2.0


def cumulative(alpha: float, beta: float, x: float) -> float:
    """The regularised incomplete beta function I_x(alpha, beta).

    Source: DLMF 8.17.22, the continued fraction, evaluated by the modified Lentz method; the symmetry
    I_x(a, b) = 1 - I_{1-x}(b, a) keeps it where it converges fast.
    """
    if x <= 0.0:
        return 0.0
    if x >= 1.0:
        return 1.0
    if x > (alpha + 1.0) / (alpha + beta + 2.0):
        return 1.0 - cumulative(beta, alpha, 1.0 - x)
    log_front = math.lgamma(alpha + beta) - math.lgamma(alpha) - math.lgamma(beta)
    log_front += alpha * math.log(x) + beta * math.log1p(-x)
    return math.exp(log_front) / (alpha * _continued_fraction(alpha, beta, x))


def _continued_fraction(alpha: float, beta: float, x: float) -> float:
    value, numerator_ratio, denominator_ratio = 1.0, 1.0, 0.0
    for term in range(1, _FRACTION_TERMS):
        step = _coefficient(alpha, beta, x, term)
        denominator_ratio = 1.0 / _not_zero(1.0 + step * denominator_ratio)
        numerator_ratio = _not_zero(1.0 + step / numerator_ratio)
        change = numerator_ratio * denominator_ratio
        value *= change
        if abs(change - 1.0) < _PRECISION:
            break
    return value


def _coefficient(alpha: float, beta: float, x: float, term: int) -> float:
    half = term // 2
    if term % 2 == 0:
        return half * (beta - half) * x / ((alpha + term - 1.0) * (alpha + term))
    return -(alpha + half) * (alpha + beta + half) * x / ((alpha + term - 1.0) * (alpha + term))


def _not_zero(number: float) -> float:
    return number if abs(number) > _TINY else _TINY
