"""Judging the rows of an import of exam items, one by one."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from services.core.errors import InvalidArgumentError
from services.labelling.annotation import AnswerInvalidError
from services.labelling.document import DocumentError, read_object
from services.labelling.facts import media_named
from services.labelling.kinds import AnnotationType
from services.labelling.schema import parse_label_schema
from services.labelling.values import MediaSize
from services.workers.domain.course_parts import Names
from services.workers.domain.item_shown import check_shown
from services.workers.domain.places import Place, PlaceError
from services.workers.domain.right_answer import marks_in

LABELS_MIN = 2
LABELS_MAX = 20
LABEL_LENGTH_MAX = 200
KEY_LENGTH_MAX = 200
_MEDIA_ID = re.compile(r'"(media:[0-9a-f]{64}\.[a-z0-9]{1,5})"')
SHORT_FORM = frozenset({AnnotationType.TEXT_CHOICE, AnnotationType.IMAGE_CHOICE})
"""The annotation types whose items may say labels and the right one, instead of a label schema."""


@dataclass(frozen=True)
class ExamItem:
    """An item with its known answer. What is right never leaves the service.

    Attributes:
        labels, right_label: the short form of one label of several.
        label_schema_json, right_answer_json: every other item, in place of the short form.
        programme_id: the programme to whose course the files belong that the data names.
    """

    exam_item_id: UUID
    key: str
    data_json: str
    labels: tuple[str, ...]
    right_label: str = field(repr=False)
    label_schema_json: str = ""
    right_answer_json: str = field(default="", repr=False)
    programme_id: UUID | None = None


@dataclass(frozen=True)
class JudgedItem:
    """A row with what is wrong with it, "" for nothing, and the files that it names."""

    item: ExamItem
    problem: str = ""
    media: frozenset[str] = frozenset()


def judged(item: ExamItem, annotation_type: int) -> JudgedItem:
    """What can be said of a row without looking anything up."""
    problem = _key_problem(item.key) or _data_problem(item.data_json)
    if problem:
        return JudgedItem(item, problem)
    if item.label_schema_json:
        return _judged_by_schema(item, annotation_type)
    if annotation_type not in SHORT_FORM:
        return JudgedItem(item, "label_schema_json: say what is shown and asked")
    return JudgedItem(item, _labels_problem(item.labels, item.right_label))


def right_problem(item: ExamItem, annotation_type: int, sizes: Mapping[str, MediaSize]) -> str:
    """What is wrong with the files and the right answer of a row that is good so far; "" for nothing."""
    if not item.label_schema_json:
        return ""
    schema, data = parse_label_schema(item.label_schema_json, annotation_type), json.loads(item.data_json)
    if not media_named(schema, data) <= sizes.keys():
        return "programme_id: its course does not have all files that data_json names: upload them first"
    try:
        marks_in(schema, data, item.right_answer_json, sizes)
    except AnswerInvalidError as error:
        return f"right_answer_json: {error}"
    return ""


def files_named(data_json: str) -> frozenset[str]:
    """The stored files (media:<sha256>.<extension>) that an item's data names, wherever it does."""
    return frozenset(_MEDIA_ID.findall(data_json))


def _key_problem(key: str) -> str:
    if not key.strip():
        return "key: write a key"
    return f"key: use at most {KEY_LENGTH_MAX} characters" if len(key) > KEY_LENGTH_MAX else ""


def _data_problem(data_json: str) -> str:
    try:
        data = read_object(data_json)
    except DocumentError as error:
        return f"data_json: {error}"
    return "" if data else "data_json: must be an object with what is shown"


def _judged_by_schema(item: ExamItem, annotation_type: int) -> JudgedItem:
    if item.labels or item.right_label:
        return JudgedItem(item, "labels: label_schema_json says them")
    try:
        schema = parse_label_schema(item.label_schema_json, annotation_type)
    except InvalidArgumentError as error:
        return JudgedItem(item, f"label_schema_json: {error.metadata['rule']}")
    data, names = Place(json.loads(item.data_json)), Names()
    try:
        check_shown(data, schema, names)
    except PlaceError as error:
        return JudgedItem(item, f"data_json: {error}")
    media = frozenset(media_id for _, media_id in names.media)
    if media and item.programme_id is None:
        return JudgedItem(item, "programme_id: say whose course has the files that data_json names")
    try:
        marks_in(schema, data.value, item.right_answer_json)
    except AnswerInvalidError as error:
        return JudgedItem(item, f"right_answer_json: {error}")
    return JudgedItem(item, media=media)


def _labels_problem(labels: Sequence[str], right_label: str) -> str:
    if not LABELS_MIN <= len(labels) <= LABELS_MAX:
        return f"labels: give {LABELS_MIN} to {LABELS_MAX} labels"
    if any(not label.strip() or len(label) > LABEL_LENGTH_MAX for label in labels):
        return f"labels: each label has 1 to {LABEL_LENGTH_MAX} characters"
    if len(set(labels)) != len(labels):
        return "labels: a label stands twice"
    return "" if right_label in labels else "right_label: is not one of the labels"
