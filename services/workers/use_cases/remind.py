"""Telling people before registration opens."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from services.core.errors import FailedPreconditionError, NotFoundError, Reason, UnavailableError
from services.runtime.database import Database, Transaction
from services.workers import events
from services.workers.domain.seat_notices import opening_notice
from services.workers.store.queries import cohorts as cohort_store
from services.workers.store.queries import enrolments as enrolment_store
from services.workers.store.queries import reminders as store

AHEAD_SECONDS = 3600
PEOPLE_A_ROUND = 500


async def remind_me(tx: Transaction, cohort_id: UUID, worker_id: UUID) -> datetime:
    """Keeps that a person wants to be told an hour before registration opens; gives when that is.

    Raises:
        NotFoundError: there is no such cohort.
        FailedPreconditionError: REGISTRATION_CLOSED, when it has opened already.
        UnavailableError: the news of the account is still on its way here.
    """
    registration = await cohort_store.registration_by_id(tx.connection, cohort_id)
    if registration is None:
        raise NotFoundError("cohort")
    terms = registration.cohort.terms
    if registration.now >= terms.open_time:
        raise FailedPreconditionError(
            Reason.REGISTRATION_CLOSED,
            "registration has opened already",
            open_time=terms.open_time.isoformat(),
            close_time=terms.close_time.isoformat(),
        )
    if not await enrolment_store.known_workers(tx.connection, [worker_id]):
        raise UnavailableError("the account is not known here yet, try again")
    await store.add_reminder(tx.connection, cohort_id, worker_id)
    return max(registration.now, terms.open_time - timedelta(seconds=AHEAD_SECONDS))


async def tell_openings(database: Database) -> None:
    """Tells those who asked of what opens within the hour; a bounded number at a time."""
    async with database.transaction() as tx:
        due = await store.tell_openings(tx.connection, AHEAD_SECONDS, PEOPLE_A_ROUND)
        if due:
            tx.emit(events.notice_due([opening_notice(opening) for opening in due]))
