"""Statements on how far people have come."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.workers.domain.journeys import BookedTalk, CourseProgress, Seat, Step

_NOTE_STEP = text("""
    INSERT INTO journey_step (worker_id, step, reach_time)
    SELECT worker_id, :step, reach_time
    FROM unnest(CAST(:worker_ids AS uuid[]), CAST(:reach_times AS timestamptz[])) AS new (worker_id, reach_time)
    ORDER BY worker_id
    ON CONFLICT (worker_id, step) DO UPDATE
    SET reach_time = excluded.reach_time
    WHERE journey_step.reach_time > excluded.reach_time
""")


async def note_step(connection: AsyncConnection, step: Step, reached: Iterable[tuple[UUID, datetime]]) -> None:
    """Notes when people who are known here reached a step, each once in `reached`; the earliest time stays."""
    pairs = list(reached)
    if pairs:
        parameters = {
            "step": step.value,
            "worker_ids": [worker_id for worker_id, _ in pairs],
            "reach_times": [instant for _, instant in pairs],
        }
        await connection.execute(_NOTE_STEP, parameters)


_STEPS_OF = text("""
    SELECT step, reach_time
    FROM journey_step
    WHERE worker_id = :worker_id
""")

_SEAT_OF = text("""
    SELECT enrolment_id, programme_id, state, accept_time
    FROM enrolment
    WHERE worker_id = :worker_id AND state IN ('OFFERED', 'ENROLLED', 'WAITING', 'COMPLETED')
    ORDER BY
        CASE state WHEN 'OFFERED' THEN 1 WHEN 'ENROLLED' THEN 2 WHEN 'WAITING' THEN 3 ELSE 4 END,
        apply_time DESC
    LIMIT 1
""")

_COURSE_OF = text("""
    SELECT module.module_id, coalesce(progress.finished, false) AS finished
    FROM (
        SELECT course_json::jsonb AS course
        FROM course_version
        WHERE programme_id = :programme_id
        ORDER BY version DESC
        LIMIT 1
    ) AS newest
    CROSS JOIN LATERAL (
        SELECT value ->> 'id' AS module_id, ordinality
        FROM jsonb_array_elements(course -> 'modules') WITH ORDINALITY
    ) AS module
    LEFT JOIN module_progress AS progress
        ON progress.worker_id = :worker_id
        AND progress.programme_id = :programme_id
        AND progress.module_id = module.module_id
    ORDER BY ordinality
""")

_IS_CERTIFIED = text("""
    SELECT EXISTS (
        SELECT
        FROM certificate
        WHERE worker_id = :worker_id AND revoke_time IS NULL AND expire_time > :now
    )
""")

_NEWEST_EXAM_TYPE = text("""
    SELECT annotation_type
    FROM exam_attempt
    WHERE worker_id = :worker_id
    ORDER BY start_time DESC
    LIMIT 1
""")

_TALK_OF = text("""
    SELECT consultation_id, start_time
    FROM consultation
    WHERE worker_id = :worker_id AND state = 'BOOKED' AND end_time > :now
    ORDER BY start_time
    LIMIT 1
""")

_OFFER_OF = text("""
    SELECT offer_id
    FROM job_offer
    WHERE worker_id = :worker_id AND state = 'OPEN'
    ORDER BY offer_id
    LIMIT 1
""")


async def steps_of(connection: AsyncConnection, worker_id: UUID) -> dict[Step, datetime]:
    """When a person reached which steps, in the order of the way."""
    rows = (await connection.execute(_STEPS_OF, {"worker_id": worker_id})).all()
    reached = {row.step: row.reach_time for row in rows}
    if Step.FINISHED.value in reached:
        # A course can be marked as finished whose modules were not: it was started too.
        reached.setdefault(Step.STARTED.value, reached[Step.FINISHED.value])
    return {step: reached[step.value] for step in Step if step.value in reached}


async def seat_of(connection: AsyncConnection, worker_id: UUID) -> Seat | None:
    """Of a person's live enrolments the one that matters most now: an offered seat first, a finished course last."""
    row = (await connection.execute(_SEAT_OF, {"worker_id": worker_id})).one_or_none()
    return None if row is None else Seat(row.enrolment_id, row.programme_id, row.state, row.accept_time)


async def course_of(connection: AsyncConnection, worker_id: UUID, programme_id: UUID) -> CourseProgress | None:
    """How far a person is in a programme's course; None while it has no modules."""
    modules = (await connection.execute(_COURSE_OF, {"worker_id": worker_id, "programme_id": programme_id})).all()
    if not modules:
        return None
    left = [module.module_id for module in modules if not module.finished]
    return CourseProgress(len(modules) - len(left), len(modules), left[0] if left else "")


async def is_certified(connection: AsyncConnection, worker_id: UUID, now: datetime) -> bool:
    """Whether a person holds a valid certificate of any kind."""
    return bool((await connection.execute(_IS_CERTIFIED, {"worker_id": worker_id, "now": now})).scalar_one())


async def newest_exam_type(connection: AsyncConnection, worker_id: UUID) -> int | None:
    """The annotation type (the contract's number) of a person's newest exam attempt."""
    return (await connection.execute(_NEWEST_EXAM_TYPE, {"worker_id": worker_id})).scalar_one_or_none()


async def talk_of(connection: AsyncConnection, worker_id: UUID, now: datetime) -> BookedTalk | None:
    """A person's next consultation that is not over."""
    row = (await connection.execute(_TALK_OF, {"worker_id": worker_id, "now": now})).one_or_none()
    return None if row is None else BookedTalk(row.consultation_id, row.start_time)


async def offer_of(connection: AsyncConnection, worker_id: UUID) -> UUID | None:
    """A person's oldest offer of jobs that waits for an answer."""
    return (await connection.execute(_OFFER_OF, {"worker_id": worker_id})).scalar_one_or_none()
