"""PutCourse: a new version of a course, when its document keeps the rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.core.errors import FieldViolation, InvalidArgumentError, Reason
from services.labelling.annotation import AnswerInvalidError, annotation_json
from services.labelling.facts import media_named
from services.runtime.auth import Caller
from services.runtime.database import Transaction
from services.workers.domain.course import Course
from services.workers.domain.course_document import parse_course, wrong_answer
from services.workers.domain.item_use import ItemUse, digest_of
from services.workers.domain.places import Place, PlaceError
from services.workers.domain.right_answer import marks_in
from services.workers.store.queries import courses as store
from services.workers.store.queries.course_media import known_media
from services.workers.store.queries.item_use import reserve_items
from services.workers.store.queries.media_sizes import media_sizes
from services.workers.use_cases.find_course import taught_course

FIELD = "course_json"


async def put_course(
    tx: Transaction, caller: Caller, programme_id: UUID, course_json: str, now: datetime
) -> tuple[int, Course]:
    """Stores a document as the newest version and gives it with its number; the same again stays the version it is.

    Raises:
        NotFoundError: the caller does not teach the programme.
        InvalidArgumentError: SCHEMA_INVALID, with the `place` of the first problem, its `rule` in words and by its `code`.
    """
    await store.lock_course(tx.connection, programme_id)
    newest = await taught_course(tx.connection, caller, programme_id)
    try:
        course = parse_course(course_json)
    except PlaceError as error:
        raise _broken(error) from None
    if newest.course_json == course_json:
        return newest.version, course
    await _check_media(tx, programme_id, course)
    await _check_right_answers(tx, programme_id, course)
    await _reserve_practice(tx, course)
    version = replace(newest, version=newest.version + 1, course_json=course_json, put_time=now)
    module_ids = [module.module_id for module in course.modules]
    await store.add_version(tx.connection, version, module_ids, caller.worker_id)
    return version.version, course


async def _check_media(tx: Transaction, programme_id: UUID, course: Course) -> None:
    known = await known_media(tx.connection, programme_id, {media_id for _, media_id in course.media})
    for path, media_id in course.media:
        if media_id not in known:
            rule = "names a file that the course does not have: upload it first"
            raise _broken(PlaceError(path, rule, "no_file"))


async def _check_right_answers(tx: Transaction, programme_id: UUID, course: Course) -> None:
    """Right answers lie within the files that they are about, whose sizes are known by now."""
    sizes = await media_sizes(tx.connection, programme_id, {media_id for _, media_id in course.media})
    practices = [(place, module.practice) for place, module in enumerate(course.modules) if module.practice]
    for place, practice in practices:
        for index, item in enumerate(practice.items):
            if not media_named(practice.schema, item.data):
                continue
            try:
                marks_in(practice.schema, item.data, annotation_json(item.right), sizes)
            except AnswerInvalidError as error:
                at = Place(None, f"modules[{place}].practice.items[{index}].right")
                raise _broken(wrong_answer(at, error)) from None


async def _reserve_practice(tx: Transaction, course: Course) -> None:
    """Keeps the items for practice. Whoever practised knows the answer, so none of them may be asked in an exam."""
    digests: dict[str, str] = {}
    for place, module in enumerate(course.modules):
        for index, item in enumerate(module.practice.items if module.practice else ()):
            digests.setdefault(digest_of(item.data), f"modules[{place}].practice.items[{index}].data")
    taken = await reserve_items(tx.connection, digests, ItemUse.PRACTICE)
    for digest, path in digests.items():
        if digest in taken:
            raise _broken(PlaceError(path, "is an exam item: what exams ask is not practised", "exam_item"))


def _broken(error: PlaceError) -> InvalidArgumentError:
    words = str(error)
    return InvalidArgumentError(
        f"{FIELD}: {words}",
        reason=Reason.SCHEMA_INVALID,
        violations=(FieldViolation(FIELD, words),),
        rule=words,
        place=error.path,
        code=error.code,
        **error.values,
    )
