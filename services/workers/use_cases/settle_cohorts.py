"""What has become due in a cohort: offers that ended, waiting lists that end, free seats for those who wait."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from services.core.errors import NotFoundError
from services.runtime.database import Database, Transaction
from services.workers import events
from services.workers.domain.enrolment import HOLDS_SEAT, Enrolment, EnrolmentState, accept_time_of
from services.workers.domain.seat_notices import seat_notice
from services.workers.store.queries import cohorts as cohort_store
from services.workers.store.queries import enrolments as store
from services.workers.store.queries.cohorts import Registration

COHORTS_A_ROUND = 200


async def settle_cohorts(database: Database) -> None:
    """Settles every cohort that has something due, each in a transaction of its own; a bounded number at a time."""
    async with database.transaction() as tx:
        due = await cohort_store.cohorts_to_settle(tx.connection, COHORTS_A_ROUND)
    for cohort_id in due:
        await settle_cohort(database, cohort_id)


async def settle_cohort(database: Database, cohort_id: UUID) -> None:
    """Settles one cohort, so that what is decided next meets the state that the clock says."""
    async with database.transaction() as tx:
        await settle(tx, await turn_at(tx, cohort_id))


async def settle_if_due(database: Database, enrolment_id: UUID) -> None:
    """Settles the cohort of an enrolment whose offer has ended, before somebody acts on it."""
    async with database.transaction() as tx:
        named = (await store.enrolments_by_id(tx.connection, [enrolment_id])).get(enrolment_id)
    if named is not None and named.state is EnrolmentState.OFFERED:
        await settle_cohort(database, named.cohort_id)


async def turn_at(tx: Transaction, cohort_id: UUID) -> Registration:
    """Waits for this transaction's turn at a cohort, which lasts until it ends; gives the cohort as it then is.

    Raises:
        NotFoundError: there is no such cohort.
    """
    registration = await cohort_store.registration_by_id(tx.connection, cohort_id, locked=True)
    if registration is None:
        raise NotFoundError("cohort")
    return registration


async def settle(tx: Transaction, registration: Registration) -> None:
    """Lapses what is over and offers free seats to the head of the waiting list, in a cohort whose turn it is."""
    cohort, now = registration.cohort, registration.now
    lapsed = await store.lapse_offers(tx.connection, cohort.cohort_id)
    if lapsed:
        await note_changes(tx, registration, lapsed, was=EnrolmentState.OFFERED)
    started = now >= cohort.terms.start_time
    if started and cohort.waiting_count:
        ended = await store.end_waiting(tx.connection, cohort.cohort_id)
        await note_changes(tx, registration, ended, was=EnrolmentState.WAITING)
    present = await turn_at(tx, cohort.cohort_id) if lapsed else registration
    count = present.cohort.seats_to_offer(now)
    if count > 0:
        until = accept_time_of(now, registration.accept_seconds, cohort.terms.start_time)
        offered = await store.offer_seats(tx.connection, cohort.cohort_id, count, until)
        await note_changes(tx, registration, offered, was=EnrolmentState.WAITING)


async def note_changes(
    tx: Transaction, registration: Registration, changed: Sequence[Enrolment], *, was: EnrolmentState
) -> None:
    """Counts, tells and publishes what became of enrolments of one cohort that all stood alike before."""
    cohort = registration.cohort
    taken = sum((one.state in HOLDS_SEAT) - (was in HOLDS_SEAT) for one in changed)
    waiting = sum((one.state is EnrolmentState.WAITING) - (was is EnrolmentState.WAITING) for one in changed)
    if taken or waiting:
        await cohort_store.shift_counts(tx.connection, cohort.cohort_id, taken=taken, waiting=waiting)
    tell_of(tx, registration, changed)


def tell_of(tx: Transaction, registration: Registration, changed: Sequence[Enrolment], position: int = 0) -> None:
    """Publishes the states of enrolments of one cohort, and tells their people."""
    terms = registration.cohort.terms
    for enrolment in changed:
        tx.emit(events.enrolment_changed(enrolment))
    told = (seat_notice(one, registration.title, terms.cohort_no, terms.start_time, position) for one in changed)
    notices = [notice for notice in told if notice is not None]
    if notices:
        tx.emit(events.notice_due(notices))
