"""Ids, money, rates and pages."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.clock import korean_date
from services.core.errors import InvalidArgumentError, Reason
from services.core.ids import new_id
from services.core.money import fee_of, hourly, vat_of
from services.runtime.paging import cursor_of, encode_token
from services.runtime.rates import load_rates
from services.runtime.settings import Settings


def test_ids_are_of_version_7_and_sort_by_time() -> None:
    ids = [new_id() for _ in range(1000)]
    assert {one.version for one in ids} == {7}
    assert {one.variant for one in ids} == {"specified in RFC 4122"}
    assert len(set(ids)) == 1000
    assert [one.int >> 80 for one in ids] == sorted(one.int >> 80 for one in ids)


@given(st.integers(1, 1_000_000), st.integers(0, 100))
def test_a_fee_is_whole_won_and_never_too_little(price_krw: int, percent: int) -> None:
    fee = fee_of(price_krw, percent)
    assert fee * 100 >= price_krw * percent > (fee - 1) * 100
    assert 0 <= vat_of(fee, 10) * 10 <= fee


def test_hourly_pay_counts_in_hours() -> None:
    assert hourly(50, 18) == 10_000
    assert hourly(50, 0) == 0


def test_a_rate_holds_from_its_date() -> None:
    rates = load_rates(Settings().rates_file)
    assert rates.value("minimum_wage_krw", date(2025, 12, 31)) == 10_030
    assert rates.value("minimum_wage_krw", date(2026, 1, 1)) == 10_320
    with pytest.raises(LookupError):
        rates.value("minimum_wage_krw", date(1999, 1, 1))


def test_a_day_in_korea_begins_at_fifteen_hours_of_the_day_before() -> None:
    assert korean_date(datetime(2026, 11, 22, 14, 59, tzinfo=UTC)) == date(2026, 11, 22)
    assert korean_date(datetime(2026, 11, 22, 15, 0, tzinfo=UTC)) == date(2026, 11, 23)


def test_a_page_token_comes_back_as_it_was() -> None:
    assert cursor_of(encode_token(after=3, id="a"), dict) == {"after": 3, "id": "a"}
    assert cursor_of("", lambda values: values["after"]) is None


@given(st.text(max_size=50))
def test_any_other_page_token_is_refused_in_words(token: str) -> None:
    if not token:
        return
    with pytest.raises(InvalidArgumentError) as refusal:
        cursor_of(token, lambda values: int(values["after"]) if set(values) == {"after"} else int("x"))
    assert refusal.value.reason is Reason.PAGE_TOKEN_INVALID
