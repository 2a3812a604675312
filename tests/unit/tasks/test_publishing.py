"""What publishing reserves, and when a job is over."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ilgam.tasks.v1 import tasks_events_pb2 as events_pb

from services.core.errors import FailedPreconditionError, InvalidArgumentError, Reason
from services.tasks import events
from services.tasks.domain.job import Counts, Job, JobState, frozen, is_finished, unfrozen
from services.tasks.domain.publishing import FeeRates, next_publication, request_publication
from services.tasks.domain.spec import Spec, complete_spec

NOW = datetime(2026, 11, 22, tzinfo=UTC)
RATES = FeeRates(10, 10)
SPEC = complete_spec(Spec("Animals", 1, 100), NOW)


def job(spec: dict[str, Any] | None = None, **changed: Any) -> Job:
    whole = Job(UUID(int=1), UUID(int=2), JobState.DRAFT, 1, replace(SPEC, **(spec or {})), NOW)
    return replace(whole, **changed)


def test_a_draft_reserves_the_most_answers_at_price_fee_and_vat() -> None:
    draft = job({"overlap_max": 3, "gold_overlap": 7}, item_count=10, gold_count=2)
    publication = request_publication(draft, RATES, NOW)
    assert (publication.fee_krw, publication.fee_vat_krw) == (10, 1)
    assert publication.budget_krw == (8 * 3 + 2 * 7) * 111


@dataclass(frozen=True)
class Growth:
    """A job that is published, then again with more of everything."""

    ordinary: int
    gold: int
    more: int
    more_gold: int
    overlap: int
    raised: int
    price: int
    dearer: int


COUNTS = st.integers(0, 1000)
GROWTHS = st.builds(
    Growth, COUNTS, COUNTS, COUNTS, COUNTS, st.integers(1, 5), st.integers(0, 5), st.integers(1, 500), COUNTS
)


@given(GROWTHS)
def test_reservations_add_up_to_what_the_job_needs_at_its_latest_terms(growth: Growth) -> None:
    spec = {"overlap_max": growth.overlap, "price_krw": growth.price}
    first = job(spec, item_count=growth.ordinary + growth.gold, gold_count=growth.gold)
    one = next_publication(first, RATES, NOW)
    staged = replace(
        first,
        state=JobState.OPEN,
        publish_no=1,
        publish_count=1,
        fee_krw=one.fee_krw,
        fee_vat_krw=one.fee_vat_krw,
        item_count=first.item_count + growth.more + growth.more_gold,
        gold_count=growth.gold + growth.more_gold,
        staged_count=growth.more + growth.more_gold,
        staged_gold_count=growth.more_gold,
        staged_price_krw=growth.price + growth.dearer if growth.dearer else None,
        staged_overlap_max=growth.overlap + growth.raised if growth.raised else None,
    )
    two = next_publication(staged, RATES, NOW)
    ordinary, gold = growth.ordinary + growth.more, growth.gold + growth.more_gold
    answers = ordinary * (growth.overlap + growth.raised) + gold * SPEC.gold_overlap
    assert one.budget_krw + two.budget_krw == answers * (two.price_krw + two.fee_krw + two.fee_vat_krw)
    assert (two.price_krw, two.publish_no) == (growth.price + growth.dearer, 2)


def test_an_unchanged_price_keeps_its_fee_whatever_the_rates_are_by_now() -> None:
    opened = job(
        state=JobState.OPEN, publish_no=1, publish_count=1, fee_krw=10, fee_vat_krw=1, item_count=2, staged_count=1
    )
    publication = next_publication(opened, FeeRates(50, 50), NOW)
    assert (publication.fee_krw, publication.fee_vat_krw, publication.budget_krw) == (10, 1, 111)


def test_nothing_to_pay_for_is_not_published() -> None:
    for empty in (job(), job(state=JobState.OPEN, publish_no=1, fee_krw=10, fee_vat_krw=1, item_count=1)):
        with pytest.raises(FailedPreconditionError) as refusal:
            request_publication(empty, RATES, NOW)
        assert refusal.value.reason == Reason.JOB_EMPTY


def test_gold_is_told_in_events_of_bounded_size_with_a_revision_each() -> None:
    gold = [events.gold_item(UUID(int=number), "고양이" * 20, "") for number in range(5000)]
    told = list(events.gold_provided(UUID(int=1), 3, gold))
    assert [event.gold_revision for event in told] == list(range(3, 3 + len(told)))
    assert len(told) > 3
    assert all(event.ByteSize() <= 256 * 1024 for event in told)
    assert sum(len(event.items) for event in told) == 5000


def test_states_have_the_contracts_names() -> None:
    assert {f"JOB_STATE_{state}" for state in JobState} == set(events_pb.JobState.keys()) - {"JOB_STATE_UNSPECIFIED"}


@given(st.permutations([(1, True), (2, False), (3, True), (4, False)]))
def test_freezing_ends_in_the_same_state_in_whatever_order_it_is_told(order: list[tuple[int, bool]]) -> None:
    opened = job(state=JobState.PAUSED)
    for revision, freezes in order:
        changes: dict[str, Any] = (frozen if freezes else unfrozen)(opened, revision)
        opened = replace(opened, **changes)
    assert (opened.state, opened.freeze_revision) == (JobState.PAUSED, 4)


FINISHED = [
    ({"item_count": 3, "gold_count": 1}, Counts(resolved=2), True),
    ({"item_count": 3, "gold_count": 1}, Counts(resolved=2, resolved_gold=1), False),
    ({"item_count": 3, "gold_count": 1}, Counts(resolved=2, live=1), False),
    ({"item_count": 2, "staged_count": 1}, Counts(resolved=2), False),
    ({"item_count": 2, "requested_publish_no": 2}, Counts(resolved=2), False),
    ({"item_count": 2, "state": JobState.FROZEN}, Counts(resolved=2), False),
    ({"item_count": 2, "state": JobState.CLOSING}, Counts(resolved=2), False),
    ({"item_count": 2, "gold_count": 2}, Counts(resolved=2, resolved_gold=2), False),
]


@pytest.mark.parametrize(("changed", "counted", "over"), FINISHED)
def test_a_job_is_over_when_every_ordinary_item_has_its_result(
    changed: dict[str, Any], counted: Counts, over: bool
) -> None:
    assert is_finished(job(**({"state": JobState.OPEN} | changed)), counted, NOW) is over


def test_a_deadline_ends_a_job_whatever_is_left() -> None:
    due = job({"deadline_time": NOW}, state=JobState.FROZEN, item_count=5)
    assert is_finished(due, Counts(live=3), NOW)
    assert not is_finished(due, Counts(live=3), NOW - timedelta(seconds=1))


def test_a_spec_gets_its_defaults_and_rules_between_fields_are_kept() -> None:
    assert (SPEC.policy, SPEC.claim_mode, SPEC.overlap_min, SPEC.overlap_max) == (3, 1, 1, 1)
    assert (SPEC.newcomer_answers, SPEC.appeal_seconds, SPEC.clock_seconds) == (10, 604_800, 604_800)
    asked = Spec("x", 1, 100, newcomer_answers=0, appeal_seconds=0, overlap_min=4)
    completed = complete_spec(asked, NOW)
    assert (completed.newcomer_answers, completed.appeal_seconds, completed.overlap_max) == (0, 0, 4)
    with pytest.raises(InvalidArgumentError) as refusal:
        complete_spec(Spec(" ", 99, 100, overlap_min=3, overlap_max=2, deadline_time=NOW), NOW)
    assert [one.field for one in refusal.value.violations] == [
        "spec.title",
        "spec.annotation_type",
        "spec.overlap_max",
        "spec.deadline_time",
    ]
