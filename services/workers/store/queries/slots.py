"""Statements on slots for consultations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.workers.domain.consultation import Slot, SlotState, Venue, VenueKind

_LOCK_COMPANY = text(
    "SELECT pg_advisory_xact_lock(hashtextextended(CAST(CAST(:organisation_id AS uuid) AS text), 505))"
)

_OVERLAPPING = text("""
    SELECT s.start_time
    FROM consultation_slot AS s
    JOIN unnest(CAST(:starts AS timestamptz[]), CAST(:ends AS timestamptz[])) AS new (start_time, end_time)
        ON s.start_time < new.end_time AND s.end_time > new.start_time
    WHERE s.organisation_id = :organisation_id AND s.state <> 'WITHDRAWN'
      AND s.start_time < CAST(:last_end AS timestamptz) AND s.start_time > CAST(:first_start AS timestamptz)
    ORDER BY s.start_time
    LIMIT 1
""")

_ADD = text("""
    INSERT INTO consultation_slot (
        slot_id, organisation_id, start_time, end_time, venue_kind, place_ko, place_en, link, phone, note, state)
    SELECT slot_id, :organisation_id, start_time, end_time, :venue_kind, :place_ko, :place_en, :link, :phone, :note,
        'OPEN'
    FROM unnest(CAST(:slot_ids AS uuid[]), CAST(:starts AS timestamptz[]), CAST(:ends AS timestamptz[]))
        AS new (slot_id, start_time, end_time)
""")

_SLOT = """
    SELECT s.slot_id, s.organisation_id, s.start_time, s.end_time, s.venue_kind, s.place_ko, s.place_en, s.link,
        s.phone, s.note, s.state, c.consultation_id
    FROM consultation_slot AS s
    LEFT JOIN consultation AS c ON c.slot_id = s.slot_id AND c.state <> 'CANCELLED'
"""

_LOCKED = text(f"{_SLOT} WHERE s.slot_id = ANY(CAST(:slot_ids AS uuid[])) ORDER BY s.slot_id FOR UPDATE OF s")

_BY_ID = text(f"{_SLOT} WHERE s.slot_id = :slot_id")

# The one statement that gives a slot to somebody: of several at a time, one finds it open.
_TAKE = text("""
    UPDATE consultation_slot
    SET state = 'BOOKED'
    WHERE slot_id = :slot_id AND state = 'OPEN' AND start_time > :now
    RETURNING slot_id
""")

_SET_STATE = text("UPDATE consultation_slot SET state = :state WHERE slot_id = :slot_id AND state = :before")

_OPEN = text(f"""
    {_SLOT}
    WHERE s.state = 'OPEN' AND (s.start_time, s.slot_id) > (CAST(:start_time AS timestamptz), CAST(:slot_id AS uuid))
      AND (CAST(:company_id AS uuid) IS NULL OR s.organisation_id = CAST(:company_id AS uuid))
    ORDER BY s.start_time, s.slot_id
    LIMIT :count
""")

_OF_COMPANY = text(f"""
    {_SLOT}
    WHERE s.organisation_id = :organisation_id
      AND (s.start_time, s.slot_id) > (CAST(:start_time AS timestamptz), CAST(:slot_id AS uuid))
    ORDER BY s.start_time, s.slot_id
    LIMIT :count
""")


FIRST_ID: Final = UUID(int=0)
"""Before every id."""


@dataclass(frozen=True)
class After:
    """Where a list by time goes on: behind this time and id."""

    start_time: datetime
    id: UUID = FIRST_ID


async def lock_company(connection: AsyncConnection, organisation_id: UUID) -> None:
    """Makes openings of one company's slots take turns, until the transaction ends."""
    await connection.execute(_LOCK_COMPANY, {"organisation_id": organisation_id})


async def overlapping_start(
    connection: AsyncConnection, organisation_id: UUID, times: Sequence[tuple[datetime, datetime]], reach: datetime
) -> datetime | None:
    """When the company's first slot begins that overlaps one of the (start, end) times; none began before `reach`."""
    parameters = {
        "organisation_id": organisation_id,
        "starts": [start for start, _ in times],
        "ends": [end for _, end in times],
        "first_start": reach,
        "last_end": max(end for _, end in times),
    }
    found: datetime | None = (await connection.execute(_OVERLAPPING, parameters)).scalar()
    return found


async def add_slots(connection: AsyncConnection, slots: Sequence[Slot]) -> None:
    """Adds open slots of one company, at one venue and with one note."""
    first = slots[0]
    parameters = {
        "organisation_id": first.organisation_id,
        "venue_kind": first.venue.kind.value,
        "place_ko": first.venue.place_ko,
        "place_en": first.venue.place_en,
        "link": first.venue.link,
        "phone": first.venue.phone,
        "note": first.note,
        "slot_ids": [slot.slot_id for slot in slots],
        "starts": [slot.start_time for slot in slots],
        "ends": [slot.end_time for slot in slots],
    }
    await connection.execute(_ADD, parameters)


async def locked_slots(connection: AsyncConnection, slot_ids: Sequence[UUID]) -> dict[UUID, Slot]:
    """The slots with those ids, locked in their order until the transaction ends."""
    rows = await connection.execute(_LOCKED, {"slot_ids": list(slot_ids)})
    return {row.slot_id: _slot(row) for row in rows}


async def slot_by_id(connection: AsyncConnection, slot_id: UUID) -> Slot | None:
    """The slot with an id."""
    row = (await connection.execute(_BY_ID, {"slot_id": slot_id})).one_or_none()
    return _slot(row) if row is not None else None


async def take_slot(connection: AsyncConnection, slot_id: UUID, now: datetime) -> bool:
    """Books an open slot that has not begun. False: somebody else was first, or it is not open."""
    return (await connection.execute(_TAKE, {"slot_id": slot_id, "now": now})).scalar() is not None


async def set_slot_state(connection: AsyncConnection, slot_id: UUID, before: SlotState, state: SlotState) -> None:
    """Changes a locked slot's state."""
    await connection.execute(_SET_STATE, {"slot_id": slot_id, "before": before.value, "state": state.value})


async def open_slots(connection: AsyncConnection, after: After, company_id: UUID | None, count: int) -> list[Slot]:
    """Up to `count` open slots behind a point in time, of one company or of all."""
    parameters = {"start_time": after.start_time, "slot_id": after.id, "company_id": company_id, "count": count}
    return [_slot(row) for row in await connection.execute(_OPEN, parameters)]


async def slots_of(connection: AsyncConnection, organisation_id: UUID, after: After, count: int) -> list[Slot]:
    """Up to `count` slots of a company behind a point in time, whatever their state."""
    parameters = {
        "organisation_id": organisation_id,
        "start_time": after.start_time,
        "slot_id": after.id,
        "count": count,
    }
    return [_slot(row) for row in await connection.execute(_OF_COMPANY, parameters)]


def venue_of(row: Row[*tuple[object, ...]]) -> Venue:
    """The venue in a row that holds a slot's columns."""
    return Venue(VenueKind(row.venue_kind), row.place_ko, row.place_en, row.link, row.phone)


def _slot(row: Row[*tuple[object, ...]]) -> Slot:
    return Slot(
        slot_id=row.slot_id,
        organisation_id=row.organisation_id,
        start_time=row.start_time,
        end_time=row.end_time,
        venue=venue_of(row),
        note=row.note,
        state=SlotState(row.state),
        consultation_id=row.consultation_id,
    )
