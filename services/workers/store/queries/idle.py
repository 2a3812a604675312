"""Statements on people who could work and do not: a valid certificate, no restriction, no claim for some days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_CERTIFIED = """
    WITH certified AS (
        SELECT certificate.worker_id, annotation_type, min(issue_time) AS certify_time
        FROM certificate
        JOIN worker USING (worker_id)
        WHERE revoke_time IS NULL AND expire_time > :now
        AND (restriction_kind IS NULL OR restriction_until_time <= :now)
        GROUP BY certificate.worker_id, annotation_type
    ),
    standing AS (
        SELECT certified.*, (SELECT max(day) FROM claim_day WHERE claim_day.worker_id = certified.worker_id) AS last_day
        FROM certified
    )
"""

_COUNTS = text(f"""
    {_CERTIFIED}
    SELECT
        annotation_type,
        count(*) AS certified_count,
        count(*) FILTER (WHERE last_day IS NULL OR last_day < :since) AS idle_count,
        count(*) FILTER (WHERE last_day IS NULL) AS never_count
    FROM standing
    GROUP BY annotation_type
    ORDER BY annotation_type
""")  # noqa: S608 - a constant

# Those who wait longest first; somebody who is certified anew does not lose their place by it.
_LIST = text(f"""
    {_CERTIFIED}
    SELECT worker_id, certify_time, last_day
    FROM standing
    WHERE annotation_type = :annotation_type AND (last_day IS NULL OR last_day < :since)
    AND (certify_time, worker_id) > (CAST(:after_time AS timestamptz), CAST(:after_id AS uuid))
    ORDER BY certify_time, worker_id
    LIMIT :count
""")  # noqa: S608 - a constant


@dataclass(frozen=True)
class IdleCount:
    """Of one annotation type: who could work, who of them is idle, and who of them never claimed."""

    annotation_type: int
    certified_count: int
    idle_count: int
    never_count: int


@dataclass(frozen=True)
class IdleWorker:
    """Somebody idle, since when certified, and the last day with a claim."""

    worker_id: UUID
    certify_time: datetime
    last_claim_day: date | None


@dataclass(frozen=True)
class IdleWanted:
    """Who is looked for: certified for one annotation type at an instant, without a claim since a day in Seoul."""

    annotation_type: int
    since: date
    now: datetime


@dataclass(frozen=True)
class IdlePlace:
    """Where a page of the list begins: after this person."""

    certify_time: datetime
    worker_id: UUID


async def idle_counts(connection: AsyncConnection, since: date, now: datetime) -> list[IdleCount]:
    """Per annotation type, people who are idle since a day in Seoul."""
    rows = await connection.execute(_COUNTS, {"since": since, "now": now})
    return [IdleCount(row.annotation_type, row.certified_count, row.idle_count, row.never_count) for row in rows]


async def idle_workers(
    connection: AsyncConnection, wanted: IdleWanted, after: IdlePlace, count: int
) -> list[IdleWorker]:
    """Up to `count` idle holders of a certificate, by since when they hold it."""
    values = {
        "annotation_type": wanted.annotation_type,
        "since": wanted.since,
        "now": wanted.now,
        "after_time": after.certify_time,
        "after_id": after.worker_id,
        "count": count,
    }
    rows = await connection.execute(_LIST, values)
    return [IdleWorker(row.worker_id, row.certify_time, row.last_day) for row in rows]
