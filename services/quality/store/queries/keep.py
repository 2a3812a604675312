"""The statement that keeps what a judgement decided: all its tables, for many rows at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.quality.domain.case import Submission
from services.quality.domain.evidence import JobMemory
from services.quality.domain.job import Counts
from services.quality.domain.judging import Given
from services.quality.domain.learning import WorkerNews
from services.quality.domain.results import ItemNews
from services.quality.store.vectors import to_bytes
from services.runtime.statement import Statement

_ADD_ANSWERS = """
    INSERT INTO answer (
        answer_id, job_id, item_id, worker_id, label, apply_no, publish_no, schema_version, active_ms, late, not_sure,
        score, state, reason, revision, due_time, memory, body_sha256)
    SELECT answer_id, job_id, item_id, worker_id, label, apply_no, publish_no, schema_version, active_ms, late,
        not_sure, score, state, reason, revision, now() + make_interval(secs => clock_seconds), memory,
        body_sha256
    FROM unnest(
            CAST(:answer_ids AS uuid[]), CAST(:answer_jobs AS uuid[]), CAST(:answer_items AS uuid[]),
            CAST(:answer_workers AS uuid[]), CAST(:answer_labels AS text[]), CAST(:answer_apply_nos AS bigint[]),
            CAST(:answer_publish_nos AS integer[]), CAST(:answer_schemas AS integer[]),
            CAST(:answer_active_ms AS bigint[]), CAST(:answer_late AS boolean[]), CAST(:answer_not_sure AS boolean[]),
            CAST(:answer_scores AS double precision[]), CAST(:answer_states AS text[]),
            CAST(:answer_reasons AS text[]), CAST(:answer_revisions AS bigint[]),
            CAST(:answer_clocks AS double precision[]), CAST(:answer_memories AS bytea[]),
            CAST(:answer_bodies AS text[]))
        AS new (answer_id, job_id, item_id, worker_id, label, apply_no, publish_no, schema_version, active_ms, late,
            not_sure, score, state, reason, revision, clock_seconds, memory, body_sha256)
"""

_ADD_VERDICTS = """
    INSERT INTO verdict (answer_id, revision, job_id, worker_id, state, reason, given_score)
    SELECT *
    FROM unnest(
        CAST(:verdict_ids AS uuid[]), CAST(:verdict_revisions AS bigint[]), CAST(:verdict_jobs AS uuid[]),
        CAST(:verdict_workers AS uuid[]), CAST(:verdict_states AS text[]), CAST(:verdict_reasons AS text[]),
        CAST(:verdict_scores AS double precision[]))
"""

_PUT_ITEMS = """
    INSERT INTO item (
        item_id, job_id, answer_count, answers_wanted, resolved, label, confidence, tie, result_revision, posterior,
        memory, body_sha256)
    SELECT *
    FROM unnest(
        CAST(:item_ids AS uuid[]), CAST(:item_jobs AS uuid[]), CAST(:item_answer_counts AS integer[]),
        CAST(:item_wanted AS integer[]), CAST(:item_resolved AS boolean[]), CAST(:item_labels AS text[]),
        CAST(:item_confidences AS double precision[]), CAST(:item_ties AS boolean[]),
        CAST(:item_revisions AS bigint[]), CAST(:item_posteriors AS bytea[]), CAST(:item_memories AS bytea[]),
        CAST(:item_bodies AS text[]))
    ON CONFLICT (item_id) DO UPDATE
    SET answer_count = excluded.answer_count,
        answers_wanted = excluded.answers_wanted,
        resolved = excluded.resolved,
        label = excluded.label,
        confidence = excluded.confidence,
        tie = excluded.tie,
        result_revision = excluded.result_revision,
        posterior = excluded.posterior,
        memory = excluded.memory,
        body_sha256 = excluded.body_sha256
"""

_PUT_WORKERS = """
    INSERT INTO worker_evidence (
        job_id, worker_id, answer_count, gold_right, gold_wrong, peer_right, peer_wrong, counts)
    SELECT *
    FROM unnest(
        CAST(:seen_jobs AS uuid[]), CAST(:seen_workers AS uuid[]), CAST(:seen_answer_counts AS bigint[]),
        CAST(:seen_gold_right AS double precision[]), CAST(:seen_gold_wrong AS double precision[]),
        CAST(:seen_peer_right AS double precision[]), CAST(:seen_peer_wrong AS double precision[]),
        CAST(:seen_counts AS bytea[]))
    ON CONFLICT (job_id, worker_id) DO UPDATE
    SET answer_count = excluded.answer_count,
        gold_right = excluded.gold_right,
        gold_wrong = excluded.gold_wrong,
        peer_right = excluded.peer_right,
        peer_wrong = excluded.peer_wrong,
        counts = excluded.counts
"""

_SET_PROGRESS = """
    UPDATE job
    SET answer_count = new.answers,
        judged_count = new.judged,
        rejected_count = new.rejected,
        memory = new.memory
    FROM unnest(
            CAST(:job_ids AS uuid[]), CAST(:job_answers AS bigint[]), CAST(:job_judged AS bigint[]),
            CAST(:job_rejected AS bigint[]), CAST(:job_memories AS bytea[]))
        AS new (job_id, answers, judged, rejected, memory)
    WHERE job.job_id = new.job_id
"""

# One statement for five tables: a single answer is kept in one round trip.
_KEEP = Statement(f"""
    WITH added_answer AS ({_ADD_ANSWERS}),
        added_verdict AS ({_ADD_VERDICTS}),
        put_item AS ({_PUT_ITEMS}),
        put_worker AS ({_PUT_WORKERS})
    {_SET_PROGRESS}
""")

_ADD_VERDICTS_ONLY = Statement(_ADD_VERDICTS)


@dataclass(frozen=True)
class NewAnswer:
    """A submission with its place in the job's order, its first decision and its share in the model."""

    job_id: UUID
    submission: Submission
    apply_no: int
    clock_seconds: int
    given: Given
    memory: bytes


@dataclass(frozen=True)
class ItemChange:
    """An item after a settlement."""

    job_id: UUID
    news: ItemNews
    posterior: bytes
    memory: bytes


@dataclass(frozen=True, eq=False)
class JobProgress:
    """A job's counts and the model's memory of it."""

    job_id: UUID
    counts: Counts
    memory: JobMemory


@dataclass(frozen=True)
class Kept:
    """What one judgement adds and replaces; verdicts and workers come with the job they belong to."""

    answers: Sequence[NewAnswer]
    verdicts: Sequence[tuple[UUID, Given]]
    items: Sequence[ItemChange]
    workers: Sequence[tuple[UUID, WorkerNews]]
    jobs: Sequence[JobProgress]

    def parts(self, rows_max: int) -> Iterator["Kept"]:
        """The same in pieces of at most so many rows of each table; the jobs' progress comes with the first."""
        longest = max(len(self.answers), len(self.verdicts), len(self.items), len(self.workers), 1)
        for start in range(0, longest, rows_max):
            part = slice(start, start + rows_max)
            yield Kept(
                self.answers[part],
                self.verdicts[part],
                self.items[part],
                self.workers[part],
                () if start else self.jobs,
            )


async def keep(connection: AsyncConnection, kept: Kept) -> None:
    """Keeps new answers, verdicts, items, workers and the jobs' progress in one statement."""
    await _KEEP.execute(
        connection,
        {
            **_answer_columns(kept.answers),
            **_verdict_columns(kept.verdicts),
            **_item_columns(kept.items),
            **_worker_columns(kept.workers),
            **_job_columns(kept.jobs),
        },
    )


async def add_verdicts(connection: AsyncConnection, rows: Sequence[tuple[UUID, Given]]) -> None:
    """Adds (job, verdict) to the history."""
    await _ADD_VERDICTS_ONLY.execute(connection, _verdict_columns(rows))


def _answer_columns(rows: Sequence[NewAnswer]) -> dict[str, list[Any]]:
    return {
        "answer_ids": [row.submission.answer_id for row in rows],
        "answer_jobs": [row.job_id for row in rows],
        "answer_items": [row.submission.item_id for row in rows],
        "answer_workers": [row.submission.worker_id for row in rows],
        "answer_labels": [row.submission.label for row in rows],
        "answer_apply_nos": [row.apply_no for row in rows],
        "answer_publish_nos": [row.submission.publish_no for row in rows],
        "answer_schemas": [row.submission.schema_version for row in rows],
        "answer_active_ms": [row.submission.active_ms for row in rows],
        "answer_late": [row.submission.late for row in rows],
        "answer_not_sure": [row.submission.not_sure for row in rows],
        "answer_scores": [row.given.verdict.score for row in rows],
        "answer_states": [row.given.verdict.state.value for row in rows],
        "answer_reasons": [row.given.verdict.reason.value for row in rows],
        "answer_revisions": [row.given.revision for row in rows],
        "answer_clocks": [float(row.clock_seconds) for row in rows],
        "answer_memories": [row.memory for row in rows],
        "answer_bodies": [row.submission.body_sha256 for row in rows],
    }


def _verdict_columns(rows: Sequence[tuple[UUID, Given]]) -> dict[str, list[Any]]:
    return {
        "verdict_ids": [given.answer_id for _, given in rows],
        "verdict_revisions": [given.revision for _, given in rows],
        "verdict_jobs": [job_id for job_id, _ in rows],
        "verdict_workers": [given.worker_id for _, given in rows],
        "verdict_states": [given.verdict.state.value for _, given in rows],
        "verdict_reasons": [given.verdict.reason.value for _, given in rows],
        "verdict_scores": [given.verdict.score for _, given in rows],
    }


def _item_columns(rows: Sequence[ItemChange]) -> dict[str, list[Any]]:
    results = [row.news.result for row in rows]
    return {
        "item_ids": [row.news.item_id for row in rows],
        "item_jobs": [row.job_id for row in rows],
        "item_answer_counts": [result.answer_count for result in results],
        "item_wanted": [result.answers_wanted for result in results],
        "item_resolved": [result.resolved for result in results],
        "item_labels": [result.label for result in results],
        "item_confidences": [result.confidence for result in results],
        "item_ties": [result.tie for result in results],
        "item_revisions": [result.revision for result in results],
        "item_posteriors": [row.posterior for row in rows],
        "item_memories": [row.memory for row in rows],
        "item_bodies": [result.body_sha256 for result in results],
    }


def _worker_columns(rows: Sequence[tuple[UUID, WorkerNews]]) -> dict[str, list[Any]]:
    news = [one for _, one in rows]
    return {
        "seen_jobs": [job_id for job_id, _ in rows],
        "seen_workers": [one.worker_id for one in news],
        "seen_answer_counts": [one.answer_count for one in news],
        "seen_gold_right": [one.counted.gold_right for one in news],
        "seen_gold_wrong": [one.counted.gold_wrong for one in news],
        "seen_peer_right": [one.counted.peer_right for one in news],
        "seen_peer_wrong": [one.counted.peer_wrong for one in news],
        "seen_counts": [one.counts for one in news],
    }


def _job_columns(rows: Sequence[JobProgress]) -> dict[str, list[Any]]:
    return {
        "job_ids": [row.job_id for row in rows],
        "job_answers": [row.counts.answers for row in rows],
        "job_judged": [row.counts.judged for row in rows],
        "job_rejected": [row.counts.rejected for row in rows],
        "job_memories": [to_bytes(row.memory.packed()) for row in rows],
    }
