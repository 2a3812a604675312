"""Statements on enrolments: reading them, and storing what becomes of them under their cohort's lock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.runtime.statement import Row, Statement
from services.workers.domain.enrolment import Enrolment, EnrolmentState, ResidenceState, ShownEnrolment
from services.workers.domain.programmes import LocalText
from services.workers.store.tables.programmes import LIVE

COLUMNS = """
    e.enrolment_id, e.worker_id, e.programme_id, e.cohort_id, e.enrolment_no, e.state, e.residence_state,
    e.refuse_reason, e.age_band, e.apply_time, e.accept_time, e.complete_time, e.revision
"""

_SHOWN = f"""
    SELECT {COLUMNS}, c.cohort_no, c.start_time, c.end_time, p.title_ko, p.title_en, p.organisation_id,
        CASE WHEN e.state = 'WAITING' THEN (
            SELECT count(*)
            FROM enrolment AS w
            WHERE w.cohort_id = e.cohort_id AND w.state = 'WAITING' AND w.enrolment_no <= e.enrolment_no)
        ELSE 0 END AS waiting_position
    FROM enrolment AS e
    JOIN cohort AS c USING (cohort_id)
    JOIN programme AS p ON p.programme_id = e.programme_id
"""  # noqa: S608 - built of constants

_BY_ID = Statement(f"{_SHOWN} WHERE e.enrolment_id = CAST(:enrolment_id AS uuid)")

_ANY_STATE = "(cardinality(CAST(:states AS text[])) = 0 OR e.state = ANY(CAST(:states AS text[])))"

_OF_COHORT = Statement(f"""
    {_SHOWN}
    WHERE e.cohort_id = CAST(:cohort_id AS uuid) AND e.enrolment_no > CAST(:after_no AS bigint) AND {_ANY_STATE}
    ORDER BY e.enrolment_no
    LIMIT CAST(:count AS integer)
""")

_OF_WORKER = Statement(f"""
    {_SHOWN}
    WHERE e.worker_id = CAST(:worker_id AS uuid) AND {_ANY_STATE}
      AND (CAST(:cohort_id AS uuid) IS NULL OR e.cohort_id = CAST(:cohort_id AS uuid))
      AND (e.apply_time, e.enrolment_id) < (
        coalesce(CAST(:before_time AS timestamptz), 'infinity'), coalesce(CAST(:before_id AS uuid), e.enrolment_id))
    ORDER BY e.apply_time DESC, e.enrolment_id DESC
    LIMIT CAST(:count AS integer)
""")

_NAMED = Statement(f"SELECT {COLUMNS} FROM enrolment AS e WHERE e.enrolment_id = ANY(CAST(:ids AS uuid[]))")  # noqa: S608

_LIVE = Statement(f"""
    SELECT e.worker_id, e.programme_id, e.cohort_id
    FROM unnest(CAST(:worker_ids AS uuid[]), CAST(:programme_ids AS uuid[])) AS asked (worker_id, programme_id)
    JOIN enrolment AS e ON e.worker_id = asked.worker_id AND e.programme_id = asked.programme_id AND e.{LIVE}
""")  # noqa: S608 - built of constants

_STORE = Statement("""
    UPDATE enrolment AS e
    SET state = new.state, residence_state = new.residence_state, refuse_reason = new.refuse_reason,
        complete_time = new.complete_time, revision = new.revision
    FROM unnest(
        CAST(:ids AS uuid[]), CAST(:states AS text[]), CAST(:residence_states AS text[]),
        CAST(:refuse_reasons AS text[]), CAST(:complete_times AS timestamptz[]), CAST(:revisions AS bigint[]))
        AS new (enrolment_id, state, residence_state, refuse_reason, complete_time, revision)
    WHERE e.enrolment_id = new.enrolment_id
""")

_ADD = Statement("""
    INSERT INTO enrolment (
        enrolment_id, worker_id, programme_id, cohort_id, enrolment_no, state, residence_state, refuse_reason, age_band,
        apply_time, arrive_time, complete_time, revision)
    SELECT new.enrolment_id, new.worker_id, new.programme_id, new.cohort_id, new.enrolment_no, new.state,
        new.residence_state, '', new.age_band, new.apply_time, new.apply_time, new.complete_time, 1
    FROM unnest(
        CAST(:ids AS uuid[]), CAST(:worker_ids AS uuid[]), CAST(:programme_ids AS uuid[]), CAST(:cohort_ids AS uuid[]),
        CAST(:numbers AS bigint[]), CAST(:states AS text[]), CAST(:residence_states AS text[]),
        CAST(:age_bands AS smallint[]), CAST(:apply_times AS timestamptz[]), CAST(:complete_times AS timestamptz[]))
        AS new (enrolment_id, worker_id, programme_id, cohort_id, enrolment_no, state, residence_state, age_band,
            apply_time, complete_time)
""")

_LAPSE_OFFERS = Statement(f"""
    UPDATE enrolment AS e
    SET state = 'LAPSED', revision = revision + 1
    WHERE e.cohort_id = CAST(:cohort_id AS uuid) AND e.state = 'OFFERED' AND e.accept_time <= transaction_timestamp()
    RETURNING {COLUMNS}
""")  # noqa: S608 - built of constants

_END_WAITING = Statement(f"""
    UPDATE enrolment AS e
    SET state = 'LAPSED', revision = revision + 1
    WHERE e.cohort_id = CAST(:cohort_id AS uuid) AND e.state = 'WAITING'
    RETURNING {COLUMNS}
""")  # noqa: S608 - built of constants

_OFFER_SEATS = Statement(f"""
    WITH head AS MATERIALIZED (
        SELECT w.enrolment_id
        FROM enrolment AS w
        WHERE w.cohort_id = CAST(:cohort_id AS uuid) AND w.state = 'WAITING'
        ORDER BY w.enrolment_no
        LIMIT CAST(:count AS integer))
    UPDATE enrolment AS e
    SET state = 'OFFERED', accept_time = CAST(:accept_time AS timestamptz), revision = revision + 1
    FROM head
    WHERE e.enrolment_id = head.enrolment_id
    RETURNING {COLUMNS}
""")  # noqa: S608 - built of constants

_KNOWN_WORKERS = Statement("SELECT worker_id FROM worker WHERE worker_id = ANY(CAST(:worker_ids AS uuid[]))")


async def shown_enrolment(connection: AsyncConnection, enrolment_id: UUID) -> ShownEnrolment | None:
    """The enrolment with an id, with what is shown beside it."""
    row = (await _BY_ID.execute(connection, {"enrolment_id": enrolment_id})).one_or_none()
    return _shown(row) if row is not None else None


async def enrolments_of_cohort(
    connection: AsyncConnection, cohort_id: UUID, states: Sequence[EnrolmentState], after_no: int, count: int
) -> list[ShownEnrolment]:
    """Up to `count` enrolments of a cohort with numbers above `after_no`, in the order of arrival; no states: any."""
    parameters = {
        "cohort_id": cohort_id,
        "states": [state.value for state in states],
        "after_no": after_no,
        "count": count,
    }
    return [_shown(row) for row in await _OF_COHORT.execute(connection, parameters)]


async def enrolments_of_worker(
    connection: AsyncConnection,
    worker_id: UUID,
    states: Sequence[EnrolmentState],
    count: int,
    *,
    cohort_id: UUID | None = None,
    before: tuple[datetime, UUID] | None = None,
) -> list[ShownEnrolment]:
    """Up to `count` enrolments of a person, the newest first, before the (apply time, id) given; no states: any."""
    parameters = {
        "worker_id": worker_id,
        "cohort_id": cohort_id,
        "states": [state.value for state in states],
        "before_time": before[0] if before else None,
        "before_id": before[1] if before else None,
        "count": count,
    }
    return [_shown(row) for row in await _OF_WORKER.execute(connection, parameters)]


async def enrolments_by_id(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, Enrolment]:
    """The enrolments with these ids."""
    rows = await _NAMED.execute(connection, {"ids": list(ids)})
    return {row.enrolment_id: enrolment_of(row) for row in rows}


async def live_cohorts(
    connection: AsyncConnection, pairs: Sequence[tuple[UUID, UUID]]
) -> dict[tuple[UUID, UUID], UUID]:
    """For those of the (worker, programme) pairs that have a live enrolment, its cohort."""
    parameters = {"worker_ids": [pair[0] for pair in pairs], "programme_ids": [pair[1] for pair in pairs]}
    rows = await _LIVE.execute(connection, parameters)
    return {(row.worker_id, row.programme_id): row.cohort_id for row in rows}


async def known_workers(connection: AsyncConnection, worker_ids: Sequence[UUID]) -> set[UUID]:
    """Which of these people are known here."""
    return set((await _KNOWN_WORKERS.execute(connection, {"worker_ids": list(worker_ids)})).scalars())


async def store_enrolments(connection: AsyncConnection, enrolments: Sequence[Enrolment]) -> None:
    """Stores what became of enrolments whose cohort is locked."""
    parameters = {
        "ids": [one.enrolment_id for one in enrolments],
        "states": [one.state.value for one in enrolments],
        "residence_states": [one.residence_state.value for one in enrolments],
        "refuse_reasons": [one.refuse_reason for one in enrolments],
        "complete_times": [one.complete_time for one in enrolments],
        "revisions": [one.revision for one in enrolments],
    }
    await _STORE.execute(connection, parameters)


async def add_enrolments(connection: AsyncConnection, enrolments: Sequence[Enrolment]) -> None:
    """Adds enrolments made elsewhere, whose cohorts are locked."""
    parameters = {
        "ids": [one.enrolment_id for one in enrolments],
        "worker_ids": [one.worker_id for one in enrolments],
        "programme_ids": [one.programme_id for one in enrolments],
        "cohort_ids": [one.cohort_id for one in enrolments],
        "numbers": [one.enrolment_no for one in enrolments],
        "states": [one.state.value for one in enrolments],
        "residence_states": [one.residence_state.value for one in enrolments],
        "age_bands": [one.age_band for one in enrolments],
        "apply_times": [one.apply_time for one in enrolments],
        "complete_times": [one.complete_time for one in enrolments],
    }
    await _ADD.execute(connection, parameters)


async def lapse_offers(connection: AsyncConnection, cohort_id: UUID) -> list[Enrolment]:
    """Ends the offers of a locked cohort whose time is over."""
    return [enrolment_of(row) for row in await _LAPSE_OFFERS.execute(connection, {"cohort_id": cohort_id})]


async def end_waiting(connection: AsyncConnection, cohort_id: UUID) -> list[Enrolment]:
    """Ends the waiting list of a locked cohort."""
    return [enrolment_of(row) for row in await _END_WAITING.execute(connection, {"cohort_id": cohort_id})]


async def offer_seats(
    connection: AsyncConnection, cohort_id: UUID, count: int, accept_time: datetime
) -> list[Enrolment]:
    """Offers seats of a locked cohort to so many people at the head of its waiting list."""
    parameters = {"cohort_id": cohort_id, "count": count, "accept_time": accept_time}
    return [enrolment_of(row) for row in await _OFFER_SEATS.execute(connection, parameters)]


def enrolment_of(row: Row) -> Enrolment:
    """A row with COLUMNS."""
    return Enrolment(
        enrolment_id=row.enrolment_id,
        worker_id=row.worker_id,
        programme_id=row.programme_id,
        cohort_id=row.cohort_id,
        enrolment_no=row.enrolment_no,
        state=EnrolmentState(row.state),
        residence_state=ResidenceState(row.residence_state),
        refuse_reason=row.refuse_reason,
        age_band=row.age_band,
        apply_time=row.apply_time,
        accept_time=row.accept_time,
        complete_time=row.complete_time,
        revision=row.revision,
    )


def _shown(row: Row) -> ShownEnrolment:
    title = LocalText(row.title_ko, row.title_en)
    return ShownEnrolment(
        enrolment_of(row),
        row.cohort_no,
        title,
        row.start_time,
        row.end_time,
        row.waiting_position,
        row.organisation_id,
    )
