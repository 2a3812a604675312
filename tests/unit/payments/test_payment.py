"""What verdicts mean in won, without a database."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.payments.domain.booking import lines_of
from services.payments.domain.funds import JobFunds, Reservation, ReservationState, Unit
from services.payments.domain.ledger import AccountKind, JournalKind, account_of, journal_of, total_changes
from services.payments.domain.payment import (
    NOTHING,
    ContradictionError,
    JudgedAnswer,
    PaidAnswer,
    VerdictState,
    changes_of,
    hold_back,
    may_lack,
    pay,
    payments_of,
    takers,
)
from services.payments.events import PAYMENTS_PER_EVENT, answers_paid

JOB, COMPANY, WORKER = UUID(int=1), UUID(int=2), UUID(int=3)
UNIT = Unit(price_krw=100, fee_krw=10, fee_vat_krw=1)


def _ids() -> Callable[[], UUID]:
    numbers = count(1000)
    return lambda: UUID(int=next(numbers))


def _funds(escrow_krw: int = 10_000) -> JobFunds:
    reservation = Reservation(1, UNIT, escrow_krw, 0, ReservationState.RESERVED)
    return JobFunds(JOB, COMPANY, escrow_krw, {1: reservation})


def _judged(number: int, state: VerdictState, revision: int = 1, worker_id: UUID = WORKER) -> JudgedAnswer:
    return JudgedAnswer(UUID(int=number), JOB, worker_id, 1, revision, state)


def _paid(number: int, revision: int = 1) -> PaidAnswer:
    return PaidAnswer(UUID(int=number), JOB, WORKER, 1, revision, VerdictState.ACCEPTED, is_paid=True, net_krw=100)


def test_the_highest_revision_of_a_batch_decides_alone() -> None:
    judged = [
        _judged(7, VerdictState.ACCEPTED, 1),
        _judged(7, VerdictState.REJECTED, 3),
        _judged(7, VerdictState.ACCEPTED, 2),
    ]
    (change,) = changes_of(judged, {}, {JOB: _funds()})
    assert (change.after.revision, change.after.net_krw, change.difference) == (3, 0, NOTHING)


def test_a_revision_that_is_not_higher_than_the_stored_one_changes_nothing() -> None:
    stored = {UUID(int=7): _paid(7, revision=2)}
    for revision in (1, 2):
        assert changes_of([_judged(7, VerdictState.REJECTED, revision)], stored, {JOB: _funds()}) == []


def test_an_answer_of_another_worker_than_before_is_a_contradiction() -> None:
    with pytest.raises(ContradictionError):
        changes_of([_judged(7, VerdictState.ACCEPTED, 2, UUID(int=9))], {UUID(int=7): _paid(7)}, {JOB: _funds()})
    with pytest.raises(ContradictionError):
        changes_of(
            [_judged(7, VerdictState.ACCEPTED), _judged(7, VerdictState.ACCEPTED, 2, UUID(int=9))], {}, {JOB: _funds()}
        )


def test_pay_is_taken_back_only_while_it_is_in_the_workers_balance() -> None:
    stored = {UUID(int=n): _paid(n) for n in (1, 2, 3)}
    changes = changes_of([_judged(n, VerdictState.REJECTED, 2) for n in (1, 2, 3)], stored, {JOB: _funds()})
    assert takers(changes) == {WORKER}
    held = hold_back(changes, {WORKER: 250})
    assert [change.difference.price_krw for change in held] == [-100, -100, 0]
    kept = held[2].after
    assert (kept.state, kept.revision, kept.is_paid, kept.net_krw) == (VerdictState.REJECTED, 2, True, 100)


def test_what_the_batch_brings_counts_as_the_workers_balance() -> None:
    stored = {UUID(int=1): _paid(1)}
    judged = [_judged(1, VerdictState.REJECTED, 2), _judged(2, VerdictState.ACCEPTED)]
    held = hold_back(changes_of(judged, stored, {JOB: _funds()}), {WORKER: 0})
    assert [change.difference.price_krw for change in held] == [-100, 100]


def test_an_answer_that_stayed_paid_costs_nothing_when_it_is_accepted_again() -> None:
    still_paid = replace(_paid(1), state=VerdictState.REJECTED, revision=2)
    (change,) = changes_of([_judged(1, VerdictState.ACCEPTED, 3)], {UUID(int=1): still_paid}, {JOB: _funds()})
    assert change.difference == NOTHING


def test_one_payment_per_job_and_worker() -> None:
    other = UUID(int=9)
    judged = [_judged(n, VerdictState.ACCEPTED, worker_id=WORKER if n % 2 else other) for n in range(1, 7)]
    payments = payments_of(changes_of(judged, {}, {JOB: _funds()}), _ids())
    assert [(payment.worker_id, payment.difference.price_krw) for payment in payments] == [(WORKER, 300), (other, 300)]
    assert len({line.answer_id for line in lines_of(payments)}) == 6


def test_a_short_escrow_is_filled_by_the_company_and_then_by_the_appeals_account() -> None:
    funds = _funds(escrow_krw=150)
    changes = changes_of([_judged(n, VerdictState.ACCEPTED) for n in (1, 2, 3)], {}, {JOB: funds})
    assert may_lack(funds, changes)
    after, (journal,), left_krw = pay(funds, payments_of(changes, _ids()), available_krw=100)
    amounts = {posting.account.kind: posting.amount_krw for posting in journal.postings}
    assert amounts == {
        AccountKind.JOB_ESCROW: -150,
        AccountKind.COMPANY_AVAILABLE: -100,
        AccountKind.APPEALS: -83,
        AccountKind.WORKER_EARNED: 300,
        AccountKind.JOB_FEE: 30,
        AccountKind.JOB_VAT: 3,
    }
    assert (after.escrow_krw, after.covered_krw, after.appeals_krw, left_krw) == (0, 100, 83, 0)


def test_a_verdict_without_won_has_no_journal_and_no_line() -> None:
    payments = payments_of(changes_of([_judged(1, VerdictState.REJECTED)], {}, {JOB: _funds()}), _ids())
    after, journals, _ = pay(_funds(), payments, 0)
    assert (journals, lines_of(payments)) == ([], ())
    assert (after.reservations[1].final_count, after.reservations[1].rejected_count) == (1, 1)


@given(
    st.lists(
        st.tuples(st.integers(1, 9), st.sampled_from(list(VerdictState)), st.integers(1, 4)), min_size=1, max_size=30
    ),
    st.integers(0, 900),
    st.integers(0, 500),
)
def test_the_order_within_a_batch_does_not_matter_and_every_journal_adds_up(
    verdicts: list[tuple[int, VerdictState, int]], escrow_krw: int, available_krw: int
) -> None:
    one_each = {(number, revision): state for number, state, revision in verdicts}
    judged = [_judged(number, state, revision) for (number, revision), state in one_each.items()]
    funds = _funds(escrow_krw)
    outcomes = []
    for order in (judged, judged[::-1]):
        after, journals, left_krw = pay(funds, payments_of(changes_of(order, {}, {JOB: funds}), _ids()), available_krw)
        outcomes.append((after, journals, left_krw))
        assert all(sum(posting.amount_krw for posting in journal.postings) == 0 for journal in journals)
        assert after.escrow_krw >= 0
        assert left_krw >= 0
    assert outcomes[0] == outcomes[1]


def test_a_journal_that_does_not_add_up_is_never_made() -> None:
    with pytest.raises(ValueError, match="does not add up to 0"):
        journal_of(UUID(int=5), JournalKind.PAY, JOB, (account_of(AccountKind.BANK_CASH), 5))


def test_only_accounts_with_a_floor_have_kept_totals() -> None:
    escrow, fee = account_of(AccountKind.JOB_ESCROW, JOB), account_of(AccountKind.JOB_FEE, JOB)
    assert total_changes([journal_of(UUID(int=5), JournalKind.PAY, JOB, (escrow, -5), (fee, 5))]) == {escrow: -5}


def test_many_payments_of_one_worker_are_told_in_several_small_events() -> None:
    many = PAYMENTS_PER_EVENT + 1
    judged = [_judged(number, VerdictState.ACCEPTED) for number in range(1, many + 1)]
    (payment,) = payments_of(changes_of(judged, {}, {JOB: _funds()}), _ids())
    events = list(answers_paid(payment))
    assert [len(event.payments) for event in events] == [PAYMENTS_PER_EVENT, 1]
    assert all(event.ByteSize() < 256 * 1024 for event in events)
