"""Statements on cohorts: their terms, their counts, and the lock that gives everybody their turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.runtime.statement import Row, Statement
from services.workers.domain.programmes import Cohort, CohortTerms, LocalText

# Waiters for a row that keeps changing are overtaken by newcomers, who see its newest version at once. Waiters for an
# advisory lock are served strictly in the order in which they came, so everybody asks for this one before the row.
QUEUE_UP = "pg_advisory_xact_lock(hashtextextended(CAST(CAST(:cohort_id AS uuid) AS text), 13))"

_QUEUE_UP = Statement(f"SELECT {QUEUE_UP}")

_COHORT = """
    SELECT c.*, p.waiting_max, p.title_ko, p.title_en, p.accept_seconds, p.organisation_id,
        transaction_timestamp() AS now,
        (SELECT count(*) FROM enrolment AS e
         WHERE e.programme_id = c.programme_id AND e.cohort_id = c.cohort_id AND e.state = 'COMPLETED')
            AS completed_count
    FROM cohort AS c
    JOIN programme AS p USING (programme_id)
"""

_BY_ID = Statement(f"{_COHORT} WHERE c.cohort_id = CAST(:cohort_id AS uuid)")

_LOCKED = Statement(f"{_COHORT} WHERE c.cohort_id = CAST(:cohort_id AS uuid) FOR UPDATE OF c")

_PAGE = Statement(f"""
    {_COHORT}
    WHERE c.programme_id = CAST(:programme_id AS uuid) AND c.cohort_no > CAST(:after_no AS integer)
    ORDER BY c.cohort_no
    LIMIT CAST(:count AS integer)
""")

# Registration that is open comes first, there the one with room; then what opens next.
_NEXT = Statement(f"""
    SELECT DISTINCT ON (c.programme_id) c.*
    FROM ({_COHORT}
        WHERE c.programme_id = ANY(CAST(:programme_ids AS uuid[])) AND c.close_time > transaction_timestamp()) AS c
    ORDER BY c.programme_id, c.open_time > c.now, c.open_time <= c.now AND c.taken_count >= c.seat_count, c.open_time,
        c.cohort_no
""")  # noqa: S608 - built of constants

_ADD = Statement("""
    INSERT INTO cohort (
        cohort_id, programme_id, cohort_no, seat_count, start_time, end_time, open_time, close_time, place_ko, place_en,
        online, last_no, taken_count, waiting_count, revision)
    VALUES (
        :cohort_id, :programme_id, :cohort_no, :seat_count, :start_time, :end_time, :open_time, :close_time, :place_ko,
        :place_en, :online, 0, 0, 0, 1)
""")

_STORE_TERMS = Statement("""
    UPDATE cohort
    SET cohort_no = :cohort_no, seat_count = :seat_count, start_time = :start_time, end_time = :end_time,
        open_time = :open_time, close_time = :close_time, place_ko = :place_ko, place_en = :place_en, online = :online,
        revision = revision + 1
    WHERE cohort_id = :cohort_id
""")

_SHIFT_COUNTS = Statement("""
    UPDATE cohort
    SET taken_count = taken_count + CAST(:taken AS integer), waiting_count = waiting_count + CAST(:waiting AS integer),
        last_no = last_no + CAST(:numbers AS bigint)
    WHERE cohort_id = CAST(:cohort_id AS uuid)
    RETURNING last_no
""")

_TO_SETTLE = Statement("""
    SELECT cohort_id
    FROM enrolment
    WHERE state = 'OFFERED' AND accept_time <= transaction_timestamp()
    UNION
    SELECT cohort_id
    FROM cohort
    WHERE waiting_count > 0 AND (start_time <= transaction_timestamp() OR taken_count < seat_count)
    ORDER BY cohort_id
    LIMIT CAST(:count AS integer)
""")


@dataclass(frozen=True)
class Registration:
    """A cohort with what a change of its enrolments needs to know beside it. `now` is when the transaction began."""

    cohort: Cohort
    title: LocalText
    accept_seconds: int
    organisation_id: UUID | None
    now: datetime


async def registration_by_id(
    connection: AsyncConnection, cohort_id: UUID, *, locked: bool = False
) -> Registration | None:
    """The cohort with an id; locked, it is this transaction's turn until it ends."""
    if locked:
        await _QUEUE_UP.execute(connection, {"cohort_id": cohort_id})
    row = (await (_LOCKED if locked else _BY_ID).execute(connection, {"cohort_id": cohort_id})).one_or_none()
    return registration_of(row) if row is not None else None


async def cohorts_page(connection: AsyncConnection, programme_id: UUID, after_no: int, count: int) -> list[Cohort]:
    """Up to `count` cohorts of a programme with numbers above `after_no`, in their order."""
    parameters = {"programme_id": programme_id, "after_no": after_no, "count": count}
    return [cohort_of(row) for row in await _PAGE.execute(connection, parameters)]


async def next_cohorts(connection: AsyncConnection, programme_ids: Sequence[UUID]) -> dict[UUID, Cohort]:
    """For each programme the cohort to apply to now, or the one that opens next."""
    rows = await _NEXT.execute(connection, {"programme_ids": list(programme_ids)})
    return {row.programme_id: cohort_of(row) for row in rows}


async def add_cohort(connection: AsyncConnection, cohort_id: UUID, programme_id: UUID, terms: CohortTerms) -> None:
    """Adds a cohort that nobody is in."""
    await _ADD.execute(connection, _values(cohort_id, terms) | {"programme_id": programme_id})


async def store_terms(connection: AsyncConnection, cohort_id: UUID, terms: CohortTerms) -> None:
    """Replaces what a cohort says of itself."""
    await _STORE_TERMS.execute(connection, _values(cohort_id, terms))


async def shift_counts(
    connection: AsyncConnection, cohort_id: UUID, *, taken: int, waiting: int, numbers: int = 0
) -> int:
    """Adds to the counts of a locked cohort, and takes so many numbers of its order; gives the last one."""
    parameters = {"cohort_id": cohort_id, "taken": taken, "waiting": waiting, "numbers": numbers}
    return int((await _SHIFT_COUNTS.execute(connection, parameters)).scalar_one())


async def cohorts_to_settle(connection: AsyncConnection, count: int) -> list[UUID]:
    """Up to `count` cohorts in which an offer has ended, a list has to end, or a seat is free for who waits."""
    return list((await _TO_SETTLE.execute(connection, {"count": count})).scalars())


def registration_of(row: Row) -> Registration:
    """A row of a cohort with its programme."""
    title = LocalText(row.title_ko, row.title_en)
    return Registration(cohort_of(row), title, row.accept_seconds, row.organisation_id, row.now)


def cohort_of(row: Row) -> Cohort:
    """A row of a cohort with its programme's waiting_max."""
    terms = CohortTerms(
        cohort_no=row.cohort_no,
        seat_count=row.seat_count,
        start_time=row.start_time,
        end_time=row.end_time,
        open_time=row.open_time,
        close_time=row.close_time,
        place=LocalText(row.place_ko, row.place_en),
        online=row.online,
    )
    return Cohort(
        cohort_id=row.cohort_id,
        programme_id=row.programme_id,
        terms=terms,
        taken_count=row.taken_count,
        waiting_count=row.waiting_count,
        waiting_max=row.waiting_max,
        revision=row.revision,
        completed_count=row.completed_count,
    )


def _values(cohort_id: UUID, terms: CohortTerms) -> dict[str, object]:
    return {
        "cohort_id": cohort_id,
        "cohort_no": terms.cohort_no,
        "seat_count": terms.seat_count,
        "start_time": terms.start_time,
        "end_time": terms.end_time,
        "open_time": terms.open_time,
        "close_time": terms.close_time,
        "place_ko": terms.place.ko,
        "place_en": terms.place.en,
        "online": terms.online,
    }
