"""SQL fragments that keep the counts of jobs and minutes, for statements that change what they count.

A counting statement ends with these two, in this order: `counted` gives (job_id, live, ...), one row per job, and no
row at all when nothing changed. Everybody locks the rows of jobs first, by id, and those of minutes after, so that
counting never deadlocks. Rows are cut in shards: a hot job does not wait for one row.
"""

from __future__ import annotations

import secrets

SHARDS = 16
MARKS_SHARD = 16
"""What quality's events count in: one consumer, so one row a job."""
PAID_SHARD = 17
"""What payments' events count in."""


def shard() -> int:
    """The shard that a worker's transaction counts in."""
    return secrets.randbelow(SHARDS)


def tally_of(source: str, *names: str) -> str:
    """The part of a WITH that adds columns of `source` (job_id and the names) to the jobs' tallies."""
    columns = ", ".join(names)
    sums = ", ".join(f"{name} = t.{name} + excluded.{name}" for name in names)
    return f"""
tallied AS (
    INSERT INTO job_tally AS t (job_id, shard, {columns})
    SELECT job_id, CAST(:shard AS smallint), {columns}
    FROM {source}
    ORDER BY job_id
    ON CONFLICT (job_id, shard) DO UPDATE SET {sums}
    RETURNING 1
)"""  # noqa: S608 - the names are constants of this package


def minute_of(source: str, **sums: str) -> str:
    """The part of a WITH that adds sums over `source` to the present minute, after the tallies are written."""
    columns = ", ".join(sums)
    values = ", ".join(f"sum({column})" for column in sums.values())
    updates = ", ".join(f"{name} = m.{name} + excluded.{name}" for name in sums)
    return f"""
minuted AS (
    INSERT INTO throughput_minute AS m (minute_time, shard, {columns})
    SELECT date_trunc('minute', now()), CAST(:shard AS smallint), {values}
    FROM {source}
    WHERE (SELECT count(*) FROM tallied) > 0
    HAVING count(*) > 0
    ON CONFLICT (minute_time, shard) DO UPDATE SET {updates}
)"""  # noqa: S608 - the names are constants of this package
