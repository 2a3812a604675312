"""RecordProgress: a quiz is answered, a module is finished."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.core.errors import FailedPreconditionError, Reason, invalid_field
from services.runtime.auth import Caller
from services.runtime.database import Transaction
from services.workers.course_events import module_finished
from services.workers.domain.course import Module, ModuleState, missing_for_finish
from services.workers.domain.journeys import Step
from services.workers.domain.quiz import QuizResult, problem_with, result_of
from services.workers.store.queries import progress as store
from services.workers.store.queries.journeys import note_step
from services.workers.use_cases.find_course import Seen, learned_course, open_module

_MISSING = {"quiz": "pass the quiz first", "practice": "go through the practice items first"}


async def answer_quiz(
    tx: Transaction, caller: Caller, programme_id: UUID, module_id: str, answers: Sequence[tuple[str, str]]
) -> QuizResult:
    """Keeps the answers (question id, value) to a module's quiz and gives which are right.

    Raises:
        NotFoundError: the caller has no seat, or there is no such module.
        FailedPreconditionError: COURSE_LOCKED.
        InvalidArgumentError: an answer names another question or option, or one is missing.
    """
    await store.lock_progress(tx.connection, caller.worker_id, programme_id)
    found = await learned_course(tx.connection, caller, programme_id)
    module = open_module(found, module_id)
    if module.quiz is None:
        raise invalid_field("quiz", "the module has no quiz")
    problem = problem_with(module.quiz, answers)
    if problem is not None:
        raise invalid_field(f"quiz.answers[{problem.place}].{problem.field}", problem.words)
    result = result_of(module.quiz, dict(answers))
    progress = replace(found.progress_in(module), quiz_answers=dict(answers), quiz_passed=result.passed)
    await store.put_quiz(tx.connection, caller.worker_id, programme_id, progress)
    return result


async def finish_module(tx: Transaction, caller: Caller, programme_id: UUID, module_id: str, now: datetime) -> None:
    """Keeps that the caller is through with a module; one that is finished stays so, and nothing is told twice.

    Raises:
        NotFoundError: the caller has no seat, or there is no such module.
        FailedPreconditionError: COURSE_LOCKED, something before it, its quiz or its practice is missing.
    """
    await store.lock_progress(tx.connection, caller.worker_id, programme_id)
    found = await learned_course(tx.connection, caller, programme_id)
    module = open_module(found, module_id)
    if found.progress_in(module).finished:
        return
    missing = missing_for_finish(module, found.progress_in(module))
    if missing:
        raise FailedPreconditionError(Reason.COURSE_LOCKED, _MISSING[missing], missing=missing)
    await store.put_finished(tx.connection, caller.worker_id, programme_id, module_id)
    await _tell(tx, caller.worker_id, found, module, now)


async def _tell(tx: Transaction, worker_id: UUID, found: Seen, module: Module, now: datetime) -> None:
    count = found.states.count(ModuleState.FINISHED) + 1
    total = len(found.course.modules)
    tx.emit(module_finished(worker_id, found.stored.programme_id, module.module_id, count, total))
    await note_step(tx.connection, Step.STARTED, [(worker_id, now)])
    if count == total:
        await note_step(tx.connection, Step.FINISHED, [(worker_id, now)])
