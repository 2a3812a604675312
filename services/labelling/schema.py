"""Label schemas: what is shown and what is asked, in the form ilgam.label-config/1.

A schema, of a job or of a course's practice, is checked once, when it is given; each rule that it breaks is named with
the path of the place.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from services.core.errors import FieldViolation, InvalidArgumentError, Reason
from services.labelling.kinds import AnnotationType

FORM = "ilgam.label-config/1"
FIELD = "spec.label_schema_json"
OBJECTS_MAX = 8
LABELS_MIN = 2
LABELS_MAX = 1000
LABEL_LENGTH_MAX = 200


_OBJECT_KINDS = {AnnotationType.TEXT_CHOICE: "text", AnnotationType.IMAGE_CHOICE: "image"}
_LATER_OBJECTS = frozenset({"audio", "video", "table", "html", "pair"})
_LATER_CONTROLS = frozenset(
    {"rating", "textarea", "number", "shape", "span", "segment", "track", "cell", "pairwise", "relation"}
)


@dataclass(frozen=True)
class LabelSchema:
    """What a checked schema means for items and answers.

    Attributes:
        data_paths: where each item's data must hold what is shown, as tuples of keys.
        control_id: the one control that asks.
        labels: the values to choose from, in the schema's order.
        not_sure: whether an answer may be marked as not sure.
        shows_pictures: what the data holds at its paths are pictures, not texts.
    """

    data_paths: tuple[tuple[str, ...], ...]
    control_id: str
    labels: tuple[str, ...]
    not_sure: bool
    shows_pictures: bool = False


@lru_cache(maxsize=256)
def parse_label_schema(schema_json: str, annotation_type: int) -> LabelSchema:
    """Checks a schema for an annotation type and gives what it means.

    Raises:
        InvalidArgumentError: SCHEMA_INVALID, with the rule that is broken and the path where.
    """
    document = _document(schema_json)
    if document.get("schema") != FORM:
        raise _broken("schema", f'must be "{FORM}"')
    object_ids, paths = _objects(document, AnnotationType(annotation_type))
    controls = _list(document, "controls", 1, 50)
    if len(controls) > 1:
        raise _broken("controls", "one control for now; several are not supported yet")
    control_id, labels = _choice(controls[0], object_ids)
    shows_pictures = annotation_type == AnnotationType.IMAGE_CHOICE
    return LabelSchema(paths, control_id, labels, document.get("not_sure") is True, shows_pictures)


def _document(schema_json: str) -> dict[str, Any]:
    try:
        document = json.loads(schema_json)
    except (ValueError, RecursionError) as error:
        where = f" at character {error.pos}" if isinstance(error, json.JSONDecodeError) else ""
        raise _broken("$", f"is not JSON{where}") from None
    if not isinstance(document, dict):
        raise _broken("$", "must be a JSON object")
    return document


def _objects(
    document: dict[str, Any], annotation_type: AnnotationType
) -> tuple[frozenset[str], tuple[tuple[str, ...], ...]]:
    ids: list[str] = []
    paths: list[tuple[str, ...]] = []
    for index, entry in enumerate(_list(document, "objects", 1, OBJECTS_MAX)):
        at = f"objects[{index}]"
        shown = _dict(entry, at)
        object_id = _name(shown, "id", at)
        if object_id in ids:
            raise _broken(f"{at}.id", f'"{object_id}" is there twice')
        ids.append(object_id)
        _check_object_kind(shown.get("kind"), at, annotation_type)
        paths.append(_data_path(shown.get("from"), at))
    return frozenset(ids), tuple(paths)


def _check_object_kind(kind: object, at: str, annotation_type: AnnotationType) -> None:
    if kind in _LATER_OBJECTS:
        raise _broken(f"{at}.kind", f'"{kind}" is not supported yet')
    wanted = _OBJECT_KINDS[annotation_type]
    if kind != wanted:
        raise _broken(f"{at}.kind", f'must be "{wanted}" for this annotation type')


def _data_path(source: object, at: str) -> tuple[str, ...]:
    if not isinstance(source, str) or not source.startswith("$.") or not all(source[2:].split(".")):
        raise _broken(f"{at}.from", 'must name a place in the item\'s data, such as "$.text"')
    return tuple(source[2:].split("."))


def _choice(entry: object, object_ids: frozenset[str]) -> tuple[str, tuple[str, ...]]:
    at = "controls[0]"
    control = _dict(entry, at)
    control_id = _name(control, "id", at)
    kind = control.get("kind")
    if kind != "choice":
        later = " is not supported yet" if kind in _LATER_CONTROLS else ' is unknown: use "choice"'
        raise _broken(f"{at}.kind", f'"{str(kind)[:50]}"{later}')
    if control.get("on") not in object_ids:
        raise _broken(f"{at}.on", "must be the id of an object")
    if control.get("multiple", False) is not False:
        raise _broken(f"{at}.multiple", "must be false: choosing several is not supported yet")
    if control.get("exclusive_with"):
        raise _broken(f"{at}.exclusive_with", "is not supported yet")
    return control_id, _labels(control, at)


def _labels(control: dict[str, Any], at: str) -> tuple[str, ...]:
    labels: dict[str, None] = {}
    keys: set[str] = set()
    for index, entry in enumerate(_list(control, "options", LABELS_MIN, LABELS_MAX, at)):
        here = f"{at}.options[{index}]"
        option = _dict(entry, here)
        value = option.get("value")
        if not isinstance(value, str) or not value.strip() or len(value) > LABEL_LENGTH_MAX or not value.isprintable():
            raise _broken(f"{here}.value", f"must be a text of 1 to {LABEL_LENGTH_MAX} printable characters")
        if value in labels:
            raise _broken(f"{here}.value", f'"{value}" is there twice')
        labels[value] = None
        key = option.get("key")
        if key is not None and (not isinstance(key, str) or not key or key in keys):
            raise _broken(f"{here}.key", "must be a key that no other option has")
        keys.add(key or "")
    return tuple(labels)


def _list(holder: dict[str, Any], name: str, least: int, most: int, at: str = "") -> list[object]:
    path = f"{at}.{name}" if at else name
    entries = holder.get(name)
    if not isinstance(entries, list) or not least <= len(entries) <= most:
        raise _broken(path, f"must be a list of {least} to {most}")
    return entries


def _dict(entry: object, at: str) -> dict[str, Any]:
    if not isinstance(entry, dict):
        raise _broken(at, "must be a JSON object")
    return entry


def _name(holder: dict[str, Any], name: str, at: str) -> str:
    value = holder.get(name)
    if not isinstance(value, str) or not value or len(value) > LABEL_LENGTH_MAX or not value.isprintable():
        raise _broken(f"{at}.{name}", "must be a name")
    return value


def _broken(path: str, rule: str) -> InvalidArgumentError:
    words = f"{path} {rule}"
    return InvalidArgumentError(
        f"{FIELD}: {words}",
        reason=Reason.SCHEMA_INVALID,
        violations=(FieldViolation(FIELD, words),),
        rule=words,
    )
