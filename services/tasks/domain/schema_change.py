"""Whether a job's new label schema goes with what the job holds already, and with a draft that somebody has begun."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from services.core.errors import invalid_field
from services.labelling.annotation import AnswerInvalidError, check_answer, facts_of
from services.labelling.kinds import ObjectKind
from services.labelling.schema import FIELD, LabelSchema
from services.labelling.values import DataPath, MediaSize

VERSIONS_MAX = 10


def versions_in_hand(newest: int, first: int) -> list[int]:
    """The versions of the label schema that work in hand may have been made under, the newest first; at most ten of them.

    Args:
        newest: the one that its assignment names.
        first: the one that it was claimed under; 0: that one too.
    """
    if not first:
        return [newest]
    return [*range(newest, max(first, newest - VERSIONS_MAX + 1), -1), first]


def check_same_data(known: LabelSchema, schema: LabelSchema) -> None:
    """Checks that the items of a job have what a new schema shows.

    Raises:
        InvalidArgumentError: naming the place where they have nothing, or something of another kind.
    """
    before, after = _shown_at(known), _shown_at(schema)
    for path in sorted(after):
        place = ".".join(("$", *path))
        if path not in before:
            raise invalid_field(FIELD, f"objects: the items in the job have nothing at {place}")
        if before[path] is not after[path]:
            raise invalid_field(FIELD, f"objects: the items in the job have {before[path].value} at {place}")


def check_same_way(known: LabelSchema, schema: LabelSchema, *, published: bool, gold_count: int) -> None:
    """Checks that answers stay what they are, labels or more, where there are any.

    Raises:
        InvalidArgumentError: SCHEMA_INVALID in the field's words.
    """
    if (known.plain is None) == (schema.plain is None):
        return
    if published:
        raise invalid_field(
            FIELD,
            "controls: a job that asks a single choice cannot ask more once it is published, nor the other way round",
        )
    if gold_count:
        raise invalid_field(FIELD, "controls: the gold items in the job answer the questions asked before")


def gold_problem(schema: LabelSchema, data_json: str, answer_json: str, sizes: Mapping[str, MediaSize]) -> str:
    """Why a known answer does not keep the rules of a schema; empty when it does."""
    try:
        check_answer(schema, answer_json, facts_of(schema, json.loads(data_json), sizes))
    except AnswerInvalidError as error:
        return str(error)
    return ""


def begun(schema: LabelSchema) -> LabelSchema:
    """The schema as drafts have to keep it: nothing is asked for yet."""
    return replace(schema, controls=tuple(replace(control, required=False, least=0) for control in schema.controls))


def draft_fits(begun_schema: LabelSchema, data_json: str, draft_json: str, sizes: Mapping[str, MediaSize]) -> bool:
    """Whether a draft can be gone on with under a schema (as `begun` gives it)."""
    try:
        draft: Any = json.loads(draft_json)
        if isinstance(draft, dict) and draft.get("results") == []:
            return True
        check_answer(begun_schema, draft_json, facts_of(begun_schema, json.loads(data_json), sizes))
    except (AnswerInvalidError, ValueError, RecursionError):
        return False
    return True


def _shown_at(schema: LabelSchema) -> dict[DataPath, ObjectKind]:
    pictures = dict.fromkeys(schema.option_pictures, ObjectKind.IMAGE)
    return pictures | {path: shown.pair_of or shown.kind for shown in schema.objects for path in shown.paths}
