"""When a job's escrow may go back, without a database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from services.payments.domain.funds import (
    JobFunds,
    Reservation,
    ReservationState,
    Unit,
    close,
    give_back,
    release_rest,
    reserve,
)
from services.payments.domain.ledger import AccountKind

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
UNIT = Unit(price_krw=100, fee_krw=10, fee_vat_krw=1)
JOURNAL = UUID(int=8)
WEEK = 7 * 24 * 3600


def _asked(budget_krw: int = 1110, appeal_seconds: int = WEEK) -> Reservation:
    return Reservation(1, UNIT, budget_krw, appeal_seconds, ReservationState.REFUSED)


def _reserved(final_count: int = 0, rejected_count: int = 0) -> JobFunds:
    funds, _ = reserve(JobFunds(UUID(int=1), UUID(int=2), 0, {}), _asked(), 5000, JOURNAL)
    counted = replace(funds.reservations[1], final_count=final_count, rejected_count=rejected_count)
    return replace(funds, reservations={1: counted})


def test_a_budget_that_is_exactly_there_is_reserved() -> None:
    funds, journal = reserve(JobFunds(UUID(int=1), UUID(int=2), 0, {}), _asked(), 1110, JOURNAL)
    assert journal is not None
    assert (funds.escrow_krw, funds.reservations[1].state) == (1110, ReservationState.RESERVED)


def test_a_budget_that_is_a_won_too_high_is_refused_and_nothing_moves() -> None:
    funds, journal = reserve(JobFunds(UUID(int=1), UUID(int=2), 0, {}), _asked(), 1109, JOURNAL)
    assert journal is None
    assert (funds.escrow_krw, funds.reservations[1].missing_krw) == (0, 1)


def test_a_budget_of_0_is_reserved_without_a_journal() -> None:
    funds, journal = reserve(JobFunds(UUID(int=1), UUID(int=2), 0, {}), _asked(0), 0, JOURNAL)
    assert journal is None
    assert funds.reservations[1].state is ReservationState.RESERVED


def test_nothing_is_released_before_every_answer_has_a_final_verdict() -> None:
    funds = close(_reserved(final_count=3), revision=4, answers_submitted=4, now=NOW)
    assert release_rest(funds, NOW, JOURNAL)[1] is None
    judged = replace(funds, reservations={1: replace(funds.reservations[1], final_count=4)})
    _, release = release_rest(judged, NOW, JOURNAL)
    assert release is not None
    assert (release.amount_krw, release.left_krw) == (1110, 0)


def test_one_unit_per_rejected_answer_stays_until_the_last_second_of_its_appeal() -> None:
    funds = close(_reserved(final_count=2, rejected_count=2), revision=4, answers_submitted=2, now=NOW)
    funds, release = release_rest(funds, NOW, JOURNAL)
    assert release is not None
    assert (release.amount_krw, funds.kept_krw) == (1110 - 222, 222)
    assert release_rest(funds, NOW + timedelta(seconds=WEEK - 1), JOURNAL) == (funds, None)
    funds, release = release_rest(funds, NOW + timedelta(seconds=WEEK), JOURNAL)
    assert release is not None
    assert (release.amount_krw, release.revision, funds.kept_krw, funds.escrow_krw) == (222, 2, 0, 0)


def test_a_job_that_waits_for_a_verdict_again_keeps_nothing_for_the_clock() -> None:
    funds = close(_reserved(final_count=1, rejected_count=1), revision=4, answers_submitted=1, now=NOW)
    funds, _ = release_rest(funds, NOW, JOURNAL)
    pending = replace(funds, reservations={1: replace(funds.reservations[1], final_count=0, rejected_count=0)})
    after, release = release_rest(pending, NOW + timedelta(seconds=WEEK), JOURNAL)
    assert (after.kept_krw, after.escrow_krw, release) == (0, 111, None)


def test_a_lower_revision_of_a_closing_changes_nothing() -> None:
    funds = close(_reserved(), revision=4, answers_submitted=2, now=NOW)
    assert close(funds, revision=4, answers_submitted=9, now=NOW) is funds
    assert close(funds, revision=5, answers_submitted=9, now=NOW).answers_submitted == 9


def test_what_the_appeals_account_lent_is_paid_back_first() -> None:
    funds = replace(close(_reserved(), revision=4, answers_submitted=0, now=NOW), appeals_krw=300)
    after, release = release_rest(funds, NOW, JOURNAL)
    assert release is not None
    amounts = {posting.account.kind: posting.amount_krw for posting in release.journal.postings}
    assert amounts == {AccountKind.JOB_ESCROW: -1110, AccountKind.APPEALS: 300, AccountKind.COMPANY_AVAILABLE: 810}
    assert (after.appeals_krw, after.released_krw, release.amount_krw) == (0, 810, 810)


def test_a_reservation_is_given_back_once_and_never_more_than_there_is() -> None:
    funds = replace(_reserved(), escrow_krw=500)
    after, release = give_back(funds, 1, JOURNAL)
    assert release is not None
    assert (release.amount_krw, after.reservations[1].state) == (500, ReservationState.RETURNED)
    assert give_back(after, 1, JOURNAL) == (after, None)


def test_a_refused_reservation_has_nothing_to_give_back() -> None:
    funds, _ = reserve(JobFunds(UUID(int=1), UUID(int=2), 0, {}), _asked(), 0, JOURNAL)
    assert give_back(funds, 1, JOURNAL) == (funds, None)
