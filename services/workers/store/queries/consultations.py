"""Statements on consultations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.workers.domain.consultation import Consultation, ConsultationState
from services.workers.store.queries.slots import After, venue_of

_CONSULTATION = """
    SELECT c.consultation_id, c.slot_id, c.worker_id, c.organisation_id, c.start_time, c.end_time, c.state, c.message,
        c.cancel_reason, c.cancelled_by_company, c.outcome_note, c.book_time, c.revision,
        s.venue_kind, s.place_ko, s.place_en, s.link, s.phone, s.note
    FROM consultation AS c
    JOIN consultation_slot AS s ON s.slot_id = c.slot_id
"""

_BY_ID = text(f"{_CONSULTATION} WHERE c.consultation_id = :consultation_id")

_WORKER_BUSY = text("""
    SELECT start_time
    FROM consultation
    WHERE worker_id = :worker_id AND state = 'BOOKED' AND start_time < :end_time AND end_time > :start_time
      AND consultation_id <> CAST(:besides AS uuid)
    LIMIT 1
""")

_BOOKED_WITH = text("""
    SELECT consultation_id
    FROM consultation
    WHERE worker_id = :worker_id AND organisation_id = :organisation_id AND state = 'BOOKED' AND end_time > :now
""")

_ADD = text("""
    INSERT INTO consultation (
        consultation_id, slot_id, worker_id, organisation_id, start_time, end_time, state, message, cancel_reason,
        cancelled_by_company, outcome_note, book_time, revision)
    VALUES (
        :consultation_id, :slot_id, :worker_id, :organisation_id, :start_time, :end_time, :state, :message, '', false,
        '', :book_time, 1)
""")

_STORE = text("""
    UPDATE consultation
    SET slot_id = :slot_id, start_time = :start_time, end_time = :end_time, state = :state,
        cancel_reason = :cancel_reason, cancelled_by_company = :cancelled_by_company, outcome_note = :outcome_note,
        revision = :revision
    WHERE consultation_id = :consultation_id
""")

# What a list is of: the whole condition, so that each has its index.
_SCOPES = {
    "worker": "c.worker_id = :id",
    "company": "c.organisation_id = :id",
    "all": "CAST(:id AS uuid) IS NULL",
}

_COMING = {
    scope: text(f"""
    {_CONSULTATION}
    WHERE {condition} AND c.state = 'BOOKED' AND c.end_time > CAST(:now AS timestamptz)
      AND (c.start_time, c.consultation_id) > (CAST(:start_time AS timestamptz), CAST(:after_id AS uuid))
    ORDER BY c.start_time, c.consultation_id
    LIMIT :count
""")
    for scope, condition in _SCOPES.items()
}

_LATEST = {
    scope: text(f"""
    {_CONSULTATION}
    WHERE {condition}
      AND (c.start_time, c.consultation_id) < (CAST(:start_time AS timestamptz), CAST(:after_id AS uuid))
    ORDER BY c.start_time DESC, c.consultation_id DESC
    LIMIT :count
""")
    for scope, condition in _SCOPES.items()
}

_REMIND = text("""
    WITH due AS (
        SELECT consultation_id
        FROM consultation
        WHERE state = 'BOOKED' AND start_time > :now AND start_time <= :until
          AND reminded_start_time IS DISTINCT FROM start_time
        ORDER BY start_time, consultation_id
        LIMIT :count
        FOR UPDATE SKIP LOCKED
    )
    UPDATE consultation AS c
    SET reminded_start_time = c.start_time
    FROM due
    WHERE c.consultation_id = due.consultation_id
    RETURNING c.consultation_id, c.worker_id, c.organisation_id, c.start_time
""")

_FORGET = text("""
    UPDATE consultation
    SET message = '', outcome_note = '', cancel_reason = ''
    WHERE worker_id = ANY(CAST(:worker_ids AS uuid[])) AND (message, outcome_note, cancel_reason) <> ('', '', '')
""")


@dataclass(frozen=True)
class Scope:
    """Whose consultations: a worker's, a company's, or all."""

    name: str
    id: UUID | None = None

    @classmethod
    def of_worker(cls, worker_id: UUID) -> Scope:
        """Those of a worker."""
        return cls("worker", worker_id)

    @classmethod
    def of_company(cls, organisation_id: UUID) -> Scope:
        """Those of a company."""
        return cls("company", organisation_id)

    @classmethod
    def of_all(cls) -> Scope:
        """Everybody's."""
        return cls("all")


@dataclass(frozen=True)
class Due:
    """A consultation of which both sides are to be reminded."""

    consultation_id: UUID
    worker_id: UUID
    organisation_id: UUID
    start_time: datetime


async def consultation_by_id(connection: AsyncConnection, consultation_id: UUID) -> Consultation | None:
    """The consultation with an id. It changes only while its worker is locked."""
    row = (await connection.execute(_BY_ID, {"consultation_id": consultation_id})).one_or_none()
    return _consultation(row) if row is not None else None


async def busy_from(
    connection: AsyncConnection, worker_id: UUID, start_time: datetime, end_time: datetime, besides: UUID
) -> datetime | None:
    """When a booked consultation of a locked worker begins that overlaps a time, `besides` left out."""
    parameters = {"worker_id": worker_id, "start_time": start_time, "end_time": end_time, "besides": besides}
    found: datetime | None = (await connection.execute(_WORKER_BUSY, parameters)).scalar()
    return found


async def booked_with(connection: AsyncConnection, worker_id: UUID, organisation_id: UUID, now: datetime) -> bool:
    """Whether a locked worker has a booked consultation with a company that has not ended."""
    parameters = {"worker_id": worker_id, "organisation_id": organisation_id, "now": now}
    return (await connection.execute(_BOOKED_WITH, parameters)).scalar() is not None


async def add_consultation(connection: AsyncConnection, consultation: Consultation) -> None:
    """Adds a booked consultation."""
    parameters = {
        "consultation_id": consultation.consultation_id,
        "slot_id": consultation.slot_id,
        "worker_id": consultation.worker_id,
        "organisation_id": consultation.organisation_id,
        "start_time": consultation.start_time,
        "end_time": consultation.end_time,
        "state": consultation.state.value,
        "message": consultation.message,
        "book_time": consultation.book_time,
    }
    await connection.execute(_ADD, parameters)


async def store_consultation(connection: AsyncConnection, consultation: Consultation) -> None:
    """Stores what has changed of a consultation."""
    parameters = {
        "consultation_id": consultation.consultation_id,
        "slot_id": consultation.slot_id,
        "start_time": consultation.start_time,
        "end_time": consultation.end_time,
        "state": consultation.state.value,
        "cancel_reason": consultation.cancel_reason,
        "cancelled_by_company": consultation.cancelled_by_company,
        "outcome_note": consultation.outcome_note,
        "revision": consultation.revision,
    }
    await connection.execute(_STORE, parameters)


async def coming_consultations(
    connection: AsyncConnection, scope: Scope, after: After, now: datetime, count: int
) -> list[Consultation]:
    """Up to `count` booked consultations that have not ended, behind a point in time, the soonest first."""
    parameters = {"id": scope.id, "now": now, "start_time": after.start_time, "after_id": after.id, "count": count}
    return [_consultation(row) for row in await connection.execute(_COMING[scope.name], parameters)]


async def latest_consultations(
    connection: AsyncConnection, scope: Scope, before: After, count: int
) -> list[Consultation]:
    """Up to `count` consultations before a point in time, the latest first, whatever their state."""
    parameters = {"id": scope.id, "start_time": before.start_time, "after_id": before.id, "count": count}
    return [_consultation(row) for row in await connection.execute(_LATEST[scope.name], parameters)]


async def note_reminders(connection: AsyncConnection, now: datetime, until: datetime, count: int) -> list[Due]:
    """Up to `count` booked consultations that begin by `until` and of which nobody was reminded; they are marked."""
    rows = await connection.execute(_REMIND, {"now": now, "until": until, "count": count})
    return [Due(*row) for row in rows]


async def forget_words(connection: AsyncConnection, worker_ids: Sequence[UUID]) -> None:
    """Erases what was written by and about people in their consultations."""
    await connection.execute(_FORGET, {"worker_ids": list(worker_ids)})


def _consultation(row: Row[*tuple[object, ...]]) -> Consultation:
    return Consultation(
        consultation_id=row.consultation_id,
        slot_id=row.slot_id,
        worker_id=row.worker_id,
        organisation_id=row.organisation_id,
        start_time=row.start_time,
        end_time=row.end_time,
        venue=venue_of(row),
        note=row.note,
        state=ConsultationState(row.state),
        message=row.message,
        book_time=row.book_time,
        cancel_reason=row.cancel_reason,
        cancelled_by_company=row.cancelled_by_company,
        outcome_note=row.outcome_note,
        revision=row.revision,
    )
