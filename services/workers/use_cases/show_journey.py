"""How far one person has come, and what they do next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.runtime.database import Transaction
from services.workers.domain.exam import retry_time_of
from services.workers.domain.journeys import CourseProgress, NextStep, Seat, Standing, Step, WorkHistory, next_step
from services.workers.store.queries import exams as exam_store
from services.workers.store.queries import journeys as store
from services.workers.store.queries.work import history_of


@dataclass(frozen=True)
class Journey:
    """A person's way."""

    worker_id: UUID
    steps: dict[Step, datetime]
    next: NextStep
    history: WorkHistory


async def show_journey(tx: Transaction, worker_id: UUID, now: datetime) -> Journey:
    """The way of a person; of somebody who is not known yet it begins with the application."""
    connection = tx.connection
    steps = await store.steps_of(connection, worker_id)
    seat = await store.seat_of(connection, worker_id)
    standing = Standing(
        steps=steps,
        seat=seat,
        course=await _course(tx, worker_id, seat),
        certified=await store.is_certified(connection, worker_id, now),
        retry_time=await _retry_time(tx, worker_id),
        talk=await store.talk_of(connection, worker_id, now),
        offer_id=await store.offer_of(connection, worker_id),
    )
    return Journey(worker_id, steps, next_step(standing, now), await history_of(connection, worker_id))


async def _course(tx: Transaction, worker_id: UUID, seat: Seat | None) -> CourseProgress | None:
    """The course that goes with a seat; only somebody who has one learns."""
    if seat is None or seat.state != "ENROLLED":
        return None
    return await store.course_of(tx.connection, worker_id, seat.programme_id)


async def _retry_time(tx: Transaction, worker_id: UUID) -> datetime | None:
    """When the exam may be taken again after the newest attempt."""
    annotation_type = await store.newest_exam_type(tx.connection, worker_id)
    if annotation_type is None:
        return None
    newest = await exam_store.latest_attempt(tx.connection, worker_id, annotation_type)
    return retry_time_of(newest) if newest else None
