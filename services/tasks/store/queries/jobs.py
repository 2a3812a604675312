"""Jobs, their texts and publications: one function per statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.tasks.domain.job import Job, JobState
from services.tasks.domain.publishing import Publication
from services.tasks.domain.spec import Spec, Texts
from services.tasks.store.tables import InstructionsRow, JobRow, LabelSchemaRow, PublicationRow

_JOB = JobRow.__table__
_SPEC_FIELDS = tuple(field.name for field in fields(Spec))
_JOB_FIELDS = tuple(field.name for field in fields(Job) if field.name not in ("spec", "state"))
_TEXTS = (
    select(LabelSchemaRow.schema_json, InstructionsRow.ko, InstructionsRow.en)
    .join(InstructionsRow, InstructionsRow.job_id == LabelSchemaRow.job_id)
    .join(
        JobRow,
        (JobRow.job_id == LabelSchemaRow.job_id)
        & (JobRow.schema_version == LabelSchemaRow.version)
        & (JobRow.instructions_version == InstructionsRow.version),
    )
)


async def insert_job(connection: AsyncConnection, job: Job) -> None:
    """Adds a job."""
    values = {name: getattr(job, name) for name in _JOB_FIELDS} | asdict(job.spec) | {"state": str(job.state)}
    await connection.execute(insert(JobRow), values)


async def job_by_id(connection: AsyncConnection, job_id: UUID, *, lock: bool = False) -> Job | None:
    """One job, None where there is none. With `lock`, nobody else changes it until the transaction ends."""
    statement = select(_JOB).where(JobRow.job_id == job_id)
    row = (await connection.execute(statement.with_for_update() if lock else statement)).one_or_none()
    return _job(row) if row else None


async def jobs_newest_first(
    connection: AsyncConnection, organisation_ids: Sequence[UUID] | None, before: UUID | None, limit: int
) -> list[Job]:
    """Jobs of some companies (None: of all), newest first, from below an id."""
    statement = select(_JOB).order_by(JobRow.job_id.desc()).limit(limit)
    if organisation_ids is not None:
        statement = statement.where(JobRow.organisation_id.in_(organisation_ids))
    if before is not None:
        statement = statement.where(JobRow.job_id < before)
    return [_job(row) for row in await connection.execute(statement)]


async def update_job(connection: AsyncConnection, job_id: UUID, **changes: object) -> None:
    """Sets columns of a job, and counts its revision up."""
    await connection.execute(
        update(JobRow).where(JobRow.job_id == job_id).values(revision=JobRow.revision + 1, **_columns(changes))
    )


async def update_job_quietly(connection: AsyncConnection, job_id: UUID, **changes: object) -> None:
    """Sets columns that are not part of what others know of the job; its revision stays."""
    await connection.execute(update(JobRow).where(JobRow.job_id == job_id).values(**_columns(changes)))


async def insert_label_schema(connection: AsyncConnection, job_id: UUID, version: int, schema_json: str) -> None:
    """Adds a version of a job's label schema."""
    await connection.execute(insert(LabelSchemaRow), {"job_id": job_id, "version": version, "schema_json": schema_json})


async def insert_instructions(connection: AsyncConnection, job_id: UUID, version: int, texts: Texts) -> None:
    """Adds a version of a job's instructions."""
    await connection.execute(
        insert(InstructionsRow),
        {"job_id": job_id, "version": version, "ko": texts.instructions_ko, "en": texts.instructions_en},
    )


async def texts_of_job(connection: AsyncConnection, job_id: UUID) -> Texts:
    """The present versions of a job's texts."""
    row = (await connection.execute(_TEXTS.where(JobRow.job_id == job_id))).one()
    return Texts(row.schema_json, row.ko, row.en)


async def texts_of_jobs(connection: AsyncConnection, job_ids: Sequence[UUID]) -> dict[UUID, Texts]:
    """The present versions of several jobs' texts."""
    rows = await connection.execute(_TEXTS.add_columns(JobRow.job_id).where(JobRow.job_id.in_(job_ids)))
    return {row.job_id: Texts(row.schema_json, row.ko, row.en) for row in rows}


async def insert_publication(connection: AsyncConnection, publication: Publication) -> None:
    """Adds a request for money."""
    await connection.execute(insert(PublicationRow), asdict(publication))


async def publication_of_job(connection: AsyncConnection, job_id: UUID, publish_no: int) -> Publication | None:
    """One request for money, None where there is none."""
    columns = [getattr(PublicationRow, field.name) for field in fields(Publication)]
    row = (
        await connection.execute(
            select(*columns).where(PublicationRow.job_id == job_id, PublicationRow.publish_no == publish_no)
        )
    ).one_or_none()
    return Publication(**row._mapping) if row else None  # noqa: SLF001 - SQLAlchemy's public accessor is named so


async def decide_publication(connection: AsyncConnection, job_id: UUID, publish_no: int, state: str) -> None:
    """Records what became of a request for money."""
    await connection.execute(
        text(
            """
            UPDATE publication
            SET state = :state, decide_time = now()
            WHERE job_id = :job_id AND publish_no = :publish_no
            """
        ),
        {"job_id": job_id, "publish_no": publish_no, "state": state},
    )


async def paid_seq_end(connection: AsyncConnection, job_id: UUID) -> int:
    """Items with a lower number are paid for; 0 before the first reservation."""
    result = await connection.execute(
        text("SELECT coalesce(max(seq_end), 0) FROM publication WHERE job_id = :job_id AND state = 'RESERVED'"),
        {"job_id": job_id},
    )
    return int(result.scalar_one())


async def database_now(connection: AsyncConnection) -> datetime:
    """The instant of this transaction by the database's clock, which decides."""
    now: datetime = (await connection.execute(text("SELECT now()"))).scalar_one()
    return now


def _columns(changes: dict[str, object]) -> dict[str, object]:
    spec = changes.pop("spec", None)
    columns = {name: str(value) if isinstance(value, JobState) else value for name, value in changes.items()}
    return columns | (asdict(spec) if isinstance(spec, Spec) else {})


def _job(row: Row[Any]) -> Job:
    values = row._mapping  # noqa: SLF001 - SQLAlchemy's public accessor is named so
    return Job(
        spec=Spec(**{name: values[name] for name in _SPEC_FIELDS}),
        state=JobState(values["state"]),
        **{name: values[name] for name in _JOB_FIELDS},
    )
