"""Events from the other services: convert, call one use case, park what comes too early."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from ilgam.accounts.v1 import accounts_events_pb2 as accounts_pb
from ilgam.quality.v1 import quality_events_pb2 as quality_pb
from ilgam.tasks.v1 import tasks_events_pb2 as tasks_pb
from ilgam.workers.v1 import workers_events_pb2 as workers_pb

from services.core.clock import utc_now
from services.payments.domain.payment import ContradictionError
from services.payments.entrypoints import convert
from services.payments.use_cases.close_jobs import close_jobs
from services.payments.use_cases.learn import learn_organisations, learn_restrictions
from services.payments.use_cases.pay_verdicts import pay_verdicts
from services.payments.use_cases.reserve_funds import job_key, reserve_funds
from services.runtime.database import Transaction
from services.runtime.inbox import Park, PermanentEventError, Subscribers
from services.runtime.wire import uuid_of

E = TypeVar("E")
V = TypeVar("V")
JobEvent = TypeVar("JobEvent", tasks_pb.JobClosed, quality_pb.VerdictsGiven)


def subscribers() -> Subscribers:
    """Which use case applies which event."""
    found = Subscribers()
    found.on(accounts_pb.OrganisationCreated, on_organisation_created)
    found.on(workers_pb.WorkerRestricted, on_worker_restricted)
    found.on(workers_pb.WorkerRestored, on_worker_restored)
    found.on(tasks_pb.JobPublishRequested, on_job_publish_requested)
    found.on(tasks_pb.JobClosed, on_job_closed)
    found.on(quality_pb.VerdictsGiven, on_verdicts_given)
    return found


async def on_organisation_created(tx: Transaction, events: Sequence[accounts_pb.OrganisationCreated]) -> Sequence[Park]:
    """Notes who may hold money."""
    pairs = _converted(events, lambda event: (uuid_of(event.organisation_id), event.revision))
    await learn_organisations(tx, pairs)
    return []


async def on_worker_restricted(tx: Transaction, events: Sequence[workers_pb.WorkerRestricted]) -> Sequence[Park]:
    """Notes who may not claim; fraud will hold payouts."""
    await learn_restrictions(tx, _converted(events, convert.restriction_of))
    return []


async def on_worker_restored(tx: Transaction, events: Sequence[workers_pb.WorkerRestored]) -> Sequence[Park]:
    """Notes the end of restrictions."""
    await learn_restrictions(tx, _converted(events, convert.restored_of))
    return []


async def on_job_publish_requested(tx: Transaction, events: Sequence[tasks_pb.JobPublishRequested]) -> Sequence[Park]:
    """Reserves or refuses, then applies what waited for the reservation."""
    await reserve_funds(tx, _converted(events, convert.asked_of), utc_now())
    return []


async def on_job_closed(tx: Transaction, events: Sequence[tasks_pb.JobClosed]) -> Sequence[Park]:
    """Releases what is not needed any more."""
    closings = _converted(events, convert.closing_of)
    waiting = await close_jobs(tx, closings, utc_now())
    return _parked(events, closings, waiting)


async def on_verdicts_given(tx: Transaction, events: Sequence[quality_pb.VerdictsGiven]) -> Sequence[Park]:
    """Pays what was accepted."""
    batches = _converted(events, convert.verdicts_of)
    try:
        waiting = await pay_verdicts(tx, batches, utc_now())
    except ContradictionError as error:
        raise PermanentEventError(str(error)) from error
    return _parked(events, batches, waiting)


def _converted(events: Sequence[E], of: Callable[[E], V]) -> list[V]:
    try:
        return [of(event) for event in events]
    except ValueError as error:
        raise PermanentEventError(str(error)) from error


def _parked(events: Sequence[JobEvent], converted: Sequence[object], waiting: Sequence[object]) -> list[Park]:
    early = {id(value) for value in waiting}
    pairs = zip(events, converted, strict=True)
    return [Park(event, job_key(uuid_of(event.job_id))) for event, value in pairs if id(value) in early]
