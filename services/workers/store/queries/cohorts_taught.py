"""Statements on cohorts as those who teach them see them. No instant of anybody's learning is kept or given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.core.intervals import Interval, wilson_interval
from services.workers.domain.enrolment import EnrolmentState
from services.workers.domain.journeys import Step
from services.workers.domain.programmes import LocalText
from services.workers.store.queries.courses import Scope

_COHORT = """
    SELECT
        c.cohort_id, c.cohort_no, c.programme_id, c.seat_count, c.start_time, c.end_time,
        p.title_ko, p.title_en, p.organisation_id,
        coalesce(v.module_ids, '{}') AS module_ids,
        counted.learner_count, counted.completed_count, counted.finished_count
    FROM cohort AS c
    JOIN programme AS p USING (programme_id)
    LEFT JOIN LATERAL (
        SELECT module_ids
        FROM course_version
        WHERE programme_id = c.programme_id
        ORDER BY version DESC
        LIMIT 1) AS v ON true
    CROSS JOIN LATERAL (
        SELECT
            count(*) AS learner_count,
            count(*) FILTER (WHERE e.state = 'COMPLETED') AS completed_count,
            count(*) FILTER (
                WHERE cardinality(v.module_ids) = (
                    SELECT count(*)
                    FROM module_progress AS m
                    WHERE m.worker_id = e.worker_id AND m.programme_id = e.programme_id
                        AND m.finished AND m.module_id = ANY(v.module_ids))) AS finished_count
        FROM enrolment AS e
        WHERE e.cohort_id = c.cohort_id AND e.state IN ('ENROLLED', 'COMPLETED')) AS counted
"""

_BY_ID = text(f"{_COHORT} WHERE c.cohort_id = :cohort_id")

_PAGE = text(f"""
    {_COHORT}
    WHERE (:is_operator OR p.organisation_id = ANY(CAST(:organisation_ids AS uuid[])))
        AND (c.start_time, c.cohort_id) < (:before_time, :before_id)
    ORDER BY c.start_time DESC, c.cohort_id DESC
    LIMIT :count
""")

_LEARNERS = text("""
    SELECT
        e.enrolment_id, e.worker_id, e.enrolment_no, e.state,
        (
            SELECT count(*)
            FROM module_progress AS m
            WHERE m.worker_id = e.worker_id AND m.programme_id = e.programme_id
                AND m.finished AND m.module_id = ANY(CAST(:module_ids AS text[]))) AS finished_count,
        practised.right_count, practised.answer_count,
        examined.annotation_types, examined.standings,
        reached.step
    FROM enrolment AS e
    CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE first_right) AS right_count, count(*) AS answer_count
        FROM practice_answer AS a
        WHERE a.worker_id = e.worker_id AND a.programme_id = e.programme_id) AS practised
    CROSS JOIN LATERAL (
        SELECT
            array_agg(annotation_type ORDER BY annotation_type) AS annotation_types,
            array_agg(standing ORDER BY annotation_type) AS standings
        FROM (
            SELECT
                annotation_type,
                CASE
                    WHEN bool_or(certificate_id IS NOT NULL) THEN 'PASSED'
                    WHEN bool_or(finish_time IS NULL) THEN 'RUNNING'
                    ELSE 'FAILED'
                END AS standing
            FROM exam_attempt
            WHERE worker_id = e.worker_id
            GROUP BY annotation_type) AS tried) AS examined
    LEFT JOIN LATERAL (
        SELECT step
        FROM journey_step
        WHERE worker_id = e.worker_id
        ORDER BY array_position(CAST(:steps AS text[]), step) DESC NULLS LAST
        LIMIT 1) AS reached ON true
    WHERE e.cohort_id = :cohort_id AND e.state IN ('ENROLLED', 'COMPLETED') AND e.enrolment_no > :after
    ORDER BY e.enrolment_no
    LIMIT :count
""")


@dataclass(frozen=True)
class TaughtCohort:
    """A cohort, whose it is to teach, and how far its people are."""

    cohort_id: UUID
    cohort_no: int
    programme_id: UUID
    title: LocalText
    organisation_id: UUID | None
    seat_count: int
    start_time: datetime
    end_time: datetime
    module_ids: tuple[str, ...]
    learner_count: int
    completed_count: int
    finished_count: int


@dataclass(frozen=True)
class Learner:
    """How far one person is. `exams` are (the contract's number of an annotation type, PASSED, RUNNING or FAILED)."""

    enrolment_id: UUID
    worker_id: UUID
    enrolment_no: int
    state: EnrolmentState
    finished_count: int
    practice_share: Interval | None
    exams: tuple[tuple[int, str], ...]
    last_step: str


async def cohort_taught(connection: AsyncConnection, cohort_id: UUID) -> TaughtCohort | None:
    """One cohort."""
    row = (await connection.execute(_BY_ID, {"cohort_id": cohort_id})).one_or_none()
    return _cohort(row) if row is not None else None


async def cohorts_taught(
    connection: AsyncConnection, scope: Scope, before: tuple[datetime, UUID], count: int
) -> list[TaughtCohort]:
    """Up to `count` cohorts of a scope, the latest start first, those before a (start_time, cohort_id)."""
    parameters = {
        "is_operator": scope.is_operator,
        "organisation_ids": list(scope.organisation_ids),
        "before_time": before[0],
        "before_id": before[1],
        "count": count,
    }
    return [_cohort(row) for row in await connection.execute(_PAGE, parameters)]


async def learners_of(connection: AsyncConnection, cohort: TaughtCohort, after: int, count: int) -> list[Learner]:
    """Up to `count` people with a seat in a cohort, by enrolment number, those after one."""
    parameters = {
        "cohort_id": cohort.cohort_id,
        "module_ids": list(cohort.module_ids),
        "steps": [step.value for step in Step],
        "after": after,
        "count": count,
    }
    return [_learner(row) for row in await connection.execute(_LEARNERS, parameters)]


def _cohort(row: Row[*tuple[object, ...]]) -> TaughtCohort:
    return TaughtCohort(
        cohort_id=row.cohort_id,
        cohort_no=row.cohort_no,
        programme_id=row.programme_id,
        title=LocalText(row.title_ko, row.title_en),
        organisation_id=row.organisation_id,
        seat_count=row.seat_count,
        start_time=row.start_time,
        end_time=row.end_time,
        module_ids=tuple(row.module_ids),
        learner_count=row.learner_count,
        completed_count=row.completed_count,
        finished_count=row.finished_count,
    )


def _learner(row: Row[*tuple[object, ...]]) -> Learner:
    return Learner(
        enrolment_id=row.enrolment_id,
        worker_id=row.worker_id,
        enrolment_no=row.enrolment_no,
        state=EnrolmentState(row.state),
        finished_count=row.finished_count,
        practice_share=wilson_interval(row.right_count, row.answer_count) if row.answer_count else None,
        exams=tuple(zip(row.annotation_types or (), row.standings or (), strict=True)),
        last_step=row.step or "",
    )
