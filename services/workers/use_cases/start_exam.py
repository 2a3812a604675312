"""Starting an exam attempt, or coming back to the running one."""

from __future__ import annotations

import math
from datetime import datetime
from uuid import UUID

from services.core.errors import FailedPreconditionError, Reason
from services.core.ids import new_id
from services.runtime.database import Transaction
from services.workers.domain.exam import ExamAttempt, end_time_of, retry_time_of
from services.workers.domain.exam_guide import ExamGuide
from services.workers.events import kind_name
from services.workers.store.queries import certificates as certificate_store
from services.workers.store.queries import exams as store
from services.workers.store.queries import workers as worker_store
from services.workers.store.queries.exam_admission import kinds_taught_not_finished
from services.workers.store.queries.exam_pools import exam_guides
from services.workers.use_cases.finish_exams import finish_attempts


async def finish_if_overdue(tx: Transaction, worker_id: UUID, annotation_type: int, now: datetime) -> None:
    """Scores the worker's running attempt if its time is over.

    This is a transaction of its own before `start_exam`, because a refusal there must not undo the score.
    """
    attempt = await store.latest_attempt(tx.connection, worker_id, annotation_type)
    if attempt is None or attempt.finish_time is not None or now < attempt.end_time:
        return
    locked = await store.locked_attempt(tx.connection, attempt.attempt_id)
    if locked is not None and locked.finish_time is None:
        await finish_attempts(tx, [locked], now)


async def start_exam(tx: Transaction, worker_id: UUID, annotation_type: int, now: datetime) -> ExamAttempt:
    """The running attempt where there is one, else a new one with items drawn from the pool.

    Raises:
        FailedPreconditionError: EXAM_STATE for holders of a valid certificate; EXAM_TOO_SOON, with retry_seconds;
            COURSE_LOCKED; EXAM_POOL_SMALL.
    """
    await worker_store.add_workers(tx.connection, [(worker_id, now)])
    await worker_store.lock_workers(tx.connection, [worker_id])
    latest = await store.latest_attempt(tx.connection, worker_id, annotation_type)
    if latest is not None and latest.finish_time is None:
        return latest
    if await certificate_store.valid_certificates(tx.connection, [worker_id], annotation_type, now):
        raise FailedPreconditionError(Reason.EXAM_STATE, "you hold a valid certificate: no exam is needed")
    await _check_course(tx, worker_id, annotation_type)
    _check_wait(latest, now)
    guide = (await exam_guides(tx.connection)).get(annotation_type, ExamGuide())
    needed = guide.item_count
    drawn = await store.drawn_item_ids(tx.connection, worker_id, annotation_type, needed)
    if len(drawn) < needed:
        message = f"the exam needs {needed} items and has {len(drawn)}: ask an operator"
        raise FailedPreconditionError(Reason.EXAM_POOL_SMALL, message, items=len(drawn), needed=needed)
    end_time = end_time_of(now, guide.time_limit_minutes)
    attempt = ExamAttempt(new_id(), worker_id, annotation_type, needed, now, end_time)
    await store.add_attempt(tx.connection, attempt, drawn)
    return attempt


async def _check_course(tx: Transaction, worker_id: UUID, annotation_type: int) -> None:
    """The exam is for whoever finished a course that teaches it or held its certificate; for all where none teaches it."""
    if kind_name(annotation_type) not in await kinds_taught_not_finished(tx.connection, worker_id):
        return
    held = await certificate_store.certificates_held(tx.connection, worker_id)
    if all(certificate.annotation_type != annotation_type for certificate in held):
        raise FailedPreconditionError(Reason.COURSE_LOCKED, "finish a course that teaches this first")


def _check_wait(latest: ExamAttempt | None, now: datetime) -> None:
    retry_time = retry_time_of(latest) if latest else None
    if retry_time is not None and now < retry_time:
        seconds = math.ceil((retry_time - now).total_seconds())
        raise FailedPreconditionError(
            Reason.EXAM_TOO_SOON, f"the next attempt may start in {seconds} seconds", retry_seconds=seconds
        )
