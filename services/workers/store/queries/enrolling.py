"""Statements of an application: what is to be known before it, and the one that gives a place in the order.

The second runs under the cohort's lock, where everybody else waits: it is a single statement, finds every row by a key,
and counts nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.runtime.statement import Statement
from services.workers.domain.enrolment import Enrolment, ResidenceState
from services.workers.domain.journeys import Step
from services.workers.domain.standing import Restriction, RestrictionKind
from services.workers.store.queries.cohorts import QUEUE_UP, Registration, registration_of
from services.workers.store.queries.enrolments import COLUMNS, enrolment_of
from services.workers.store.tables.programmes import LIVE

_APPLICATION = Statement(f"""
    SELECT c.*, p.waiting_max, p.title_ko, p.title_en, p.accept_seconds, p.organisation_id, p.residents_only,
        transaction_timestamp() AS now, 0 AS completed_count,
        w.worker_id, w.restriction_kind, w.restriction_reason, w.restriction_until_time,
        (SELECT e.cohort_id
         FROM enrolment AS e
         WHERE e.worker_id = CAST(:worker_id AS uuid) AND e.programme_id = c.programme_id AND e.{LIVE})
            AS live_cohort_id
    FROM cohort AS c
    JOIN programme AS p USING (programme_id)
    LEFT JOIN worker AS w ON w.worker_id = CAST(:worker_id AS uuid)
    WHERE c.cohort_id = CAST(:cohort_id AS uuid)
""")  # noqa: S608 - built of constants

_SEAT_FREE = "c.waiting_count = 0 AND c.taken_count < c.seat_count"

# The steps of the journey are noted here, as `note_step` does, to save two round trips under the lock.
_ENROL = Statement(f"""
    WITH place AS MATERIALIZED (
        SELECT clock_timestamp() AS arrive_time, {QUEUE_UP} AS locked
    ),
    numbered AS (
        UPDATE cohort AS c
        SET last_no = c.last_no + 1,
            taken_count = c.taken_count + CASE WHEN {_SEAT_FREE} THEN 1 ELSE 0 END,
            waiting_count = c.waiting_count + CASE WHEN {_SEAT_FREE} THEN 0 ELSE 1 END
        FROM place
        WHERE c.cohort_id = CAST(:cohort_id AS uuid)
          AND c.open_time <= transaction_timestamp() AND transaction_timestamp() < c.close_time
          AND (({_SEAT_FREE}) OR c.waiting_count < CAST(:waiting_max AS integer))
        RETURNING c.cohort_id, c.programme_id, c.last_no, c.waiting_count, place.arrive_time
    ),
    enrolled AS (
        INSERT INTO enrolment (
            enrolment_id, worker_id, programme_id, cohort_id, enrolment_no, state, residence_state, refuse_reason,
            age_band, apply_time, arrive_time, revision)
        SELECT CAST(:enrolment_id AS uuid), CAST(:worker_id AS uuid), programme_id, cohort_id, last_no,
            CASE WHEN waiting_count = 0 THEN 'ENROLLED' ELSE 'WAITING' END, CAST(:residence_state AS text), '',
            CAST(:age_band AS smallint), transaction_timestamp(), arrive_time, 1
        FROM numbered
        RETURNING *
    ),
    stepped AS (
        INSERT INTO journey_step (worker_id, step, reach_time)
        SELECT enrolled.worker_id, reached.step, enrolled.apply_time
        FROM enrolled
        JOIN (VALUES ('{Step.APPLIED.value}', true), ('{Step.ENROLLED.value}', false)) AS reached (step, always)
            ON reached.always OR enrolled.state = 'ENROLLED'
        ON CONFLICT (worker_id, step) DO NOTHING
    )
    SELECT {COLUMNS}, numbered.waiting_count
    FROM enrolled AS e
    CROSS JOIN numbered
""")  # noqa: S608 - built of constants


@dataclass(frozen=True)
class Application:
    """What is known before somebody gets a place. `known` is false while the news of the account is on its way."""

    registration: Registration
    residents_only: bool
    known: bool
    restriction: Restriction | None
    live_cohort_id: UUID | None


@dataclass(frozen=True)
class Newcomer:
    """Who gets a place, with what they said of themselves."""

    enrolment_id: UUID
    worker_id: UUID
    residence_state: ResidenceState
    age_band: int


async def application_of(connection: AsyncConnection, cohort_id: UUID, worker_id: UUID) -> Application | None:
    """What an application of a person to a cohort meets; None where there is no such cohort."""
    parameters = {"cohort_id": cohort_id, "worker_id": worker_id}
    row = (await _APPLICATION.execute(connection, parameters)).one_or_none()
    if row is None:
        return None
    restriction = (
        Restriction(RestrictionKind(row.restriction_kind), row.restriction_reason or "", row.restriction_until_time)
        if row.restriction_kind
        else None
    )
    return Application(
        registration_of(row), row.residents_only, row.worker_id is not None, restriction, row.live_cohort_id
    )


async def enrol(
    connection: AsyncConnection, registration: Registration, newcomer: Newcomer
) -> tuple[Enrolment, int] | None:
    """Waits for this transaction's turn and gives a seat, or a place on the waiting list with its position.

    None where the cohort has neither, or registration is not open.

    Raises:
        IntegrityError: uq_enrolment_live, when the person has a live enrolment in the programme.
    """
    parameters = {
        "enrolment_id": newcomer.enrolment_id,
        "worker_id": newcomer.worker_id,
        "cohort_id": registration.cohort.cohort_id,
        "waiting_max": registration.cohort.waiting_max,
        "residence_state": newcomer.residence_state.value,
        "age_band": newcomer.age_band,
    }
    row = (await _ENROL.execute(connection, parameters)).one_or_none()
    return (enrolment_of(row), row.waiting_count) if row is not None else None
