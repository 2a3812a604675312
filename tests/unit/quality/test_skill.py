"""Skills as intervals."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.quality.domain.skill import (
    UNKNOWN,
    Skill,
    combined,
    cumulative,
    exam_passes,
    from_exam,
    interval,
    quantile,
    with_gold,
    with_peers,
)


def test_an_unknown_worker_is_neither_nothing_nor_perfect() -> None:
    unknown = UNKNOWN.interval()
    assert (unknown.lower, unknown.mean, unknown.upper) == pytest.approx((0.025, 0.5, 0.975))


@pytest.mark.parametrize(
    ("alpha", "beta", "probability", "expected"),
    [
        (21, 1, 0.025, 0.025 ** (1 / 21)),  # closed form: I_x(a, 1) = x^a
        (1, 8, 0.975, 1 - 0.025 ** (1 / 8)),
        (2, 2, 0.5, 0.5),
        (0.5, 0.5, 0.25, 0.14644660940672624),  # arcsine law: sin^2(pi/8)
        (2, 3, 0.6875, 0.5),  # 6x^2 - 8x^3 + 3x^4 at one half
        (50, 50, 0.5, 0.5),
    ],
)
def test_quantiles_are_those_of_known_tables(alpha: float, beta: float, probability: float, expected: float) -> None:
    assert quantile(alpha, beta, probability) == pytest.approx(expected, abs=1e-10)


def test_the_incomplete_beta_is_that_of_scipy() -> None:
    special = pytest.importorskip("scipy.special")
    for alpha, beta, x in ((3.5, 90.2, 0.05), (800.0, 200.0, 0.79), (0.3, 4.0, 0.001), (10_000.0, 9_000.0, 0.53)):
        assert cumulative(alpha, beta, x) == pytest.approx(float(special.betainc(alpha, beta, x)), rel=1e-9)


@given(st.floats(0.5, 2000.0), st.floats(0.5, 2000.0), st.floats(0.01, 0.99))
@settings(max_examples=40, deadline=None)
def test_a_quantile_is_the_inverse_of_the_cumulative(alpha: float, beta: float, probability: float) -> None:
    assert cumulative(alpha, beta, quantile(alpha, beta, probability)) == pytest.approx(probability, abs=1e-6)


def test_a_perfect_short_exam_proves_less_than_a_perfect_long_one() -> None:
    assert from_exam(5, 5).interval().lower < from_exam(20, 20).interval().lower
    assert exam_passes(20, 20, 0.8)
    assert not exam_passes(5, 5, 0.8)
    assert not exam_passes(17, 20, 0.8)


def test_gold_counts_in_full_and_peers_as_far_as_they_are_trusted() -> None:
    assert with_gold(UNKNOWN, right=True) == Skill(2.0, 1.0)
    assert with_gold(UNKNOWN, right=False) == Skill(1.0, 2.0)
    assert with_peers(UNKNOWN, 0.75, trust=0.4) == Skill(1.3, 1.1)
    assert with_peers(UNKNOWN, 0.75, trust=0.0) == UNKNOWN


def test_sums_give_what_single_answers_give() -> None:
    single = with_peers(with_gold(UNKNOWN, right=True), 0.75, trust=0.5)
    together = combined(UNKNOWN, (1.0, 0.0), (0.75, 0.25), trust=0.5)
    assert (single.alpha, single.beta) == pytest.approx((together.alpha, together.beta))


@pytest.mark.parametrize("bad", [(0.0, 1.0, 0.9), (1.0, -1.0, 0.9), (1.0, 1.0, 1.0)])
def test_an_impossible_interval_is_refused(bad: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="positive"):
        interval(*bad)


def test_an_exam_cannot_have_more_right_than_items() -> None:
    with pytest.raises(ValueError, match="right"):
        from_exam(3, 2)
