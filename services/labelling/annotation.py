"""Whether an answer keeps the rules of the label schema that it was made for (form ilgam.annotation/1)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from services.labelling.checks.place import Place
from services.labelling.checks.registry import READ_VALUE, types_of
from services.labelling.checks.together import RESULTS_MAX, check_together
from services.labelling.document import DocumentError, read_object
from services.labelling.facts import facts_of
from services.labelling.html_text import text_of_html
from services.labelling.kinds import FIELD_KINDS
from services.labelling.refusal import AnswerInvalidError
from services.labelling.schema import LabelSchema
from services.labelling.values import Control, ItemFacts, Mark

__all__ = [
    "FORM",
    "RESULTS_MAX",
    "AnswerInvalidError",
    "CheckedAnswer",
    "annotation_json",
    "check_answer",
    "facts_of",
    "read_annotation",
    "text_of_html",
]

FORM: Final = "ilgam.annotation/1"
MARK_ID_LENGTH_MAX: Final = 40
_NO_FACTS: Final = ItemFacts()


@dataclass(frozen=True)
class CheckedAnswer:
    """What an answer says.

    Attributes:
        label: the label of a plain choice; empty where more is asked.
        not_sure: whether the worker is not sure.
        marks: all marks in canonical form, in the order in which they were made.
    """

    label: str
    not_sure: bool
    marks: tuple[Mark, ...] = ()


def check_answer(schema: LabelSchema, answer_json: str, facts: ItemFacts | None = None) -> CheckedAnswer:
    """Checks an answer and gives what it says.

    Args:
        schema: the version that the answer was made under.
        answer_json: the answer as it was sent.
        facts: what is known of the item; without it (or parts of it) rules that need the item are not checked.

    Raises:
        AnswerInvalidError: naming the mark and the rule.
    """
    answer = _document(answer_json)
    not_sure = answer.at("not_sure").flag(otherwise=False)
    if not_sure and not schema.not_sure:
        answer.at("not_sure").wrong("must be false: this job does not offer it")
    plain = schema.plain
    held = answer.at("results")
    if plain is not None and (not isinstance(held.value, list) or len(held.value) != 1):
        held.wrong(f'must hold one mark, of control "{plain.control_id}"')
    results = held.each(0, RESULTS_MAX, "marks")
    marks = tuple(_mark(entry, schema, facts or _NO_FACTS) for entry in results)
    _check_ids(marks)
    check_together(schema.controls, marks)
    label = marks[0].value["choices"][0] if plain is not None else ""
    return CheckedAnswer(label, not_sure, marks)


def read_annotation(annotation: str) -> CheckedAnswer:
    """What a body says that was checked before it was stored.

    Raises:
        AnswerInvalidError: it is no annotation at all.
    """
    answer = _document(annotation)
    marks = [_stored_mark(entry.object()) for entry in answer.at("results").each(0, RESULTS_MAX, "marks")]
    return CheckedAnswer("", answer.at("not_sure").flag(otherwise=False), tuple(marks))


def annotation_json(marks: Iterable[Mark], not_sure: bool = False) -> str:
    """The canonical text of an annotation: the same marks give the same bytes."""
    annotation = {"schema": FORM, "not_sure": not_sure, "results": [_entry(mark) for mark in marks]}
    return json.dumps(annotation, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))


def _entry(mark: Mark) -> dict[str, Any]:
    named = {"id": mark.mark_id, "label": mark.label}
    return {"control": mark.control, "type": mark.type, "value": dict(mark.value)} | {
        name: value for name, value in named.items() if value
    }


def _document(answer_json: str) -> Place:
    try:
        answer = Place(read_object(answer_json), "")
    except DocumentError as error:
        raise AnswerInvalidError("$", str(error)) from None
    if answer.value.get("schema", FORM) != FORM:
        answer.at("schema").wrong(f'must be "{FORM}"')
    return answer


def _stored_mark(entry: Place) -> Mark:
    held = entry.value
    value = held.get("value")
    names = [held.get(name, "") for name in ("id", "control", "type", "label")]
    if not isinstance(value, dict) or not all(isinstance(name, str) for name in names):
        entry.wrong("must be a mark")
    mark_id, control, kind, label = names
    return Mark(mark_id, control, kind, label, value)


def _mark(entry: Place, schema: LabelSchema, facts: ItemFacts) -> Mark:
    named = entry.object().at("control")
    control = schema.control(named.value) if isinstance(named.value, str) else None
    if control is None:
        offered = ", ".join(f'"{one.control_id}"' for one in schema.controls)
        named.wrong(f"must be {offered}" if len(schema.controls) == 1 else f"must be one of {offered}")
    kind = _type(entry.at("type"), control)
    label = _label(entry.at("label"), control)
    mark_id = "" if control.kind in FIELD_KINDS else _mark_id(entry.at("id"))
    return Mark(mark_id, control.control_id, kind, label, READ_VALUE[kind](entry.at("value"), control, facts))


def _type(held: Place, control: Control) -> str:
    types = types_of(control)
    if held.value is None and len(types) == 1:
        return types[0]
    if not isinstance(held.value, str) or held.value not in types:
        offered = ", ".join(f'"{one}"' for one in types)
        held.wrong(f"must be {offered}" if len(types) == 1 else f"must be one of {offered}")
    return held.value


def _label(held: Place, control: Control) -> str:
    if control.kind in FIELD_KINDS or not control.labels:
        if held.value not in (None, ""):
            held.wrong("must not be given: this control has no labels")
        return ""
    return held.one_of(control.values, f'a label of control "{control.control_id}"')


def _mark_id(held: Place) -> str:
    value = held.value
    if not isinstance(value, str) or not 1 <= len(value) <= MARK_ID_LENGTH_MAX or not value.isprintable():
        held.wrong(f"must be a text of 1 to {MARK_ID_LENGTH_MAX} printable characters")
    return value


def _check_ids(marks: tuple[Mark, ...]) -> None:
    seen: set[str] = set()
    for place, mark in enumerate(marks):
        if mark.mark_id and mark.mark_id in seen:
            raise AnswerInvalidError(f"results[{place}].id", f'"{mark.mark_id}" is there twice')
        seen.add(mark.mark_id)
