"""Verdicts by policy, and what stops rejections."""

from dataclasses import replace
from typing import Any

import pytest

from services.quality.domain.verdicts import (
    Evidence,
    FreezeReason,
    JobHistory,
    Policy,
    Reason,
    VerdictState,
    decide,
    freeze_reason,
    review_may_reject,
)

PLAIN = Evidence(policy=Policy.CONSENSUS, likelihood=0.9, confidence=0.97, resolved=True, scored_count=30)


def said(**change: Any) -> tuple[VerdictState, Reason]:
    verdict = decide(replace(PLAIN, **change))
    return verdict.state, verdict.reason


@pytest.mark.parametrize(
    ("change", "state", "reason"),
    [
        ({}, VerdictState.ACCEPTED, Reason.AGREED),
        ({"likelihood": 0.04}, VerdictState.REJECTED, Reason.UNLIKELY),
        ({"likelihood": 0.05}, VerdictState.ACCEPTED, Reason.AGREED),
        ({"likelihood": 0.04, "confidence": 0.6}, VerdictState.ACCEPTED, Reason.UNCERTAIN),
        ({"likelihood": 0.04, "reject_below": 0.01}, VerdictState.ACCEPTED, Reason.AGREED),
        ({"resolved": False}, VerdictState.PENDING, Reason.WAITING),
        ({"resolved": False, "job_closed": True}, VerdictState.ACCEPTED, Reason.AGREED),
        ({"noise": 0.99}, VerdictState.REJECTED, Reason.NOISE),
        ({"gold_match": True}, VerdictState.ACCEPTED, Reason.GOLD),
        ({"gold_match": False}, VerdictState.REJECTED, Reason.GOLD),
        ({"scored_count": 9}, VerdictState.PENDING, Reason.NEWCOMER),
        ({"scored_count": 9, "gold_match": False}, VerdictState.PENDING, Reason.NEWCOMER),
        ({"scored_count": 9, "job_closed": True}, VerdictState.ACCEPTED, Reason.AGREED),
        ({"scored_count": 9, "likelihood": 0.01, "job_closed": True}, VerdictState.REJECTED, Reason.UNLIKELY),
        ({"scored_count": 9, "clock_passed": True}, VerdictState.ACCEPTED, Reason.CLOCK),
        ({"review": True, "likelihood": 0.01}, VerdictState.ACCEPTED, Reason.REVIEW),
        ({"review": False}, VerdictState.REJECTED, Reason.REVIEW),
        ({"review": False, "capped": True}, VerdictState.PENDING, Reason.CAPPED),
        ({"review": False, "capped": True, "clock_passed": True}, VerdictState.ACCEPTED, Reason.CLOCK),
        ({"frozen": True}, VerdictState.PENDING, Reason.FROZEN),
        ({"frozen": True, "clock_passed": True}, VerdictState.ACCEPTED, Reason.CLOCK),
    ],
)
def test_consensus_judges_as_the_rules_say(change: dict[str, Any], state: VerdictState, reason: Reason) -> None:
    assert said(**change) == (state, reason)


@pytest.mark.parametrize(
    "change", [{}, {"gold_match": False}, {"noise": 1.0}, {"scored_count": 0}, {"likelihood": 0.0}]
)
def test_all_accepts_every_valid_answer(change: dict[str, Any]) -> None:
    assert said(policy=Policy.ALL, **change) == (VerdictState.ACCEPTED, Reason.VALID)


def test_gold_judges_by_known_labels_and_by_noise_only() -> None:
    assert said(policy=Policy.GOLD, likelihood=0.0) == (VerdictState.ACCEPTED, Reason.VALID)
    assert said(policy=Policy.GOLD, resolved=False) == (VerdictState.ACCEPTED, Reason.VALID)
    assert said(policy=Policy.GOLD, gold_match=False) == (VerdictState.REJECTED, Reason.GOLD)
    assert said(policy=Policy.GOLD, noise=0.99) == (VerdictState.REJECTED, Reason.NOISE)


def test_review_waits_for_a_person_or_the_clock() -> None:
    assert said(policy=Policy.REVIEW) == (VerdictState.PENDING, Reason.WAITING)
    assert said(policy=Policy.REVIEW, clock_passed=True) == (VerdictState.ACCEPTED, Reason.CLOCK)
    assert said(policy=Policy.REVIEW, review=False) == (VerdictState.REJECTED, Reason.REVIEW)


def test_the_score_is_what_is_known_best() -> None:
    assert decide(PLAIN).score == pytest.approx(0.9)
    assert decide(replace(PLAIN, gold_match=False)).score == 0.0
    assert decide(replace(PLAIN, gold_match=False, review=True)).score == 1.0


@pytest.mark.parametrize(
    ("history", "reason"),
    [
        (JobHistory(judged=19, rejected=19), None),
        (JobHistory(judged=20, rejected=10), None),
        (JobHistory(judged=20, rejected=11), FreezeReason.MANY_REJECTED),
        (JobHistory(100, 20, reviewed_recently=50, review_rejected_recently=15), None),
        (JobHistory(100, 20, reviewed_recently=50, review_rejected_recently=16), FreezeReason.MANY_REVIEWS_REJECT),
        (JobHistory(100, 21, reviewer_burst=20), None),
        (JobHistory(100, 21, reviewer_burst=21), FreezeReason.REVIEWER_BURST),
    ],
)
def test_many_rejections_freeze_a_job(history: JobHistory, reason: FreezeReason | None) -> None:
    assert freeze_reason(history) is reason


def test_reviewers_reject_at_most_three_in_ten() -> None:
    assert review_may_reject(judged=20, review_rejected=5)
    assert not review_may_reject(judged=20, review_rejected=6)
    assert review_may_reject(judged=0, review_rejected=5)
    assert not review_may_reject(judged=0, review_rejected=6)
    assert review_may_reject(judged=100, review_rejected=29)
    assert not review_may_reject(judged=100, review_rejected=30)
