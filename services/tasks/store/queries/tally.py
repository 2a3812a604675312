"""Counts of jobs and minutes, added up in shards.

Every transaction that changes what `job_tally` counts calls `add_tallies` once, last, with what it changed: the shard
is the database connection's, so two transactions seldom meet on a row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True)
class Tally:
    """Changes of one job's counts; all may be negative.

    Attributes:
        claimed: assignments that became live, over all time (minutes only).
        live: assignments under a lease.
        submitted: answers taken.
        judged: answers that quality has looked at.
        accepted: answers whose latest verdict accepts them.
        rejected: answers whose latest verdict rejects them.
        paid: answers whose paid amount is above 0.
        paid_krw: won paid to workers.
        resolved: items with a result, gold items included.
        resolved_gold: gold items with a result.
        confidence_micro: sum of the results' confidences in millionths.
    """

    job_id: UUID
    claimed: int = 0
    live: int = 0
    submitted: int = 0
    judged: int = 0
    accepted: int = 0
    rejected: int = 0
    paid: int = 0
    paid_krw: int = 0
    resolved: int = 0
    resolved_gold: int = 0
    confidence_micro: int = 0


_COUNTS = tuple(field.name for field in fields(Tally) if field.name not in ("job_id", "claimed"))
_MINUTE_COUNTS = ("claimed", "submitted", "accepted", "rejected", "paid_krw")
_GIVEN = ("job_id", *(field.name for field in fields(Tally) if field.name != "job_id"))
_ADD = text(
    f"""
    WITH given AS MATERIALIZED (
        SELECT * FROM unnest(CAST(:job_id AS uuid[]), {", ".join(f"CAST(:{name} AS bigint[])" for name in _GIVEN[1:])})
            AS g({", ".join(_GIVEN)})
    ),
    jobs AS (
        INSERT INTO job_tally AS t (job_id, shard, {", ".join(_COUNTS)})
        SELECT job_id, pg_backend_pid() % 16, {", ".join(f"sum({name})" for name in _COUNTS)}
        FROM given
        GROUP BY job_id
        ORDER BY job_id
        ON CONFLICT (job_id, shard) DO UPDATE
        SET {", ".join(f"{name} = t.{name} + excluded.{name}" for name in _COUNTS)}
    )
    INSERT INTO throughput_minute AS m (minute_time, shard, {", ".join(_MINUTE_COUNTS)})
    SELECT date_trunc('minute', now()), pg_backend_pid() % 16, {", ".join(f"sum({name})" for name in _MINUTE_COUNTS)}
    FROM given
    HAVING {" OR ".join(f"sum({name}) <> 0" for name in _MINUTE_COUNTS)}
    ON CONFLICT (minute_time, shard) DO UPDATE
    SET {", ".join(f"{name} = m.{name} + excluded.{name}" for name in _MINUTE_COUNTS)}
    """  # noqa: S608 - built from the field names above only
)


async def add_tallies(connection: AsyncConnection, tallies: Sequence[Tally]) -> None:
    """Adds changes to the counts of their jobs and of this minute, in one round trip. Call it last: it locks rows."""
    if not tallies:
        return
    columns = zip(*(astuple(tally) for tally in tallies), strict=True)
    await connection.execute(_ADD, {name: list(values) for name, values in zip(_GIVEN, columns, strict=True)})
