"""Saving the answers of an exam attempt, and finishing it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.core.errors import FailedPreconditionError, NotFoundError, Reason, invalid_field
from services.runtime.database import Transaction
from services.workers.domain.exam import ExamAttempt, GivenAnswer, problem_with
from services.workers.store.queries import exams as store
from services.workers.use_cases.finish_exams import finish_attempts


async def submit_exam_answers(
    tx: Transaction,
    worker_id: UUID,
    attempt_id: UUID,
    answers: Sequence[GivenAnswer],
    now: datetime,
    *,
    finish: bool,
) -> ExamAttempt:
    """Saves answers, all or none; scores the attempt when asked to, or when its time is over.

    What comes after the time is not taken: what was saved by then counts, and the candidate is told the result.

    Raises:
        NotFoundError: the attempt is not this worker's.
        FailedPreconditionError: EXAM_STATE, the candidate finished it before.
        InvalidArgumentError: an answer names another item or label.
    """
    attempt = await store.locked_attempt(tx.connection, attempt_id)
    if attempt is None or attempt.worker_id != worker_id:
        raise NotFoundError("exam attempt")
    if attempt.finish_time is not None:
        if answers and not attempt.ran_out:
            raise FailedPreconditionError(Reason.EXAM_STATE, "this attempt is finished: its answers stay as they are")
        return attempt
    if now < attempt.end_time:
        await _save(tx, attempt_id, answers)
        if not finish:
            return attempt
    return (await finish_attempts(tx, [attempt], now))[0]


async def _save(tx: Transaction, attempt_id: UUID, answers: Sequence[GivenAnswer]) -> None:
    if not answers:
        return
    problem = problem_with(answers, await store.asked_items(tx.connection, attempt_id))
    if problem is not None:
        raise invalid_field(f"answers[{problem.place}].{problem.field}", problem.words)
    await store.save_answers(tx.connection, attempt_id, answers)
