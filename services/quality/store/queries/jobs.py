"""Statements on jobs."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from services.quality.domain.evidence import JobMemory, job_memory_size
from services.quality.domain.job import Counts, Freeze, Job, Terms, gold_applied
from services.quality.domain.judging import Given
from services.quality.domain.verdicts import FreezeReason, Policy
from services.quality.store.controls import read_controls, stored_controls
from services.quality.store.vectors import from_bytes, to_bytes
from services.runtime.statement import Statement

_COLUMNS = """
    job.job_id, job.organisation_id, job.annotation_type, job.policy, job.overlap_min, job.overlap_max,
    job.confidence_target, job.reject_below, job.newcomer_answers, job.clock_seconds, job.labels, job.controls,
    job.schema_version, job.revision, job.answer_count, job.judged_count, job.rejected_count, job.freeze_reason, job.freeze_revision,
    job.freeze_time, job.freeze_judged_from, job.freeze_rejected_from, job.closed_answers,
    job.finish_time IS NOT NULL AS finished, job.memory,
    ARRAY(SELECT gold_revision FROM gold_batch WHERE gold_batch.job_id = job.job_id) AS gold_revisions
"""

_LOCKED = Statement(f"""
    SELECT {_COLUMNS}
    FROM job
    WHERE job_id = ANY(CAST(:job_ids AS uuid[]))
    ORDER BY job_id
    FOR UPDATE OF job
""")  # noqa: S608 - the columns are a constant above

_ONE = Statement(f"""
    SELECT {_COLUMNS}
    FROM job
    WHERE job_id = :job_id
""")  # noqa: S608 - the columns are a constant above

_ADD = Statement("""
    INSERT INTO job (
        job_id, organisation_id, annotation_type, policy, overlap_min, overlap_max, confidence_target, reject_below,
        newcomer_answers, clock_seconds, labels, controls, schema_version, revision, answer_count, judged_count,
        rejected_count, freeze_revision, freeze_judged_from, freeze_rejected_from, memory)
    VALUES (
        :job_id, :organisation_id, :annotation_type, :policy, :overlap_min, :overlap_max, :confidence_target,
        :reject_below, :newcomer_answers, :clock_seconds, CAST(:labels AS text[]), :controls, :schema_version,
        :revision, 0, 0, 0, 0, 0, 0, :memory)
    ON CONFLICT (job_id) DO NOTHING
""")

_SET_TERMS = Statement("""
    UPDATE job
    SET organisation_id = :organisation_id,
        annotation_type = :annotation_type,
        policy = :policy,
        overlap_min = :overlap_min,
        overlap_max = :overlap_max,
        confidence_target = :confidence_target,
        reject_below = :reject_below,
        newcomer_answers = :newcomer_answers,
        clock_seconds = :clock_seconds,
        labels = CAST(:labels AS text[]),
        controls = :controls,
        schema_version = :schema_version,
        revision = :revision,
        memory = :memory
    WHERE job_id = :job_id
""")

_ADD_JUDGED = Statement("""
    UPDATE job
    SET judged_count = judged_count + new.judged,
        rejected_count = rejected_count + new.rejected
    FROM unnest(CAST(:job_ids AS uuid[]), CAST(:judged AS bigint[]), CAST(:rejected AS bigint[]))
        AS new (job_id, judged, rejected)
    WHERE job.job_id = new.job_id
""")

_SET_CLOSED = Statement("""
    UPDATE job
    SET closed_answers = :closed_answers
    WHERE job_id = :job_id
""")

_SET_FINISHED = Statement("""
    UPDATE job
    SET finish_time = now()
    WHERE job_id = :job_id
""")

_SET_FREEZE = Statement("""
    UPDATE job
    SET freeze_reason = CAST(:reason AS text),
        freeze_revision = freeze_revision + 1,
        freeze_time = CASE WHEN CAST(:reason AS text) IS NULL THEN NULL ELSE now() END,
        freeze_judged_from = CASE WHEN CAST(:reason AS text) IS NULL THEN judged_count ELSE freeze_judged_from END,
        freeze_rejected_from =
            CASE WHEN CAST(:reason AS text) IS NULL THEN rejected_count ELSE freeze_rejected_from END
    WHERE job_id = :job_id
""")

_RECKON_FROM_NOW = Statement("""
    UPDATE job
    SET freeze_judged_from = judged_count,
        freeze_rejected_from = rejected_count
    WHERE job_id = :job_id
""")

_FROZEN_TOO_LONG = Statement("""
    SELECT job_id
    FROM job
    WHERE freeze_time IS NOT NULL AND freeze_time + make_interval(secs => clock_seconds) <= now()
    ORDER BY freeze_time
    LIMIT :limit
""")


async def lock_jobs(connection: AsyncConnection, job_ids: Sequence[UUID]) -> dict[UUID, Job]:
    """The known ones of these jobs, locked in the order of their ids until the transaction ends."""
    rows = await _LOCKED.execute(connection, {"job_ids": list(job_ids)})
    return {row.job_id: _job(row) for row in rows}


async def job_by_id(connection: AsyncConnection, job_id: UUID) -> Job | None:
    """A job, not locked."""
    row = (await _ONE.execute(connection, {"job_id": job_id})).one_or_none()
    return None if row is None else _job(row)


async def add_job(connection: AsyncConnection, terms: Terms, revision: int) -> None:
    """Adds a job nobody has answered yet; nothing when it is there."""
    memory = to_bytes(JobMemory.empty(terms.outcomes).packed())
    await _ADD.execute(connection, {**_terms(terms), "revision": revision, "memory": memory})


async def set_terms(connection: AsyncConnection, terms: Terms, revision: int, memory: JobMemory) -> None:
    """Replaces a job's terms, with the memory that fits its labels."""
    await _SET_TERMS.execute(connection, {**_terms(terms), "revision": revision, "memory": to_bytes(memory.packed())})


async def add_judged(connection: AsyncConnection, verdicts: Mapping[UUID, Sequence[Given]]) -> None:
    """Counts more verdicts, by job."""
    await _ADD_JUDGED.execute(
        connection,
        {
            "job_ids": list(verdicts),
            "judged": [len(given) for given in verdicts.values()],
            "rejected": [sum(one.rejects for one in given) for given in verdicts.values()],
        },
    )


async def set_closed(connection: AsyncConnection, job_id: UUID, closed_answers: int) -> None:
    """Notes how many answers a closed job has in all."""
    await _SET_CLOSED.execute(connection, {"job_id": job_id, "closed_answers": closed_answers})


async def set_finished(connection: AsyncConnection, job_id: UUID) -> None:
    """Notes that the final results and verdicts are given."""
    await _SET_FINISHED.execute(connection, {"job_id": job_id})


async def set_freeze(connection: AsyncConnection, job_id: UUID, reason: FreezeReason | None) -> None:
    """Freezes a job, or lets it go on and reckons the next freeze from now."""
    await _SET_FREEZE.execute(connection, {"job_id": job_id, "reason": None if reason is None else reason.value})


async def reckon_freeze_from_now(connection: AsyncConnection, job_id: UUID) -> None:
    """Lets only verdicts from now on count towards the next freeze."""
    await _RECKON_FROM_NOW.execute(connection, {"job_id": job_id})


async def jobs_frozen_too_long(connection: AsyncConnection, limit: int) -> list[UUID]:
    """Jobs on which no operator has decided within the job's clock."""
    rows = await _FROZEN_TOO_LONG.execute(connection, {"limit": limit})
    return [row.job_id for row in rows]


def _terms(terms: Terms) -> dict[str, Any]:
    return {
        "job_id": terms.job_id,
        "organisation_id": terms.organisation_id,
        "annotation_type": terms.annotation_type,
        "policy": terms.policy.value,
        "overlap_min": terms.overlap_min,
        "overlap_max": terms.overlap_max,
        "confidence_target": terms.confidence_target,
        "reject_below": terms.reject_below,
        "newcomer_answers": terms.newcomer_answers,
        "clock_seconds": terms.clock_seconds,
        "labels": list(terms.labels),
        "controls": stored_controls(terms.controls),
        "schema_version": terms.schema_version,
    }


def _job(row: Row[Any]) -> Job:
    terms = Terms(
        job_id=row.job_id,
        organisation_id=row.organisation_id,
        annotation_type=row.annotation_type,
        policy=Policy(row.policy),
        overlap_min=row.overlap_min,
        overlap_max=row.overlap_max,
        confidence_target=row.confidence_target,
        reject_below=row.reject_below,
        newcomer_answers=row.newcomer_answers,
        clock_seconds=row.clock_seconds,
        labels=tuple(row.labels),
        schema_version=row.schema_version,
        controls=read_controls(row.controls),
    )
    return Job(
        terms=terms,
        revision=row.revision,
        gold_revision=gold_applied(row.gold_revisions),
        counts=Counts(row.answer_count, row.judged_count, row.rejected_count),
        freeze=Freeze(
            None if row.freeze_reason is None else FreezeReason(row.freeze_reason),
            row.freeze_revision,
            row.freeze_time,
            row.freeze_judged_from,
            row.freeze_rejected_from,
        ),
        closed_answers=row.closed_answers,
        finished=row.finished,
        memory=_memory(row.memory, terms.outcomes),
    )


def _memory(stored: bytes, label_count: int) -> JobMemory:
    """The model's memory; one made by another form of the model reads as empty."""
    vector = from_bytes(stored)
    if vector.shape[0] != job_memory_size(label_count):
        return JobMemory.empty(label_count)
    return JobMemory.unpacked(vector, label_count)
