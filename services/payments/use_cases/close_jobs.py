"""Closes jobs, or gives one of their reservations back, and releases what the escrow no longer needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.core.ids import new_id
from services.payments.domain.booking import Booking
from services.payments.domain.funds import JobFunds, Release, close, give_back, release_rest
from services.payments.events import escrow_released
from services.payments.store.queries.funds import jobs_to_release, lock_funds
from services.payments.use_cases.book import book
from services.runtime.database import Transaction

JOBS_PER_ROUND = 100


@dataclass(frozen=True, slots=True)
class Closing:
    """The end of a job (`publish_no` 0), or of one of its reservations."""

    job_id: UUID
    publish_no: int
    revision: int
    answers_submitted: int


async def close_jobs(tx: Transaction, closings: Sequence[Closing], now: datetime) -> list[Closing]:
    """Applies closings. Gives those that must wait, because their job or reservation is not known yet.

    A reservation that is given back before it was decided waits too: it is then decided and given back in one
    transaction, so that the books are the same whichever came first.
    """
    before = await lock_funds(tx.connection, {closing.job_id for closing in closings})
    after = dict(before)
    releases = []
    waiting = []
    for closing in closings:
        funds = after.get(closing.job_id)
        if funds is None or (closing.publish_no and closing.publish_no not in funds.reservations):
            waiting.append(closing)
            continue
        funds, release = _apply(funds, closing, now)
        after[closing.job_id] = funds
        if release is not None:
            releases.append((funds, release))
    await _write(tx, before, after, releases)
    return waiting


async def release_ended(tx: Transaction, now: datetime) -> int:
    """Releases what jobs kept for appeals whose time has ended. Gives the number of jobs looked at."""
    job_ids = await jobs_to_release(tx.connection, now, JOBS_PER_ROUND)
    before = await lock_funds(tx.connection, job_ids) if job_ids else {}
    after = {}
    releases = []
    for job_id, kept in before.items():
        funds, release = release_rest(kept, now, new_id())
        after[job_id] = funds
        if release is not None:
            releases.append((funds, release))
    await _write(tx, before, after, releases)
    return len(job_ids)


def _apply(funds: JobFunds, closing: Closing, now: datetime) -> tuple[JobFunds, Release | None]:
    if closing.publish_no:
        return give_back(funds, closing.publish_no, new_id())
    return release_rest(close(funds, closing.revision, closing.answers_submitted, now), now, new_id())


async def _write(
    tx: Transaction,
    before: Mapping[UUID, JobFunds],
    after: Mapping[UUID, JobFunds],
    releases: Sequence[tuple[JobFunds, Release]],
) -> None:
    changed = tuple(funds for job_id, funds in after.items() if funds != before[job_id])
    if not changed:
        return
    await book(tx, Booking(tuple(release.journal for _, release in releases), changed), before)
    for funds, release in releases:
        tx.emit(escrow_released(funds, release))
