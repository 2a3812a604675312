"""Statements that keep what a judgement decided, each for many rows at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.quality.domain.case import Submission
from services.quality.domain.judging import Given
from services.quality.domain.learning import WorkerNews
from services.quality.domain.results import ItemNews

_ADD_ANSWERS = text("""
    INSERT INTO answer (
        answer_id, job_id, item_id, worker_id, label, apply_no, publish_no, schema_version, active_ms, late, not_sure,
        score, state, reason, revision, due_time, memory)
    SELECT answer_id, job_id, item_id, worker_id, label, apply_no, publish_no, schema_version, active_ms, late,
        not_sure, score, state, reason, revision, now() + make_interval(secs => clock_seconds), memory
    FROM unnest(
            CAST(:answer_ids AS uuid[]), CAST(:job_ids AS uuid[]), CAST(:item_ids AS uuid[]),
            CAST(:worker_ids AS uuid[]), CAST(:labels AS text[]), CAST(:apply_nos AS bigint[]),
            CAST(:publish_nos AS integer[]), CAST(:schema_versions AS integer[]), CAST(:active_ms AS bigint[]),
            CAST(:late AS boolean[]), CAST(:not_sure AS boolean[]), CAST(:scores AS double precision[]),
            CAST(:states AS text[]), CAST(:reasons AS text[]), CAST(:revisions AS bigint[]),
            CAST(:clocks AS double precision[]), CAST(:memories AS bytea[]))
        AS new (answer_id, job_id, item_id, worker_id, label, apply_no, publish_no, schema_version, active_ms, late,
            not_sure, score, state, reason, revision, clock_seconds, memory)
""")

_UPDATE_ANSWERS = text("""
    UPDATE answer
    SET score = new.score,
        memory = new.memory,
        state = coalesce(new.state, answer.state),
        reason = coalesce(new.reason, answer.reason),
        revision = coalesce(new.revision, answer.revision)
    FROM unnest(
            CAST(:answer_ids AS uuid[]), CAST(:scores AS double precision[]), CAST(:memories AS bytea[]),
            CAST(:states AS text[]), CAST(:reasons AS text[]), CAST(:revisions AS bigint[]))
        AS new (answer_id, score, memory, state, reason, revision)
    WHERE answer.answer_id = new.answer_id
""")

_UPDATE_VERDICTS = text("""
    UPDATE answer
    SET score = new.score,
        state = new.state,
        reason = new.reason,
        revision = new.revision
    FROM unnest(
            CAST(:answer_ids AS uuid[]), CAST(:scores AS double precision[]), CAST(:states AS text[]),
            CAST(:reasons AS text[]), CAST(:revisions AS bigint[]))
        AS new (answer_id, score, state, reason, revision)
    WHERE answer.answer_id = new.answer_id
""")

_ADD_VERDICTS = text("""
    INSERT INTO verdict (answer_id, revision, job_id, worker_id, state, reason, given_score)
    SELECT answer_id, revision, job_id, worker_id, state, reason, score
    FROM unnest(
            CAST(:answer_ids AS uuid[]), CAST(:revisions AS bigint[]), CAST(:job_ids AS uuid[]),
            CAST(:worker_ids AS uuid[]), CAST(:states AS text[]), CAST(:reasons AS text[]),
            CAST(:scores AS double precision[]))
        AS new (answer_id, revision, job_id, worker_id, state, reason, score)
""")

_PUT_ITEMS = text("""
    INSERT INTO item (
        item_id, job_id, answer_count, answers_wanted, resolved, label, confidence, tie, result_revision, posterior, memory)
    SELECT *
    FROM unnest(
        CAST(:item_ids AS uuid[]), CAST(:job_ids AS uuid[]), CAST(:answer_counts AS integer[]),
        CAST(:wanted AS integer[]), CAST(:resolved AS boolean[]), CAST(:labels AS text[]),
        CAST(:confidences AS double precision[]), CAST(:ties AS boolean[]), CAST(:revisions AS bigint[]),
        CAST(:posteriors AS bytea[]), CAST(:memories AS bytea[]))
    ON CONFLICT (item_id) DO UPDATE
    SET answer_count = excluded.answer_count,
        answers_wanted = excluded.answers_wanted,
        resolved = excluded.resolved,
        label = excluded.label,
        confidence = excluded.confidence,
        tie = excluded.tie,
        result_revision = excluded.result_revision,
        posterior = excluded.posterior,
        memory = excluded.memory
""")

_PUT_WORKERS = text("""
    INSERT INTO worker_evidence (
        job_id, worker_id, answer_count, gold_right, gold_wrong, peer_right, peer_wrong, counts)
    SELECT *
    FROM unnest(
        CAST(:job_ids AS uuid[]), CAST(:worker_ids AS uuid[]), CAST(:answer_counts AS bigint[]),
        CAST(:gold_right AS double precision[]), CAST(:gold_wrong AS double precision[]),
        CAST(:peer_right AS double precision[]), CAST(:peer_wrong AS double precision[]), CAST(:counts AS bytea[]))
    ON CONFLICT (job_id, worker_id) DO UPDATE
    SET answer_count = excluded.answer_count,
        gold_right = excluded.gold_right,
        gold_wrong = excluded.gold_wrong,
        peer_right = excluded.peer_right,
        peer_wrong = excluded.peer_wrong,
        counts = excluded.counts
""")


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
class AnswerChange:
    """A stored answer after its item was settled again; ``given`` is None where its verdict stays."""

    answer_id: UUID
    score: float
    memory: bytes
    given: Given | None


@dataclass(frozen=True)
class ItemChange:
    """An item after a settlement."""

    job_id: UUID
    news: ItemNews
    posterior: bytes
    memory: bytes


async def add_answers(connection: AsyncConnection, rows: Sequence[NewAnswer]) -> None:
    """Keeps new answers."""
    await connection.execute(
        _ADD_ANSWERS,
        {
            "answer_ids": [row.submission.answer_id for row in rows],
            "job_ids": [row.job_id for row in rows],
            "item_ids": [row.submission.item_id for row in rows],
            "worker_ids": [row.submission.worker_id for row in rows],
            "labels": [row.submission.label for row in rows],
            "apply_nos": [row.apply_no for row in rows],
            "publish_nos": [row.submission.publish_no for row in rows],
            "schema_versions": [row.submission.schema_version for row in rows],
            "active_ms": [row.submission.active_ms for row in rows],
            "late": [row.submission.late for row in rows],
            "not_sure": [row.submission.not_sure for row in rows],
            "scores": [row.given.verdict.score for row in rows],
            "states": [row.given.verdict.state.value for row in rows],
            "reasons": [row.given.verdict.reason.value for row in rows],
            "revisions": [row.given.revision for row in rows],
            "clocks": [float(row.clock_seconds) for row in rows],
            "memories": [row.memory for row in rows],
        },
    )


async def update_answers(connection: AsyncConnection, rows: Sequence[AnswerChange]) -> None:
    """Keeps what a new settlement says of stored answers."""
    await connection.execute(
        _UPDATE_ANSWERS,
        {
            "answer_ids": [row.answer_id for row in rows],
            "scores": [row.score for row in rows],
            "memories": [row.memory for row in rows],
            "states": [None if row.given is None else row.given.verdict.state.value for row in rows],
            "reasons": [None if row.given is None else row.given.verdict.reason.value for row in rows],
            "revisions": [None if row.given is None else row.given.revision for row in rows],
        },
    )


async def update_verdicts(connection: AsyncConnection, rows: Sequence[Given]) -> None:
    """Keeps decisions on stored answers whose items were not settled again."""
    await connection.execute(
        _UPDATE_VERDICTS,
        {
            "answer_ids": [row.answer_id for row in rows],
            "scores": [row.verdict.score for row in rows],
            "states": [row.verdict.state.value for row in rows],
            "reasons": [row.verdict.reason.value for row in rows],
            "revisions": [row.revision for row in rows],
        },
    )


async def add_verdicts(connection: AsyncConnection, rows: Sequence[tuple[UUID, Given]]) -> None:
    """Adds (job, verdict) to the history."""
    await connection.execute(
        _ADD_VERDICTS,
        {
            "answer_ids": [given.answer_id for _, given in rows],
            "revisions": [given.revision for _, given in rows],
            "job_ids": [job_id for job_id, _ in rows],
            "worker_ids": [given.worker_id for _, given in rows],
            "states": [given.verdict.state.value for _, given in rows],
            "reasons": [given.verdict.reason.value for _, given in rows],
            "scores": [given.verdict.score for _, given in rows],
        },
    )


async def put_items(connection: AsyncConnection, rows: Sequence[ItemChange]) -> None:
    """Keeps items with their results and memories."""
    results = [row.news.result for row in rows]
    await connection.execute(
        _PUT_ITEMS,
        {
            "item_ids": [row.news.item_id for row in rows],
            "job_ids": [row.job_id for row in rows],
            "answer_counts": [result.answer_count for result in results],
            "wanted": [result.answers_wanted for result in results],
            "resolved": [result.resolved for result in results],
            "labels": [result.label for result in results],
            "confidences": [result.confidence for result in results],
            "ties": [result.tie for result in results],
            "revisions": [result.revision for result in results],
            "posteriors": [row.posterior for row in rows],
            "memories": [row.memory for row in rows],
        },
    )


async def put_workers(connection: AsyncConnection, rows: Sequence[tuple[UUID, WorkerNews]]) -> None:
    """Keeps (job, what the job shows of a worker)."""
    news = [one for _, one in rows]
    await connection.execute(
        _PUT_WORKERS,
        {
            "job_ids": [job_id for job_id, _ in rows],
            "worker_ids": [one.worker_id for one in news],
            "answer_counts": [one.answer_count for one in news],
            "gold_right": [one.counted.gold_right for one in news],
            "gold_wrong": [one.counted.gold_wrong for one in news],
            "peer_right": [one.counted.peer_right for one in news],
            "peer_wrong": [one.counted.peer_wrong for one in news],
            "counts": [one.counts for one in news],
        },
    )
