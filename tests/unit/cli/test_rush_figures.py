"""What the rush reports, from what people were told and what the database holds."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from services.cli.bench.rush import Row, Rush, Sizes, figures_of

NOON = datetime(2026, 6, 9, 12, tzinfo=UTC)
SIZES = Sizes(applicants=4, seats=1, waiting=1)


def rows(*arrivals: int) -> list[Row]:
    states = ["ENROLLED", *["WAITING"] * (len(arrivals) - 1)]
    return [
        Row(place + 1, state, NOON + timedelta(milliseconds=ms))
        for place, (state, ms) in enumerate(zip(states, arrivals, strict=True))
    ]


def told(**what: int) -> Rush:
    return Rush(Counter(what), [0.01] * 4)


def test_a_clean_rush_has_no_errors_and_keeps_the_order() -> None:
    figures = figures_of(SIZES, told(ENROLLED=1, WAITING=1, COHORT_FULL=2), rows(0, 1), 2.0)
    assert (figures["applicants_per_s"], figures["errors"], figures["oversold"]) == (2.0, 0, 0)
    assert (figures["enrolled"], figures["waiting"], figures["turned_away"]) == (1, 1, 2)
    assert figures["order_kept"] is True


def test_whoever_was_overtaken_is_counted() -> None:
    figures = figures_of(SIZES, told(ENROLLED=1, WAITING=1, COHORT_FULL=2), rows(5, 1), 2.0)
    assert (figures["order_kept"], figures["overtaken"], figures["overtaken_by_ms_max"]) == (False, 1, 4.0)


def test_what_people_were_told_must_be_what_the_database_holds() -> None:
    assert figures_of(SIZES, told(ENROLLED=1, WAITING=1, UNAVAILABLE=2), rows(0, 1), 2.0)["errors"] == 2
    assert figures_of(SIZES, told(ENROLLED=2, COHORT_FULL=2), rows(0, 1), 2.0)["errors"] == 1
