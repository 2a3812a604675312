"""Answers that are more than a label are checked against their items, and stored as bodies, before they are taken."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from services.labelling.annotation import AnswerInvalidError, CheckedAnswer, annotation_json, check_answer, facts_of
from services.labelling.schema import LabelSchema
from services.labelling.values import MediaSize
from services.runtime.bodies import Bodies
from services.runtime.database import Database
from services.tasks.domain.schema_change import versions_in_hand
from services.tasks.store.queries import assignments
from services.tasks.store.queries.assignments import AskedItem
from services.tasks.use_cases.find_media import facts_of_media, sizes_of
from services.tasks.use_cases.keep_bodies import put_bodies
from services.tasks.use_cases.schema_versions import Schemas, schemas_of


@dataclass(frozen=True)
class Body:
    """An answer that keeps the rules of a version of its schema: in its one form, and where that lies."""

    schema_version: int
    checked: CheckedAnswer
    annotation: str
    sha256: str = ""


@dataclass(frozen=True)
class _Question:
    asked: AskedItem
    answer_json: str
    sizes: Mapping[str, MediaSize]


Checked = dict[UUID, Body | AnswerInvalidError]
"""By assignment."""


async def check_bodies(
    database: Database, bodies: Bodies | None, worker_id: UUID, answers: Mapping[UUID, str]
) -> Checked:
    """Checks answers of a worker, by assignment, and stores those that are right.

    An answer is checked against the version of the schema that its assignment names. Where newer versions took the place
    of older ones while the item was in the worker's hands, an answer that only fits an older one counts as made under that.

    Raises:
        UnavailableError: the store cannot be reached.
    """
    async with database.transaction() as tx:
        asked = await assignments.asked_items(tx.connection, worker_id, sorted(answers))
        wanted = {(one.job_id, version) for one in asked.values() for version in _versions(one)}
        schemas = await schemas_of(tx.connection, wanted)
        sizes = {
            job_id: sizes_of(
                await facts_of_media(tx.connection, job_id, [o.data_json for o in asked.values() if o.job_id == job_id])
            )
            for job_id in {one.job_id for one in asked.values()}
        }
    found: Checked = {}
    for assignment_id, one in asked.items():
        question = _Question(one, answers[assignment_id], sizes[one.job_id])
        # A large drawing takes a while: others are not kept waiting.
        found[assignment_id] = await asyncio.to_thread(_check, question, schemas)
    return await _stored(bodies, found, asked)


async def _stored(bodies: Bodies | None, found: Checked, asked: Mapping[UUID, AskedItem]) -> Checked:
    by_job: dict[UUID, dict[UUID, Body]] = {}
    for assignment_id, body in found.items():
        if isinstance(body, Body):
            by_job.setdefault(asked[assignment_id].job_id, {})[assignment_id] = body
    stored = dict(found)
    for job_id, right in by_job.items():
        names = await put_bodies(bodies, job_id, [body.annotation for body in right.values()])
        for (assignment_id, body), name in zip(right.items(), names, strict=True):
            stored[assignment_id] = Body(body.schema_version, body.checked, body.annotation, name)
    return stored


def _versions(asked: AskedItem) -> list[int]:
    return versions_in_hand(asked.schema_version, asked.moved_from_version)


def _check(question: _Question, schemas: Schemas) -> Body | AnswerInvalidError:
    asked, problem = question.asked, None
    for version in _versions(asked):
        try:
            checked = _checked(question, schemas[asked.job_id, version])
        except AnswerInvalidError as error:
            problem = problem or error
        else:
            return Body(version, checked, annotation_json(checked.marks, checked.not_sure))
    assert problem is not None  # noqa: S101 - there is always a version
    return problem


def _checked(question: _Question, schema: LabelSchema) -> CheckedAnswer:
    facts = facts_of(schema, json.loads(question.asked.data_json), question.sizes)
    return check_answer(schema, question.answer_json, facts)
