"""Whether the examples in a label schema's guide can be shown: as items of the job are, with marks that keep its rules."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from services.core.errors import invalid_field
from services.labelling.annotation import FORM, AnswerInvalidError, check_answer, facts_of
from services.labelling.schema import FIELD, LabelSchema
from services.labelling.values import Example, MediaSize
from services.tasks.domain.item_data import DataError, check_media, read_data
from services.tasks.domain.schema_change import begun


def check_examples(schema: LabelSchema, known_media: Mapping[str, MediaSize]) -> None:
    """Checks all examples of a schema. `known_media` are files of the job.

    Raises:
        InvalidArgumentError: naming the example and the rule.
    """
    for place, example in enumerate(schema.examples):
        problem = _problem(schema, example, known_media)
        if problem:
            raise invalid_field(FIELD, f"examples[{place}].{problem}")


def _problem(schema: LabelSchema, example: Example, known_media: Mapping[str, MediaSize]) -> str:
    given: dict[str, Any] = json.loads(json.dumps(example.data))
    try:
        data = read_data(json.dumps(given), schema)
        for named in data.media:
            check_media(named, known_media)
    except DataError as error:
        return f"data: {error}"
    if json.loads(data.data_json) != example.data:
        return "data: must be written as it is kept: letters in NFC, line ends LF, html of structure alone"
    # What is wrong about a bad example may be that something is left out.
    rules = schema if example.good else _lenient(schema)
    try:
        check_answer(
            rules, json.dumps({"schema": FORM, "results": example.results}), facts_of(schema, given, known_media)
        )
    except AnswerInvalidError as error:
        return str(error)
    return ""


def _lenient(schema: LabelSchema) -> LabelSchema:
    return replace(begun(schema), examples=())
