"""Finds a course that the caller learns or teaches; those of others do not exist for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.core.errors import FailedPreconditionError, NotFoundError, Reason
from services.runtime.auth import Caller
from services.workers.domain.course import Course, Module, ModuleProgress, ModuleState, states_of
from services.workers.domain.course_document import parse_course
from services.workers.domain.practice import PracticeAnswer
from services.workers.store.queries import courses as store
from services.workers.store.queries import progress as progress_store
from services.workers.store.queries.courses import Scope, StoredCourse

NO_MODULES = Course(())


@dataclass(frozen=True)
class Seen:
    """A course as somebody sees it.

    Attributes:
        stored: the programme and the document.
        course: what the document says; without modules where there is none.
        learns: the caller has a seat; else they teach it or are an operator.
        progress: how far a learner is, by module; modules that were not begun are missing.
        answers: what a learner answered in practice, by module.
    """

    stored: StoredCourse
    course: Course
    learns: bool
    progress: Mapping[str, ModuleProgress] = field(default_factory=dict)
    answers: Mapping[str, Sequence[PracticeAnswer]] = field(default_factory=dict)

    @property
    def states(self) -> list[ModuleState]:
        """Where the caller stands in each module; whoever does not learn the course finds all open."""
        if not self.learns:
            return [ModuleState.OPEN] * len(self.course.modules)
        return states_of(self.course, {one.module_id for one in self.progress.values() if one.finished})

    def progress_in(self, module: Module) -> ModuleProgress:
        """How far the caller is in a module, practice counted by the items that it has now."""
        known = self.progress.get(module.module_id, ModuleProgress(module.module_id))
        keys = {item.key for item in module.practice.items} if module.practice else set()
        done = sum(answer.done and answer.key in keys for answer in self.answers.get(module.module_id, ()))
        return replace(known, practice_done_count=done)


def scope_of(caller: Caller) -> Scope:
    """Whose courses the caller may see."""
    worker_id = caller.account_id if "worker" in caller.roles else None
    return Scope(caller.is_operator, caller.trainer_organisation_ids, worker_id)


def teaches(caller: Caller, organisation_id: UUID | None) -> bool:
    """Whether the caller teaches for an organisation, as operators do for all."""
    return caller.is_operator or organisation_id in caller.trainer_organisation_ids


async def taught_course(connection: AsyncConnection, caller: Caller, programme_id: UUID) -> StoredCourse:
    """A course that the caller teaches.

    Raises:
        NotFoundError: there is no such programme, or others teach it.
    """
    stored = await store.course_of(connection, programme_id)
    if stored is None or not teaches(caller, stored.organisation_id):
        raise NotFoundError("programme")
    return stored


async def seen_course(connection: AsyncConnection, caller: Caller, programme_id: UUID) -> Seen:
    """A course that the caller learns or teaches.

    Raises:
        NotFoundError: neither.
    """
    stored = await store.course_of(connection, programme_id)
    if stored is None:
        raise NotFoundError("programme")
    return await seen(connection, caller, stored)


async def seen(connection: AsyncConnection, caller: Caller, stored: StoredCourse) -> Seen:
    """A stored course as the caller sees it.

    Raises:
        NotFoundError: the caller neither learns nor teaches it.
    """
    course = parse_course(stored.course_json) if stored.version else NO_MODULES
    if "worker" in caller.roles and await store.has_seat(connection, caller.worker_id, stored.programme_id):
        progress = await progress_store.progress_of(connection, caller.worker_id, stored.programme_id)
        answers = await progress_store.practice_answers_of(connection, caller.worker_id, stored.programme_id)
        return Seen(stored, course, True, progress, answers)
    if not teaches(caller, stored.organisation_id):
        raise NotFoundError("programme")
    return Seen(stored, course, False)


async def learned_course(connection: AsyncConnection, caller: Caller, programme_id: UUID) -> Seen:
    """A course that the caller learns.

    Raises:
        NotFoundError: the caller has no seat in the programme.
    """
    found = await seen_course(connection, caller, programme_id)
    if not found.learns:
        raise NotFoundError("programme")
    return found


def open_module(found: Seen, module_id: str) -> Module:
    """A module that the caller may open.

    Raises:
        NotFoundError: the course has no such module.
        FailedPreconditionError: COURSE_LOCKED, those before it are not finished.
    """
    for module, state in zip(found.course.modules, found.states, strict=True):
        if module.module_id == module_id:
            if state is ModuleState.LOCKED:
                raise FailedPreconditionError(
                    Reason.COURSE_LOCKED, "finish the modules before it first", missing="before"
                )
            return module
    raise NotFoundError("module")
