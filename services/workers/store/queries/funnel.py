"""Statements that count how far people have come.

A person counts in one cohort at most: that of the enrolment that got furthest, the newest of several such. So the rows
of a table of cohorts add up to the whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.workers.domain.funnel import SPANS, STEPS, Group, Quartiles
from services.workers.domain.journeys import HOURLY_MIN_MS, Step


def _reached(step: Step) -> str:
    """When a person reached a step. A course can be marked as finished whose modules were not: it was started too."""
    names = "'STARTED', 'FINISHED'" if step is Step.STARTED else f"'{step.value}'"
    return f"min(reach_time) FILTER (WHERE step IN ({names}))"


# The enrolment that got furthest comes first, of several such the newest.
_FURTHEST_FIRST = """
            CASE state
                WHEN 'COMPLETED' THEN 1 WHEN 'ENROLLED' THEN 2 WHEN 'OFFERED' THEN 3 WHEN 'WAITING' THEN 4 ELSE 5
            END,
            enrolment_id DESC
"""

_REACHED_STEPS = f"""
    reached AS (
        SELECT
            worker_id,
            min(reach_time) AS first_time,
            {", ".join(_reached(step) + f" AS {step.value}" for step in STEPS)}
        FROM journey_step
        GROUP BY worker_id
    )
"""  # noqa: S608 - names of steps only

_PEOPLE = f"""
    WITH seat AS (
        SELECT DISTINCT ON (worker_id) worker_id, programme_id, cohort_id, age_band
        FROM enrolment
        WHERE CAST(:programme_id AS uuid) IS NULL OR programme_id = :programme_id
        ORDER BY worker_id, {_FURTHEST_FIRST}
    ),
    {_REACHED_STEPS},
    people AS (
        SELECT reached.*, seat.programme_id, seat.cohort_id, coalesce(seat.age_band, 0) AS age_band
        FROM reached
        LEFT JOIN seat USING (worker_id)
        WHERE (CAST(:programme_id AS uuid) IS NULL OR seat.programme_id IS NOT NULL)
        AND (CAST(:cohort_id AS uuid) IS NULL OR seat.cohort_id = :cohort_id)
        AND (CAST(:age_band AS smallint) IS NULL OR coalesce(seat.age_band, 0) = :age_band)
        AND (CAST(:from_time AS timestamptz) IS NULL OR reached.first_time >= :from_time)
        AND (CAST(:to_time AS timestamptz) IS NULL OR reached.first_time < :to_time)
    )
"""  # noqa: S608 - names of steps only

_COUNTS = ", ".join(f"count({step.value})::bigint AS {step.value}" for step in STEPS)

# The first row is of all: of a group without anybody it is the only one.
_BY_COHORT = text(f"""
    {_PEOPLE}
    SELECT GROUPING(people.cohort_id) AS of_all, people.programme_id, people.cohort_id, max(cohort_no) AS cohort_no, {_COUNTS}
    FROM people
    LEFT JOIN cohort USING (cohort_id)
    GROUP BY GROUPING SETS ((), (people.programme_id, people.cohort_id))
    ORDER BY of_all DESC, people.programme_id DESC NULLS LAST, cohort_no
    LIMIT :count
""")  # noqa: S608 - names of steps only

_BY_AGE_BAND = text(f"""
    {_PEOPLE}
    SELECT age_band, {_COUNTS}
    FROM people
    GROUP BY age_band
""")  # noqa: S608 - names of steps only

# Somebody of several programmes counts in each.
_BY_PROGRAMME_AND_AGE_BAND = text(f"""
    WITH seat AS (
        SELECT DISTINCT ON (worker_id, programme_id) worker_id, programme_id, age_band
        FROM enrolment
        ORDER BY worker_id, programme_id, {_FURTHEST_FIRST}
    ),
    {_REACHED_STEPS}
    SELECT programme_id, age_band, {_COUNTS}
    FROM seat
    JOIN reached USING (worker_id)
    GROUP BY programme_id, age_band
""")  # noqa: S608 - names of steps only

_SPANS = text(f"""
    {_PEOPLE}
    SELECT
        no,
        count(*) AS people_count,
        percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY extract(epoch FROM later - earlier) / 86400)
            AS quartiles
    FROM people
    CROSS JOIN LATERAL (
        VALUES {", ".join(f"({no}, {one.value}, {other.value})" for no, (one, other) in enumerate(SPANS))}
    ) AS span (no, earlier, later)
    WHERE later >= earlier
    GROUP BY no
""")  # noqa: S608 - names of steps only

_HOURLY = text(f"""
    {_PEOPLE}
    SELECT
        count(*) AS people_count,
        percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY earned_krw * 3600000.0 / active_ms) AS quartiles
    FROM people
    JOIN work_time USING (worker_id)
    JOIN work_pay USING (worker_id)
    WHERE active_ms >= {HOURLY_MIN_MS} AND PAID IS NOT NULL
""")  # noqa: S608 - names of steps only

_TARGET = text("""
    SELECT coalesce(sum(target_graduates), 0)::bigint
    FROM programme
    WHERE CAST(:programme_id AS uuid) IS NULL OR programme_id = :programme_id
""")

_GRADUATES = text("""
    SELECT count(*)
    FROM journey_step
    WHERE step = 'FINISHED' AND EXISTS (
        SELECT
        FROM enrolment
        WHERE enrolment.worker_id = journey_step.worker_id
        AND (CAST(:programme_id AS uuid) IS NULL OR programme_id = :programme_id)
    )
""")


@dataclass(frozen=True)
class CohortCounts:
    """The steps of one cohort's people; without ids: of people without a cohort."""

    programme_id: UUID | None
    cohort_id: UUID | None
    cohort_no: int
    counts: dict[Step, int]


async def counts_by_cohort(
    connection: AsyncConnection, group: Group, cohorts_max: int
) -> tuple[dict[Step, int], list[CohortCounts]]:
    """How many people of a group reached each step: all, and by cohort, the newest programme first."""
    values = {**_values(group), "count": cohorts_max + 1}
    whole, *rows = (await connection.execute(_BY_COHORT, values)).all()
    cohorts = [CohortCounts(row.programme_id, row.cohort_id, row.cohort_no or 0, _counts(row)) for row in rows]
    return _counts(whole), cohorts


async def counts_by_age_band(connection: AsyncConnection) -> dict[int, dict[Step, int]]:
    """How many people of all reached each step, by age band (the contract's number)."""
    rows = await connection.execute(_BY_AGE_BAND, _values(Group()))
    return {row.age_band: _counts(row) for row in rows}


async def counts_by_programme_and_age_band(connection: AsyncConnection) -> dict[tuple[UUID, int], dict[Step, int]]:
    """How many people of each programme reached each step, by age band (the contract's number)."""
    rows = await connection.execute(_BY_PROGRAMME_AND_AGE_BAND)
    return {(row.programme_id, row.age_band): _counts(row) for row in rows}


async def spans_of(connection: AsyncConnection, group: Group) -> list[Quartiles]:
    """Days between steps, in the order of SPANS, over people who reached both in that order."""
    rows = await _rows(connection, _SPANS, group)
    found = {row.no: _quartiles(row) for row in rows}
    return [found.get(no, Quartiles(0, 0.0, 0.0, 0.0)) for no in range(len(SPANS))]


async def hourly_krw_of(connection: AsyncConnection, group: Group) -> Quartiles:
    """Won by the hour of active time, over people who were paid and worked for a minute at least."""
    return _quartiles((await _rows(connection, _HOURLY, group))[0])


async def target_of(connection: AsyncConnection, programme_id: UUID | None) -> tuple[int, int]:
    """How many graduates a programme, or all of them, wants, and has."""
    values = {"programme_id": programme_id}
    wanted = int((await connection.execute(_TARGET, values)).scalar_one())
    return wanted, int((await connection.execute(_GRADUATES, values)).scalar_one())


async def _rows(connection: AsyncConnection, statement: TextClause, group: Group) -> Sequence[Row[*tuple[object, ...]]]:
    return (await connection.execute(statement, _values(group))).all()


def _values(group: Group) -> dict[str, Any]:
    return {
        "programme_id": group.programme_id,
        "cohort_id": group.cohort_id,
        "age_band": group.age_band,
        "from_time": group.from_time,
        "to_time": group.to_time,
    }


def _counts(row: Row[*tuple[object, ...]]) -> dict[Step, int]:
    return {step: getattr(row, step.value.lower()) for step in STEPS}


def _quartiles(row: Row[*tuple[object, ...]]) -> Quartiles:
    lower, middle, upper = row.quartiles or (0.0, 0.0, 0.0)
    return Quartiles(row.people_count, lower, middle, upper)
