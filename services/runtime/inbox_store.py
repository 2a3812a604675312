"""The inbox's tables: what was handled, what waits, what failed, what is dead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.runtime.statement import Statement

ERROR_LENGTH_MAX = 2000
INBOX_KEPT_DAYS = 35

_ADD_HANDLED = Statement("""
    INSERT INTO inbox (event_id)
    SELECT DISTINCT event_id FROM unnest(CAST(:ids AS uuid[])) AS event (event_id)
    ON CONFLICT DO NOTHING
    RETURNING event_id
""")

_PARK = Statement("""
    INSERT INTO parked_event (event_id, park_key, event_type, payload)
    VALUES (:event_id, :park_key, :event_type, :payload)
    ON CONFLICT (event_id) DO UPDATE SET park_key = excluded.park_key
""")

_TAKE_PARKED = Statement("""
    DELETE FROM parked_event
    WHERE park_key = :park_key
    RETURNING event_id, event_type, payload, park_time
""")

_COUNT_FAILURE = text("""
    INSERT INTO event_failure (event_id, attempts, error)
    VALUES (:event_id, 1, :error)
    ON CONFLICT (event_id) DO UPDATE
    SET attempts = event_failure.attempts + 1, error = excluded.error, fail_time = now()
    RETURNING attempts
""")

_CLEAR_FAILURES = text("DELETE FROM event_failure WHERE event_id = ANY(CAST(:ids AS uuid[]))")

_BURY = text("""
    INSERT INTO dead_letter (event_id, event_type, payload, error, attempts)
    VALUES (:event_id, :event_type, :payload, :error, :attempts)
    ON CONFLICT (event_id) DO UPDATE SET error = excluded.error, dead_time = now()
""")

_DEAD_LETTER = text("SELECT event_id, event_type, payload FROM dead_letter WHERE event_id = :event_id FOR UPDATE")

_FORGET_DEAD_LETTER = text("DELETE FROM dead_letter WHERE event_id = :event_id")

_DEAD_LETTERS = text("""
    SELECT event_id, event_type, payload, error, attempts, dead_time
    FROM dead_letter
    WHERE (dead_time, event_id) < (coalesce(:before_time, 'infinity'::timestamptz), CAST(:before_id AS uuid))
    ORDER BY dead_time DESC, event_id DESC
    LIMIT :count
""")

_STANDING = text("""
    SELECT
        (SELECT count(*) FROM parked_event),
        (SELECT coalesce(extract(epoch FROM now() - min(park_time)), 0) FROM parked_event),
        (SELECT count(*) FROM dead_letter)
""")

_FORGET_OLD = (
    text("DELETE FROM inbox WHERE handle_time < now() - make_interval(days => :days)"),
    text("DELETE FROM event_failure WHERE fail_time < now() - make_interval(days => :days)"),
)

_FORGET_EXPIRED_REQUESTS = text("DELETE FROM request WHERE expire_time < now()")


@dataclass(frozen=True)
class StoredEvent:
    """An event as parked or dead-lettered."""

    event_id: UUID
    event_type: str
    payload: bytes


@dataclass(frozen=True)
class DeadLetter(StoredEvent):
    """An event that failed for good."""

    error: str
    attempts: int
    dead_time: datetime


async def add_handled(connection: AsyncConnection, ids: Sequence[UUID]) -> set[UUID]:
    """Notes events as handled; gives those that were not noted before."""
    rows = await _ADD_HANDLED.execute(connection, {"ids": list(ids)})
    return set(rows.scalars())


async def park(connection: AsyncConnection, event: StoredEvent, key: str) -> None:
    """Keeps an event until `key` is released."""
    await _PARK.execute(
        connection,
        {"event_id": event.event_id, "park_key": key, "event_type": event.event_type, "payload": event.payload},
    )


async def take_parked(connection: AsyncConnection, key: str) -> list[StoredEvent]:
    """Takes out the events that wait for `key`, the one parked first first."""
    rows = (await _TAKE_PARKED.execute(connection, {"park_key": key})).all()
    return [StoredEvent(row[0], row[1], row[2]) for row in sorted(rows, key=lambda row: (row[3], row[0]))]


async def count_failure(connection: AsyncConnection, event_id: UUID, error: str) -> int:
    """Counts one more permanent failure of an event; gives how many there were."""
    rows = await connection.execute(_COUNT_FAILURE, {"event_id": event_id, "error": error[:ERROR_LENGTH_MAX]})
    return int(rows.scalar_one())


async def clear_failures(connection: AsyncConnection, ids: Sequence[UUID]) -> None:
    """Forgets the failures of events that were handled in the end."""
    await connection.execute(_CLEAR_FAILURES, {"ids": list(ids)})


async def bury(connection: AsyncConnection, event: StoredEvent, error: str, attempts: int) -> None:
    """Stores an event as a dead letter."""
    await connection.execute(
        _BURY,
        {
            "event_id": event.event_id,
            "event_type": event.event_type,
            "payload": event.payload,
            "error": error[:ERROR_LENGTH_MAX],
            "attempts": attempts,
        },
    )


async def dead_letter(connection: AsyncConnection, event_id: UUID) -> StoredEvent | None:
    """One dead letter, locked."""
    row = (await connection.execute(_DEAD_LETTER, {"event_id": event_id})).one_or_none()
    return StoredEvent(row[0], row[1], row[2]) if row else None


async def forget_dead_letter(connection: AsyncConnection, event_id: UUID) -> None:
    """Removes a dead letter that was handled."""
    await connection.execute(_FORGET_DEAD_LETTER, {"event_id": event_id})


async def dead_letters(
    connection: AsyncConnection, count: int, before_time: datetime | None, before_id: UUID
) -> list[DeadLetter]:
    """Dead letters, newest first, before the given one."""
    rows = await connection.execute(_DEAD_LETTERS, {"count": count, "before_time": before_time, "before_id": before_id})
    return [DeadLetter(*row) for row in rows]


async def standing(connection: AsyncConnection) -> tuple[int, int, int]:
    """How many events are parked, the age of the oldest in seconds, and how many are dead."""
    parked, age, dead = (await connection.execute(_STANDING)).one()
    return int(parked), int(age), int(dead)


async def forget_old(connection: AsyncConnection) -> None:
    """Removes inbox rows older than any stream keeps events, and answers to requests that may be forgotten."""
    for statement in _FORGET_OLD:
        await connection.execute(statement, {"days": INBOX_KEPT_DAYS})
    await connection.execute(_FORGET_EXPIRED_REQUESTS)
