"""Active time is counted once, and hourly pay follows from it."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from services.tasks.domain.measure import active_share_ms, estimated_hourly_krw

START = datetime(2026, 6, 2, 9, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def test_twenty_answers_at_once_share_the_time_since_the_last_act() -> None:
    assert active_share_ms(START, after(60), 20) == 3000


def test_answers_one_after_the_other_add_up_to_the_time_that_passed() -> None:
    acts = [START, after(10), after(25), after(31)]
    shares = [active_share_ms(before, act, 1) for before, act in pairwise(acts)]
    assert sum(shares) == 31_000


def test_a_gap_counts_for_two_minutes_at_most_and_never_below_zero() -> None:
    assert active_share_ms(START, after(3600), 1) == 120_000
    assert active_share_ms(START, after(-5), 1) == 0


def test_the_companys_own_figure_is_the_estimate() -> None:
    assert estimated_hourly_krw(100, 30) == 12_000
    assert estimated_hourly_krw(100, 0) == 0
