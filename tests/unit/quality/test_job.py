"""A job's labels, gold and counts."""

from hypothesis import given
from hypothesis import strategies as st

from services.quality.domain.job import Counts, gold_applied, labels_merged


def test_gold_counts_as_applied_up_to_the_first_that_is_missing() -> None:
    assert gold_applied([]) == 0
    assert gold_applied([2, 3]) == 0
    assert gold_applied([3, 1, 2, 5]) == 3


@given(st.lists(st.text(max_size=2), unique=True), st.lists(st.text(max_size=2), unique=True))
def test_merged_labels_keep_the_newest_order_and_lose_none(known: list[str], new: list[str]) -> None:
    merged = labels_merged(tuple(known), tuple(new))
    assert merged[: len(new)] == tuple(new)
    assert set(merged) == {*known, *new}
    assert len(merged) == len(set(merged))


def test_counts_grow_by_verdicts() -> None:
    assert Counts(10, 4, 1).with_verdicts(accepted=2, rejected=3) == Counts(10, 9, 4)
