"""Statements on how far people are in courses."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.workers.domain.course import ModuleProgress
from services.workers.domain.practice import PracticeAnswer

_LOCK = text("""
    SELECT pg_advisory_xact_lock(
        hashtextextended(concat(CAST(:worker_id AS uuid), CAST(:programme_id AS uuid)), 7150014))
""")

_PROGRESS = text("""
    SELECT module_id, quiz_answers, quiz_passed, finished
    FROM module_progress
    WHERE worker_id = :worker_id AND programme_id = :programme_id
""")

_PUT_QUIZ = text("""
    INSERT INTO module_progress (worker_id, programme_id, module_id, quiz_answers, quiz_passed, finished)
    VALUES (:worker_id, :programme_id, :module_id, CAST(:quiz_answers AS jsonb), :quiz_passed, false)
    ON CONFLICT ON CONSTRAINT pk_module_progress DO UPDATE
    SET quiz_answers = excluded.quiz_answers, quiz_passed = module_progress.quiz_passed OR excluded.quiz_passed
""")

_PUT_FINISHED = text("""
    INSERT INTO module_progress (worker_id, programme_id, module_id, quiz_answers, quiz_passed, finished)
    VALUES (:worker_id, :programme_id, :module_id, '{}', false, true)
    ON CONFLICT ON CONSTRAINT pk_module_progress DO UPDATE
    SET finished = true
""")

_ANSWERS = text("""
    SELECT module_id, item_key, answer_json, is_right, try_count, first_right
    FROM practice_answer
    WHERE worker_id = :worker_id AND programme_id = :programme_id
""")

_PUT_ANSWER = text("""
    INSERT INTO practice_answer (
        worker_id, programme_id, module_id, item_key, answer_json, is_right, try_count, first_right)
    VALUES (:worker_id, :programme_id, :module_id, :item_key, :answer_json, :is_right, :try_count, :first_right)
    ON CONFLICT ON CONSTRAINT pk_practice_answer DO UPDATE
    SET answer_json = excluded.answer_json, is_right = excluded.is_right, try_count = excluded.try_count
""")


async def lock_progress(connection: AsyncConnection, worker_id: UUID, programme_id: UUID) -> None:
    """Makes one person's steps in one course take turns until the transaction ends."""
    await connection.execute(_LOCK, {"worker_id": worker_id, "programme_id": programme_id})


async def progress_of(connection: AsyncConnection, worker_id: UUID, programme_id: UUID) -> dict[str, ModuleProgress]:
    """How far a person is in each module they began, by module; practice is counted from `practice_answers_of`."""
    parameters = {"worker_id": worker_id, "programme_id": programme_id}
    return {
        row.module_id: ModuleProgress(row.module_id, row.finished, row.quiz_passed, row.quiz_answers)
        for row in await connection.execute(_PROGRESS, parameters)
    }


async def put_quiz(connection: AsyncConnection, worker_id: UUID, programme_id: UUID, progress: ModuleProgress) -> None:
    """Keeps the answers to a quiz; one that was passed stays so."""
    parameters = {
        "worker_id": worker_id,
        "programme_id": programme_id,
        "module_id": progress.module_id,
        "quiz_answers": json.dumps(dict(progress.quiz_answers)),
        "quiz_passed": progress.quiz_passed,
    }
    await connection.execute(_PUT_QUIZ, parameters)


async def put_finished(connection: AsyncConnection, worker_id: UUID, programme_id: UUID, module_id: str) -> None:
    """Keeps that a person finished a module."""
    parameters = {"worker_id": worker_id, "programme_id": programme_id, "module_id": module_id}
    await connection.execute(_PUT_FINISHED, parameters)


async def practice_answers_of(
    connection: AsyncConnection, worker_id: UUID, programme_id: UUID
) -> Mapping[str, Sequence[PracticeAnswer]]:
    """What a person answered in the practice of a course, by module."""
    answers: dict[str, list[PracticeAnswer]] = {}
    parameters = {"worker_id": worker_id, "programme_id": programme_id}
    for row in await connection.execute(_ANSWERS, parameters):
        answer = PracticeAnswer(row.item_key, row.answer_json, row.is_right, row.try_count, row.first_right)
        answers.setdefault(row.module_id, []).append(answer)
    return answers


async def put_practice_answer(
    connection: AsyncConnection, worker_id: UUID, programme_id: UUID, module_id: str, answer: PracticeAnswer
) -> None:
    """Keeps an answer to a practice item; how the first one was stays."""
    parameters = {
        "worker_id": worker_id,
        "programme_id": programme_id,
        "module_id": module_id,
        "item_key": answer.key,
        "answer_json": answer.answer_json,
        "is_right": answer.right,
        "try_count": answer.try_count,
        "first_right": answer.first_right,
    }
    await connection.execute(_PUT_ANSWER, parameters)
