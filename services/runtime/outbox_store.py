"""The outbox table: append in the business transaction, lease for sending, mark as sent."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from google.protobuf.message import Message
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.core.ids import new_id
from services.runtime import telemetry
from services.runtime.statement import Statement

EVENT_BYTES_MAX = 512 * 1024

_LOG = """
    INSERT INTO outbox (event_id, event_type, payload, headers)
    SELECT event_id, event_type, payload, CAST(:headers AS jsonb)
    FROM unnest(CAST(:ids AS uuid[]), CAST(:types AS text[]), CAST(:payloads AS bytea[]))
        WITH ORDINALITY AS event (event_id, event_type, payload, place)
    ORDER BY place
"""

_APPEND = Statement(_LOG)

_ANSWER_AND_APPEND = Statement(f"""
    WITH answered AS (
        INSERT INTO request (caller_id, request_id, method, request_hash, response, expire_time)
        VALUES (:caller_id, :request_id, :method, :request_hash, :response,
            now() + make_interval(days => CAST(:kept_days AS integer)))
    )
    {_LOG}
""")  # noqa: S608 - built of constants

# Neither a lease nor a mark needs to survive a crash of the database: what is sent twice is known by its id.
_MARK_AND_LEASE = Statement("""
    WITH hurry AS MATERIALIZED (
        SELECT set_config('synchronous_commit', 'off', true)),
    marked AS (
        UPDATE outbox
        SET sent_time = now()
        FROM unnest(CAST(:seqs AS bigint[]), CAST(:times AS timestamptz[])) AS sent (seq, create_time)
        WHERE outbox.seq = sent.seq AND outbox.create_time = sent.create_time
            AND (SELECT count(*) FROM hurry) > 0),
    due AS MATERIALIZED (
        SELECT seq, create_time
        FROM outbox
        WHERE sent_time IS NULL AND (lease_time IS NULL OR lease_time < now())
            AND seq <> ALL(CAST(:seqs AS bigint[]))
        ORDER BY seq
        LIMIT :count
        FOR UPDATE SKIP LOCKED)
    UPDATE outbox
    SET lease_time = now() + make_interval(secs => :lease_seconds)
    FROM due
    WHERE outbox.seq = due.seq AND outbox.create_time = due.create_time AND (SELECT count(*) FROM hurry) > 0
    RETURNING outbox.seq, outbox.create_time, outbox.event_id, outbox.event_type, outbox.payload, outbox.headers
""")

_FREE = text("""
    UPDATE outbox
    SET lease_time = NULL
    FROM unnest(CAST(:seqs AS bigint[]), CAST(:times AS timestamptz[])) AS freed (seq, create_time)
    WHERE outbox.seq = freed.seq AND outbox.create_time = freed.create_time AND sent_time IS NULL
""")

_UNSENT = text("""
    SELECT count(*), coalesce(extract(epoch FROM now() - min(create_time)), 0)
    FROM outbox
    WHERE sent_time IS NULL
""")

_UNSEND = text("""
    UPDATE outbox
    SET sent_time = NULL, lease_time = NULL
    WHERE sent_time IS NOT NULL AND create_time >= coalesce(:since, '-infinity'::timestamptz)
""")

_ADD_PARTITIONS = text("SELECT outbox_partition(now()), outbox_partition(now() + interval '31 days')")


@dataclass(frozen=True)
class AnsweredRequest:
    """A request that was done: whose it is and its id, what must not differ when it comes again, and its response."""

    caller_id: UUID
    request_id: UUID
    method: str
    request_hash: bytes
    response: bytes
    # None: for ever.
    kept_days: int | None


@dataclass(frozen=True)
class OutboxEvent:
    """One logged event that is to be sent."""

    seq: int
    create_time: datetime
    event_id: UUID
    event_type: str
    payload: bytes
    headers: dict[str, str]


async def append(
    connection: AsyncConnection, events: Sequence[Message], answered: AnsweredRequest | None = None
) -> None:
    """Logs events in their order, with the present trace context, and stores the request that they answer.

    Raises:
        ValueError: an event is larger than the bus takes; the builder should have split it.
    """
    ids, types, payloads = [], [], []
    for event in events:
        if not event.event_id:  # type: ignore[attr-defined]  # every event has fields 1 and 2; a contract test says so
            event.event_id = str(new_id())  # type: ignore[attr-defined]
        if not event.occur_time.seconds:  # type: ignore[attr-defined]
            event.occur_time.GetCurrentTime()  # type: ignore[attr-defined]
        payload = event.SerializeToString()
        if len(payload) > EVENT_BYTES_MAX:
            raise ValueError(f"{event.DESCRIPTOR.name} has {len(payload)} bytes, at most {EVENT_BYTES_MAX} are sent")
        ids.append(UUID(event.event_id))  # type: ignore[attr-defined]
        types.append(event.DESCRIPTOR.full_name)
        payloads.append(payload)
    headers = json.dumps(telemetry.outgoing_headers())
    parameters = {"ids": ids, "types": types, "payloads": payloads, "headers": headers}
    if answered is None:
        await _APPEND.execute(connection, parameters)
    else:
        await _ANSWER_AND_APPEND.execute(connection, parameters | vars(answered))


async def mark_and_lease(
    connection: AsyncConnection, sent: Sequence[OutboxEvent], count: int, lease_seconds: float
) -> list[OutboxEvent]:
    """Marks events as sent, and takes up to `count` unsent ones for sending, in the order of the log.

    One statement for both: each event costs its service a relay, so a relay must cost little.
    """
    parameters = {**_keys(sent), "count": count, "lease_seconds": lease_seconds}
    rows = await _MARK_AND_LEASE.execute(connection, parameters)
    events = [OutboxEvent(*row) for row in rows]
    return sorted(events, key=lambda event: event.seq)


async def free(connection: AsyncConnection, events: Sequence[OutboxEvent]) -> None:
    """Gives leased events back, so that they are sent again at once."""
    await connection.execute(_FREE, _keys(events))


async def unsent(connection: AsyncConnection) -> tuple[int, int]:
    """How many events are unsent, and how many seconds old the oldest is."""
    count, age = (await connection.execute(_UNSENT)).one()
    return int(count), int(age)


async def unsend(connection: AsyncConnection, since: datetime | None) -> int:
    """Marks logged events as unsent, from an instant on or all. Gives their number."""
    return (await connection.execute(_UNSEND, {"since": since})).rowcount


async def add_partitions(connection: AsyncConnection) -> None:
    """Makes sure that this month and the next have their partitions."""
    await connection.execute(_ADD_PARTITIONS)


def _keys(events: Sequence[OutboxEvent]) -> dict[str, list[int] | list[datetime]]:
    return {"seqs": [event.seq for event in events], "times": [event.create_time for event in events]}
