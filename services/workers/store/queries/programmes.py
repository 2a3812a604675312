"""Statements on programmes."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.runtime.statement import Row, Statement
from services.workers.domain.programmes import LocalText, Programme, ProgrammeTerms

_PUT = Statement("""
    INSERT INTO programme AS p (
        programme_id, title_ko, title_en, aims_ko, aims_en, description_ko, description_en, weeks, target_graduates,
        organisation_id, residents_only, accept_seconds, waiting_max, create_time, revision)
    VALUES (
        :programme_id, :title_ko, :title_en, :aims_ko, :aims_en, :description_ko, :description_en, :weeks,
        :target_graduates, :organisation_id, :residents_only, :accept_seconds, :waiting_max, :create_time, 1)
    ON CONFLICT (programme_id) DO UPDATE
    SET title_ko = excluded.title_ko, title_en = excluded.title_en,
        aims_ko = excluded.aims_ko, aims_en = excluded.aims_en,
        description_ko = excluded.description_ko, description_en = excluded.description_en,
        weeks = excluded.weeks, target_graduates = excluded.target_graduates,
        organisation_id = excluded.organisation_id, residents_only = excluded.residents_only,
        accept_seconds = excluded.accept_seconds, waiting_max = excluded.waiting_max,
        revision = p.revision + 1
""")

_PROGRAMME = """
    SELECT p.*, counted.cohort_count, counted.seat_count, counted.taken_count, counted.waiting_count,
        (SELECT count(*) FROM enrolment AS e WHERE e.programme_id = p.programme_id AND e.state = 'COMPLETED')
            AS completed_count
    FROM programme AS p
    CROSS JOIN LATERAL (
        SELECT count(*) AS cohort_count,
            coalesce(sum(c.seat_count), 0) AS seat_count,
            coalesce(sum(c.taken_count), 0) AS taken_count,
            coalesce(sum(c.waiting_count), 0) AS waiting_count
        FROM cohort AS c
        WHERE c.programme_id = p.programme_id) AS counted
"""

_BY_ID = Statement(f"{_PROGRAMME} WHERE p.programme_id = CAST(:programme_id AS uuid)")

_PAGE = Statement(f"""
    {_PROGRAMME}
    WHERE (p.create_time, p.programme_id) < (
        coalesce(CAST(:before_time AS timestamptz), 'infinity'), coalesce(CAST(:before_id AS uuid), p.programme_id))
    ORDER BY p.create_time DESC, p.programme_id DESC
    LIMIT CAST(:count AS integer)
""")


async def put_programme(
    connection: AsyncConnection, programme_id: UUID, terms: ProgrammeTerms, create_time: datetime
) -> None:
    """Adds a programme, or replaces what the one with this id says of itself."""
    parameters = {
        "programme_id": programme_id,
        "title_ko": terms.title.ko,
        "title_en": terms.title.en,
        "aims_ko": terms.aims.ko,
        "aims_en": terms.aims.en,
        "description_ko": terms.description.ko,
        "description_en": terms.description.en,
        "weeks": terms.weeks,
        "target_graduates": terms.target_graduates,
        "organisation_id": terms.organisation_id,
        "residents_only": terms.residents_only,
        "accept_seconds": terms.accept_seconds,
        "waiting_max": terms.waiting_max,
        "create_time": create_time,
    }
    await _PUT.execute(connection, parameters)


async def programme_by_id(connection: AsyncConnection, programme_id: UUID) -> Programme | None:
    """The programme with an id, with its counts."""
    row = (await _BY_ID.execute(connection, {"programme_id": programme_id})).one_or_none()
    return _programme(row) if row is not None else None


async def programmes_page(
    connection: AsyncConnection, before: tuple[datetime, UUID] | None, count: int
) -> list[Programme]:
    """Up to `count` programmes, the newest first, made before the (create time, id) given."""
    parameters = {
        "before_time": before[0] if before else None,
        "before_id": before[1] if before else None,
        "count": count,
    }
    return [_programme(row) for row in await _PAGE.execute(connection, parameters)]


def _programme(row: Row) -> Programme:
    terms = ProgrammeTerms(
        title=LocalText(row.title_ko, row.title_en),
        aims=LocalText(row.aims_ko, row.aims_en),
        description=LocalText(row.description_ko, row.description_en),
        weeks=row.weeks,
        target_graduates=row.target_graduates,
        organisation_id=row.organisation_id,
        residents_only=row.residents_only,
        accept_seconds=row.accept_seconds,
        waiting_max=row.waiting_max,
    )
    return Programme(
        programme_id=row.programme_id,
        terms=terms,
        create_time=row.create_time,
        revision=row.revision,
        cohort_count=row.cohort_count,
        seat_count=int(row.seat_count),
        taken_count=int(row.taken_count),
        waiting_count=int(row.waiting_count),
        completed_count=row.completed_count,
    )
