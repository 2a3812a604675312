"""Answers and drafts (ilgam.annotation/1) at the pages: read from what is stored, from forms and from scripts, and said."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from services.gateway.pages.work.asked import Asked, Question

FORM: Final = "ilgam.annotation/1"
MARKS_MAX: Final = 5000
_KEYS: Final = ("id", "control", "type", "label", "value")
_TEXT_SHOWN_MAX: Final = 120

Marks = tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Said:
    """What somebody answered: the marks, and whether they were not sure."""

    marks: Marks
    not_sure: bool

    @property
    def choice(self) -> str:
        """The value that the first choice chooses; empty for none."""
        for mark in self.marks:
            choices = mark["value"].get("choices")
            if isinstance(choices, list) and choices and isinstance(choices[0], str):
                return choices[0]
        return ""


NOTHING: Final = Said((), not_sure=False)


def said_in(answer_json: str) -> Said:
    """What an answer or a draft says. A draft may be anything: it says nothing then."""
    try:
        answer = json.loads(answer_json)
    except (ValueError, RecursionError):
        return NOTHING
    if not isinstance(answer, dict):
        return NOTHING
    return Said(marks_in(answer.get("results")), answer.get("not_sure") is True)


def marks_in(results: object) -> Marks:
    """The marks of a list that somebody sent or stored; what has not the form of a mark is left out."""
    found = results if isinstance(results, list) else []
    return tuple(
        {"type": "choice"} | {key: mark[key] for key in _KEYS if key in mark}
        for mark in found[:MARKS_MAX]
        if isinstance(mark, dict) and isinstance(mark.get("control"), str) and isinstance(mark.get("value"), dict)
    )


def answer_json(marks: Sequence[Mapping[str, Any]], *, not_sure: bool) -> str:
    """An answer; the same marks give the same bytes, so that sending it again is the same answer."""
    return _annotation(marks, {"not_sure": not_sure})


def draft_json(marks: Sequence[Mapping[str, Any]], revision: int, *, not_sure: bool) -> str:
    """A draft; it holds its revision, so that keeping an item renews its lease even where nothing else changed."""
    return _annotation(marks, {"not_sure": not_sure, "rev": revision})


def _annotation(marks: Sequence[Mapping[str, Any]], more: dict[str, object]) -> str:
    results = [{key: mark[key] for key in _KEYS if key in mark} for mark in marks]
    return json.dumps({"schema": FORM, **more, "results": results}, ensure_ascii=False, separators=(",", ":"))


def choice_mark(control: str, choice: str) -> dict[str, Any]:
    """The mark of one choice."""
    return {"control": control, "type": "choice", "value": {"choices": [choice]}}


def in_words(question: Question, marks: Marks) -> str:
    """What an answer says in a line: choices, numbers and texts as they are, of the others how many."""
    found = []
    for control in question.controls:
        own = [mark for mark in marks if mark["control"] == control.control_id]
        if own:
            words = _field_words(control, own[0]["value"]) if control.is_field else str(len(own))
            title = control.words if len(question.controls) > 1 or not control.is_field else ""
            found.append(f"{title}: {words}" if title else words)
    return " · ".join(found)


def _field_words(control: Asked, value: Mapping[str, Any]) -> str:
    if control.kind == "choice":
        chosen = value.get("choices")
        return (
            ", ".join(control.shown(one) for one in chosen if isinstance(one, str)) if isinstance(chosen, list) else ""
        )
    if control.kind == "pairwise":
        return control.shown(str(value.get("choice", "")))
    said = str(value.get("rating", value.get("number", value.get("text", ""))))
    cut = said if len(said) <= _TEXT_SHOWN_MAX else f"{said[:_TEXT_SHOWN_MAX]}…"
    return f"{cut}{control.unit}" if control.kind == "number" else cut
