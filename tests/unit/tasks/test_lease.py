"""Which answers and drafts are taken."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.core.errors import Reason
from services.tasks.domain.job import JobState
from services.tasks.domain.lease import (
    ANSWER_BYTES_MAX,
    AssignmentState,
    Hold,
    Refusal,
    Repeated,
    Taken,
    decide_draft,
    decide_submit,
    hold_end,
    lease_end,
    refuse_size,
)

NOW = datetime(2026, 6, 2, 9, tzinfo=UTC)
HOLD = Hold(
    state=AssignmentState.LIVE,
    lease_end_time=NOW + timedelta(minutes=5),
    answer_hash=None,
    job_state=JobState.OPEN,
    held_count=1,
    answers_total=0,
    overlap_max=1,
)
EXPIRED = replace(HOLD, state=AssignmentState.EXPIRED, lease_end_time=NOW - timedelta(minutes=5), held_count=0)


def reason_of(outcome: object) -> Reason:
    assert isinstance(outcome, Refusal)
    return outcome.reason


def test_a_hold_lasts_four_leases() -> None:
    assert lease_end(NOW, 1800) == NOW + timedelta(minutes=30)
    assert hold_end(NOW, 1800) == NOW + timedelta(hours=2)


def test_an_answer_in_time_is_taken_and_frees_its_place() -> None:
    assert decide_submit(HOLD, b"x", NOW) == Taken(frees_lease=True, late=False)


def test_a_place_that_was_not_given_away_yet_is_still_the_workers() -> None:
    hold = replace(HOLD, lease_end_time=NOW - timedelta(seconds=1))
    assert decide_submit(hold, b"x", NOW) == Taken(frees_lease=True, late=True)


def test_a_live_answer_is_taken_whatever_the_jobs_state() -> None:
    for state in (JobState.PAUSED, JobState.FROZEN, JobState.CLOSING):
        assert isinstance(decide_submit(replace(HOLD, job_state=state), b"x", NOW), Taken)


def test_a_late_answer_is_taken_until_max_overlap() -> None:
    assert decide_submit(EXPIRED, b"x", NOW) == Taken(frees_lease=False, late=True)
    assert decide_submit(replace(EXPIRED, held_count=2, overlap_max=3), b"x", NOW) == Taken(False, late=True)
    assert reason_of(decide_submit(replace(EXPIRED, held_count=1), b"x", NOW)) == Reason.ITEM_FULL


def test_after_twice_max_overlap_answers_people_have_to_look() -> None:
    many = replace(EXPIRED, answers_total=2)
    assert reason_of(decide_submit(many, b"x", NOW)) == Reason.ITEM_FULL


def test_a_closed_job_takes_no_late_answer() -> None:
    assert reason_of(decide_submit(replace(EXPIRED, job_state=JobState.CLOSED), b"x", NOW)) == Reason.JOB_STATE


@pytest.mark.parametrize("state", [AssignmentState.RETURNED, AssignmentState.ENDED])
def test_what_was_given_back_or_ended_takes_no_answer(state: AssignmentState) -> None:
    assert reason_of(decide_submit(replace(HOLD, state=state), b"x", NOW)) == Reason.ASSIGNMENT_STATE


def test_the_same_answer_again_repeats_and_another_is_refused() -> None:
    done = replace(HOLD, state=AssignmentState.SUBMITTED, answer_hash=b"x")
    assert decide_submit(done, b"x", NOW) == Repeated()
    assert reason_of(decide_submit(done, b"y", NOW)) == Reason.ANSWER_REUSED


def test_size_counts_bytes_and_not_characters() -> None:
    assert refuse_size("a" * ANSWER_BYTES_MAX, "answer_json") is None
    assert refuse_size("가" * (ANSWER_BYTES_MAX // 3), "answer_json") is None
    assert reason_of(refuse_size("가" * (ANSWER_BYTES_MAX // 3 + 1), "answer_json")) == Reason.ANSWER_TOO_LARGE


def test_a_draft_is_kept_by_revision() -> None:
    assert decide_draft(AssignmentState.LIVE, 1, "a", 2, "b") is True
    assert decide_draft(AssignmentState.EXPIRED, 1, "a", 2, "b") is True
    assert decide_draft(AssignmentState.LIVE, 1, "a", 2, "a") is False
    assert decide_draft(AssignmentState.LIVE, 2, "a", 2, "a") is False
    assert reason_of(decide_draft(AssignmentState.LIVE, 2, "a", 2, "b")) == Reason.DRAFT_STALE
    assert reason_of(decide_draft(AssignmentState.LIVE, 2, "a", 1, "a")) == Reason.DRAFT_STALE
    assert reason_of(decide_draft(AssignmentState.SUBMITTED, 0, "", 1, "a")) == Reason.ASSIGNMENT_STATE
