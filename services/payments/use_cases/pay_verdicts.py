"""Pays what verdicts accepted, once, and takes back what later ones reject."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from services.core.ids import new_id
from services.payments.domain.booking import Booking, lines_of
from services.payments.domain.funds import JobFunds, Release, release_rest
from services.payments.domain.ledger import Account, AccountKind, Journal, account_of
from services.payments.domain.payment import (
    Change,
    JudgedAnswer,
    Payment,
    changes_of,
    hold_back,
    may_lack,
    pay,
    payments_of,
    takers,
)
from services.payments.events import answers_paid, escrow_released
from services.payments.store.queries.accounts import lock_balances
from services.payments.store.queries.answers import paid_answers
from services.payments.store.queries.funds import lock_funds
from services.payments.use_cases.book import book
from services.runtime.database import Transaction


@dataclass(frozen=True, slots=True)
class VerdictBatch:
    """The verdicts of one event, all of one job."""

    job_id: UUID
    answers: tuple[JudgedAnswer, ...]


async def pay_verdicts(tx: Transaction, batches: Sequence[VerdictBatch], now: datetime) -> list[VerdictBatch]:
    """Books the differences that verdicts make, one journal per worker and job.

    Returns:
        The batches that must wait, because their job or one of their reservations is not known yet.

    Raises:
        ContradictionError: an answer comes with another job or worker than before.
    """
    before = await lock_funds(tx.connection, {batch.job_id for batch in batches})
    known = [batch for batch in batches if _is_known(batch, before)]
    judged = [answer for batch in known for answer in batch.answers]
    if judged:
        stored = await paid_answers(tx.connection, {answer.answer_id for answer in judged})
        changes = changes_of(judged, stored, before)
        if changes:
            await _settle(tx, changes, before, now)
    return [batch for batch in batches if not _is_known(batch, before)]


def _is_known(batch: VerdictBatch, funds: dict[UUID, JobFunds]) -> bool:
    job = funds.get(batch.job_id)
    return job is not None and all(answer.publish_no in job.reservations for answer in batch.answers)


async def _settle(tx: Transaction, changes: list[Change], before: dict[UUID, JobFunds], now: datetime) -> None:
    taken_from = takers(changes)
    short = _short_organisations(changes, before)
    balances: dict[UUID, int] = {}
    if taken_from or short:
        # Rare: only then does the decision need balances that others change, so only then are they locked first.
        balances = await lock_balances(tx.connection, _accounts(changes, short))
    if taken_from:
        changes = hold_back(changes, {id_: _balance(balances, AccountKind.WORKER_EARNED, id_) for id_ in taken_from})
    payments = payments_of(changes, new_id)
    available = {id_: _balance(balances, AccountKind.COMPANY_AVAILABLE, id_) for id_ in short}
    after, journals, releases = _pay_jobs(payments, before, available, now)
    answers = tuple(change.after for change in changes)
    await book(tx, Booking(tuple(journals), tuple(after), answers, lines_of(payments)), before)
    for payment in payments:
        for event in answers_paid(payment):
            tx.emit(event)
    for funds, release in releases:
        tx.emit(escrow_released(funds, release))


def _short_organisations(changes: list[Change], before: dict[UUID, JobFunds]) -> set[UUID]:
    by_job: defaultdict[UUID, list[Change]] = defaultdict(list)
    for change in changes:
        by_job[change.after.job_id].append(change)
    return {before[job_id].organisation_id for job_id, group in by_job.items() if may_lack(before[job_id], group)}


def _pay_jobs(
    payments: list[Payment], before: dict[UUID, JobFunds], available: dict[UUID, int], now: datetime
) -> tuple[list[JobFunds], list[Journal], list[tuple[JobFunds, Release]]]:
    after, journals, releases = [], [], []
    for job_id, group in groupby(payments, key=attrgetter("job_id")):
        funds = before[job_id]
        organisation_id = funds.organisation_id
        funds, paid, left_krw = pay(funds, group, available.get(organisation_id, 0))
        if organisation_id in available:
            available[organisation_id] = left_krw
        funds, release = release_rest(funds, now, new_id())
        journals += paid
        if release is not None:
            journals.append(release.journal)
            releases.append((funds, release))
        after.append(funds)
    return after, journals, releases


def _accounts(changes: list[Change], short: set[UUID]) -> set[Account]:
    """Every account with a floor that the batch may touch: locked together, in one order."""
    return (
        {account_of(AccountKind.JOB_ESCROW, change.after.job_id) for change in changes}
        | {account_of(AccountKind.WORKER_EARNED, change.after.worker_id) for change in changes}
        | {account_of(AccountKind.COMPANY_AVAILABLE, organisation_id) for organisation_id in short}
    )


def _balance(balances: dict[UUID, int], kind: AccountKind, owner_id: UUID) -> int:
    return balances.get(account_of(kind, owner_id).account_id, 0)
