"""Known right answers of practice and exam items: read once, and told apart from wrong ones."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from services.labelling.annotation import check_answer, facts_of
from services.labelling.refusal import AnswerInvalidError
from services.labelling.schema import LabelSchema
from services.labelling.values import Mark, MediaSize

Marks = tuple[Mark, ...]


def marks_in(
    schema: LabelSchema, data: Mapping[str, Any], answer_json: str, media: Mapping[str, MediaSize] | None = None
) -> Marks:
    """What an answer to an item says. `media` are sizes of its files; without them marks on files are not bounded.

    Raises:
        AnswerInvalidError: naming the mark and the rule.
    """
    return check_answer(schema, answer_json, facts_of(schema, data, media or {})).marks


def right_marks(schema: LabelSchema, data: Mapping[str, Any], right: object) -> Marks:
    """What a document says of a right answer: an annotation, or {"label": ...} of a plain choice.

    Raises:
        AnswerInvalidError: naming the mark and the rule.
    """
    if schema.plain is not None and isinstance(right, dict) and "results" not in right:
        label = right.get("label") if set(right) == {"label"} else None
        if not isinstance(label, str) or label not in schema.labels:
            raise AnswerInvalidError("$.label", "must be one of the label schema's values, and nothing beside it")
        return (Mark("", schema.control_id, "choice", "", {"choices": [label]}),)
    if not isinstance(right, dict):
        raise AnswerInvalidError("$", "must be an annotation of the label schema")
    return marks_in(schema, data, json.dumps(right, ensure_ascii=False))
