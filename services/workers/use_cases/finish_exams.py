"""Scoring exam attempts: when the candidate finishes, or when the time is over."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.core.clock import utc_now
from services.runtime.database import Database, Transaction
from services.workers import events
from services.workers.domain.exam import ExamAttempt, finish_time_of
from services.workers.domain.exam_scoring import SavedAnswer
from services.workers.domain.journeys import Step
from services.workers.store.queries import exam_scoring as scoring_store
from services.workers.store.queries import exams as store
from services.workers.store.queries import workers as worker_store
from services.workers.store.queries.journeys import note_step
from services.workers.use_cases.issue_certificates import Earned, issue_certificates
from services.workers.use_cases.tell_of_exams import tell_results

OVERDUE_ATTEMPTS_MAX = 200


async def finish_overdue_attempts(database: Database) -> None:
    """Scores attempts whose time is over by what was saved by then; a bounded number at a time."""
    async with database.transaction() as tx:
        now = utc_now()
        await finish_attempts(tx, await store.overdue_attempts(tx.connection, now, OVERDUE_ATTEMPTS_MAX), now)


async def finish_attempts(tx: Transaction, attempts: Sequence[ExamAttempt], now: datetime) -> list[ExamAttempt]:
    """Scores locked running attempts and issues certificates to those who passed; gives them as finished."""
    if not attempts:
        return []
    right = await _right_counts(tx, [attempt.attempt_id for attempt in attempts])
    scored = [
        replace(attempt, finish_time=finish_time_of(attempt, now), right_count=right[attempt.attempt_id])
        for attempt in attempts
    ]
    certificate_ids = await _certify(tx, [attempt for attempt in scored if attempt.passed], now)
    finished = [
        replace(attempt, certificate_id=certificate_ids.get((attempt.worker_id, attempt.annotation_type)))
        if attempt.passed
        else attempt
        for attempt in scored
    ]
    await store.store_scores(tx.connection, finished)
    for attempt in finished:
        tx.emit(events.exam_finished(attempt))
    await _note_passes(tx, finished)
    tell_results(tx, finished)
    return finished


async def _right_counts(tx: Transaction, attempt_ids: Sequence[UUID]) -> Counter[UUID]:
    """How many answers of each attempt are right. Comparing drawings takes its time: others go on meanwhile."""
    right = Counter(await scoring_store.right_label_counts(tx.connection, attempt_ids))
    saved = await scoring_store.saved_answers(tx.connection, attempt_ids)
    if saved:
        right.update(await asyncio.to_thread(_right_ones, saved))
    return right


def _right_ones(saved: Sequence[tuple[UUID, SavedAnswer]]) -> list[UUID]:
    return [attempt_id for attempt_id, answer in saved if answer.is_right]


async def finish_overdue_of(tx: Transaction, worker_id: UUID, now: datetime) -> None:
    """Scores one worker's attempts whose time is over, so that what is read next is true."""
    await finish_attempts(tx, await store.overdue_attempts_of(tx.connection, worker_id, now), now)


async def _note_passes(tx: Transaction, finished: Sequence[ExamAttempt]) -> None:
    """Notes once for each person that they passed, at the earliest of these attempts."""
    passed: dict[UUID, datetime] = {}
    for attempt in finished:
        if attempt.passed and attempt.finish_time is not None:
            passed[attempt.worker_id] = min(attempt.finish_time, passed.get(attempt.worker_id, attempt.finish_time))
    await note_step(tx.connection, Step.PASSED, passed.items())


async def _certify(tx: Transaction, passed: Sequence[ExamAttempt], now: datetime) -> dict[tuple[UUID, int], UUID]:
    """Gives (worker, annotation type) -> certificate id for those who passed."""
    await worker_store.lock_workers(tx.connection, sorted({attempt.worker_id for attempt in passed}))
    certificate_ids: dict[tuple[UUID, int], UUID] = {}
    for annotation_type in sorted({attempt.annotation_type for attempt in passed}):
        earned = [
            Earned(attempt.worker_id, annotation_type, score=attempt.score)
            for attempt in passed
            if attempt.annotation_type == annotation_type
        ]
        for worker_id, certificate in (await issue_certificates(tx, earned, now)).items():
            certificate_ids[worker_id, annotation_type] = certificate.certificate_id
    return certificate_ids
