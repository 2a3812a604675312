"""Events about jobs and money: what payments reserved, paid and gave back, what quality froze."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar
from uuid import UUID

from google.protobuf.message import Message
from ilgam.payments.v1 import payments_events_pb2 as payments_pb
from ilgam.quality.v1 import quality_events_pb2 as quality_pb

from services.runtime.database import Transaction
from services.runtime.inbox import Park, Subscribers
from services.tasks.store.queries.payments import Payment
from services.tasks.use_cases.change_state import freeze_job, unfreeze_job
from services.tasks.use_cases.record_payments import record_payments, record_release
from services.tasks.use_cases.settle_publication import take_refused, take_reserved

E = TypeVar("E", bound=Message)


def subscribe_jobs(subscribers: Subscribers) -> None:
    """Registers every handler of this module."""
    subscribers.on(payments_pb.FundsReserved, on_funds_reserved)
    subscribers.on(payments_pb.FundsRefused, on_funds_refused)
    subscribers.on(payments_pb.AnswersPaid, on_answers_paid)
    subscribers.on(payments_pb.EscrowReleased, on_escrow_released)
    subscribers.on(quality_pb.JobFrozen, on_job_frozen)
    subscribers.on(quality_pb.JobUnfrozen, on_job_unfrozen)


async def on_funds_reserved(tx: Transaction, events: Sequence[payments_pb.FundsReserved]) -> Sequence[Park]:
    """Opens jobs, or applies what was staged."""
    return await _one_by_one(events, lambda event: take_reserved(tx, UUID(event.job_id), event.publish_no))


async def on_funds_refused(tx: Transaction, events: Sequence[payments_pb.FundsRefused]) -> Sequence[Park]:
    """Tells jobs how much is missing."""
    return await _one_by_one(
        events, lambda event: take_refused(tx, UUID(event.job_id), event.publish_no, event.missing_krw)
    )


async def on_answers_paid(tx: Transaction, events: Sequence[payments_pb.AnswersPaid]) -> Sequence[Park]:
    """Marks answers as paid, all of a batch in one statement."""
    paid = [
        Payment(UUID(payment.answer_id), payment.revision, payment.net_krw)
        for event in events
        for payment in event.payments
    ]
    unknown = await record_payments(tx, paid)
    return [
        Park(event, f"job:{event.job_id}")
        for event in events
        if any(UUID(payment.answer_id) in unknown for payment in event.payments)
    ]


async def on_escrow_released(tx: Transaction, events: Sequence[payments_pb.EscrowReleased]) -> Sequence[Park]:
    """Adds up what went back to companies."""
    return await _one_by_one(
        events, lambda event: record_release(tx, UUID(event.job_id), event.amount_krw, event.revision)
    )


async def on_job_frozen(tx: Transaction, events: Sequence[quality_pb.JobFrozen]) -> Sequence[Park]:
    """Stops claims until quality says otherwise."""
    return await _one_by_one(events, lambda event: freeze_job(tx, UUID(event.job_id), event.revision))


async def on_job_unfrozen(tx: Transaction, events: Sequence[quality_pb.JobUnfrozen]) -> Sequence[Park]:
    """Takes claims again, where nothing else is in the way."""
    return await _one_by_one(events, lambda event: unfreeze_job(tx, UUID(event.job_id), event.revision))


async def _one_by_one(events: Sequence[E], apply: Callable[[E], Awaitable[bool]]) -> list[Park]:
    """Applies rare events in the order of their jobs, so that batches lock in one order; parks those of unknown jobs."""
    return [Park(event, f"job:{_job_id(event)}") for event in sorted(events, key=_job_id) if not await apply(event)]


def _job_id(event: Message) -> str:
    return str(getattr(event, "job_id"))  # noqa: B009 - Message has no such field, every event here has
