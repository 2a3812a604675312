"""GetItem: one item whole, with everything that was answered."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from services.core.errors import NotFoundError
from services.labelling.annotation import annotation_json
from services.labelling.schema import LabelSchema
from services.labelling.values import Mark
from services.runtime.auth import Caller
from services.runtime.bodies import Bodies
from services.runtime.database import Database
from services.runtime.media_facts import MediaFacts
from services.tasks.domain.export import ExportedAnswer
from services.tasks.store.queries import assignments, export, item_lists
from services.tasks.store.queries.item_lists import ListedItem
from services.tasks.use_cases.find_job import schema_of, visible_job
from services.tasks.use_cases.find_media import facts_of_media, media_in
from services.tasks.use_cases.keep_bodies import read_bodies

ANSWERS_MAX = 50
"""So many answers of 256 KiB each are in one message; a gold item may have a thousand."""


@dataclass(frozen=True)
class WholeItem:
    """One item.

    Attributes:
        item: its counts and result.
        result_json: the result as an annotation; empty while there is none, and of a plain choice.
        data_json: what is shown.
        media: what is known of the files that the data name.
        gold_answer_json: the known answer as an annotation; empty for ordinary items.
        answers: the first 50, in the order in which they came.
        schemas: (version, label schema) of the newest version and of those that answers were made under.
    """

    item: ListedItem
    result_json: str
    data_json: str
    media: tuple[MediaFacts, ...]
    gold_answer_json: str
    answers: tuple[ExportedAnswer, ...]
    schemas: tuple[tuple[int, str], ...]


async def show_item(
    database: Database, bodies: Bodies | None, caller: Caller, job_id: UUID, item_id: UUID
) -> WholeItem:
    """One item of a job of the caller's.

    Raises:
        NotFoundError: the job is not the caller's, or has no such item.
        UnavailableError: the result cannot be read just now.
    """
    async with database.transaction() as tx:
        connection = tx.connection
        job = await visible_job(connection, caller, job_id)
        shown = await item_lists.item_with_data(connection, job_id, item_id)
        if shown is None:
            raise NotFoundError("item")
        numbers = await export.worker_numbers(connection, job_id)
        answers = (await export.answers_of_items(connection, [item_id], numbers, ANSWERS_MAX)).get(item_id, [])
        versions = {job.schema_version} | {answer.schema_version for answer in answers}
        schemas = await assignments.label_schemas(connection, {(job_id, version) for version in versions})
        facts = await facts_of_media(connection, job_id, [shown.data_json])
        gold = shown.gold_answer_json or label_annotation(await schema_of(connection, job), shown.item.gold_label)
    result = await read_bodies(bodies, job_id, [shown.item.result_sha256])
    return WholeItem(
        item=shown.item,
        result_json=result.get(shown.item.result_sha256, ""),
        data_json=shown.data_json,
        media=tuple(facts[media_id] for media_id in media_in(shown.data_json) if media_id in facts),
        gold_answer_json=gold,
        answers=tuple(answers),
        schemas=tuple(sorted((version, schema_json) for (_, version), (schema_json, _) in schemas.items())),
    )


def label_annotation(schema: LabelSchema, label: str | None) -> str:
    """A label of a plain choice as an annotation; empty where there is none."""
    plain = schema.plain
    if not label or plain is None:
        return ""
    return annotation_json([Mark("", plain.control_id, "choice", "", {"choices": [label]})])
