"""Intervals of measured shares."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.intervals import Z_95, Interval, wilson_interval


@pytest.mark.parametrize(("right", "count"), [(20, 20), (19, 20), (18, 20), (10, 20), (0, 20), (1, 1), (900, 1000)])
def test_the_bounds_solve_the_equation_that_defines_them(right: int, count: int) -> None:
    found = wilson_interval(right, count)
    assert (found.mean, found.count) == (right / count, count)
    for bound in (found.lower, found.upper):
        # A true share at the bound is 1.96 of its own standard deviations away from what was seen.
        assert abs(found.mean - bound) == pytest.approx(Z_95 * math.sqrt(bound * (1 - bound) / count), abs=1e-9)


def test_what_twenty_items_can_prove() -> None:
    lowers = [round(wilson_interval(right, 20).lower, 3) for right in (20, 19, 18)]
    assert lowers == [0.839, 0.764, 0.699]


def test_nothing_measured_is_unknown_and_impossible_counts_are_refused() -> None:
    assert wilson_interval(0, 0) == Interval(0.0, 0.5, 1.0, 0.0)
    for right, count in ((-1, 5), (6, 5), (0, -1)):
        with pytest.raises(ValueError, match="right of"):
            wilson_interval(right, count)


@given(st.integers(1, 5000).flatmap(lambda count: st.tuples(st.integers(0, count), st.just(count))))
def test_bounds_enclose_the_mean_and_grow_with_what_is_right(case: tuple[int, int]) -> None:
    right, count = case
    found = wilson_interval(right, count)
    assert 0.0 <= found.lower <= found.mean + 1e-12
    assert found.mean - 1e-12 <= found.upper <= 1.0
    if right < count:
        assert wilson_interval(right + 1, count).lower > found.lower
    assert wilson_interval(2 * right, 2 * count).lower >= found.lower - 1e-12
