"""An answer as a plain form: fields for what is asked, and rows of words and numbers for marks where no script draws them.

A row says where a mark is as people write it: of a box "x y width height", of a polygon "x y, x y, x y", of a passage its
words, of a segment its seconds "1.2 3.45", of a track "frame x y width height" for each keyframe (and "-" where it is gone, "o" where it is covered), of a cell its row and
column from 1, of a relation the numbers of two passages.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final

from starlette.exceptions import HTTPException

from services.gateway.forms import Form
from services.gateway.pages.work.annotated import MARKS_MAX, Marks, Said, marks_in
from services.gateway.pages.work.asked import Asked, Question
from services.gateway.pages.work.parts import Part
from services.gateway.pages.work.rows import COVERED, GONE, ROWS_MAX, UNREAD
from services.gateway.words import Words
from services.labelling.html_text import text_of_html

_NUMBER: Final = re.compile(r"-?\d{1,9}(?:\.\d{1,6})?")
_MILLISECONDS: Final = 1000
_KEYFRAME: Final = 5
_NAMES: Final = {
    "rect": ("x", "y", "w", "h"),
    "point": ("x", "y"),
    "segment": ("start_ms", "end_ms"),
    "cell": ("row", "column"),
}


def said_of(form: Form, question: Question, parts: Sequence[Part], held: Marks = ()) -> Said:
    """What a form says: the script's marks where it wrote them, otherwise what stands in fields and rows.

    `held`: what the item holds already: marks of it that no row has room for stay.

    Raises:
        HTTPException: 400, the marks cannot be read: no half of an answer is handed in.
    """
    not_sure = bool(form["not_sure"])
    if form["results"]:
        return Said(marks_in(_results(form["results"])), not_sure)
    found: list[dict[str, Any]] = []
    for control in question.controls:
        if control.is_field:
            found += _field_mark(form, control)
        else:
            found += _row_marks(form, control, _text_of(control, parts))
            found += [mark for mark in held if mark["control"] == control.control_id][ROWS_MAX:]
    return Said(tuple(found), not_sure)


def _results(text: str) -> list[Any]:
    try:
        results = json.loads(text)
        # JSON may name halves of a pair of letters, which nobody can store.
        json.dumps(results, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise HTTPException(HTTPStatus.BAD_REQUEST) from None
    if not isinstance(results, list) or len(results) > MARKS_MAX:
        raise HTTPException(HTTPStatus.BAD_REQUEST)
    return results


def _field_mark(form: Form, control: Asked) -> list[dict[str, Any]]:
    name = f"answer.{control.control_id}"
    typed = form[name]
    if control.kind == "choice":
        picked = (
            [one.value for place, one in enumerate(control.options) if form[f"{name}.{place}"] == one.value]
            if control.multiple
            else [typed] * bool(typed)
        )
        return [_mark(control, control.kind, {"choices": picked})] if picked else []
    if not typed:
        return []
    if control.kind in {"rating", "number"}:
        number = _number(typed.replace(",", ""))
        return [_mark(control, control.kind, {control.kind: typed if number is None else number})]
    return [_mark(control, control.kind, {"choice" if control.kind == "pairwise" else "text": typed})]


def _mark(control: Asked, type_: str, value: dict[str, Any]) -> dict[str, Any]:
    return {"control": control.control_id, "type": type_, "value": value}


def _row_marks(form: Form, control: Asked, text: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    begun: dict[str, int] = {}
    for number in range(1, ROWS_MAX + 1):
        name = f"row.{control.control_id}.{number}"
        where = form[f"{name}.where"]
        if not where:
            continue
        type_ = form[f"{name}.type"] or control.tools[0]
        value = _passage(where, text, begun) if type_ == "span" else _value(type_, where)
        if type_ == "segment" and control.source.get("transcript"):
            value["text"] = form[f"{name}.text"]
        mark = _mark(control, type_, value) | {"id": form[f"{name}.id"] or f"{control.control_id[:30]}{number}"}
        if form[f"{name}.label"]:
            mark["label"] = form[f"{name}.label"]
        found.append(mark)
    return found


def _passage(quote: str, text: str, begun: dict[str, int]) -> dict[str, Any]:
    """Where a passage stands; written twice, it means the second place. One that is not there is kept as it is."""
    start = text.find(quote, begun.get(quote, 0))
    if start < 0:
        return {UNREAD: quote}
    begun[quote] = start + len(quote)
    return {"start": start, "end": start + len(quote), "quote": quote}


def _value(type_: str, where: str) -> dict[str, Any]:
    """Where a mark is; words that are no such place are kept as they are, to be mended."""
    groups = [part.split() for part in re.split(r"[,;\n]", where) if part.strip()]
    try:
        return _read(type_, groups)
    except ValueError:
        return {UNREAD: where}


def _read(type_: str, groups: Sequence[Sequence[str]]) -> dict[str, Any]:
    if type_ in {"polygon", "polyline"}:
        return {"points": [[_exactly(x), _exactly(y)] for x, y in groups]}
    if type_ == "track":
        return {"keyframes": [_keyframe(group) for group in groups]}
    flat = [one for group in groups for one in group]
    if type_ == "relation":
        return dict(zip(("from", "to"), flat, strict=True))
    if type_ not in _NAMES:
        raise ValueError(type_)
    numbers = [_exactly(one) for one in flat]
    if type_ == "segment":
        numbers = [round(number * _MILLISECONDS) for number in numbers]
    if type_ == "cell":
        numbers = [round(number) - 1 for number in numbers]
    return dict(zip(_NAMES[type_], numbers, strict=True))


def _keyframe(group: Sequence[str]) -> dict[str, Any]:
    mark = group[_KEYFRAME] if len(group) > _KEYFRAME else ""
    if mark not in {"", GONE, COVERED}:
        raise ValueError(mark)
    frame, x, y, w, h = (_exactly(one) for one in group[: -1 if mark else None])
    return {"frame": round(frame), "box": [x, y, w, h], "visible": mark != GONE, "occluded": mark == COVERED}


def _exactly(text: str) -> float:
    number = _number(text)
    if number is None:
        raise ValueError(text)
    return number


def _number(text: str) -> float | None:
    if not _NUMBER.fullmatch(text):
        return None
    return float(text) if "." in text else int(text)


def _text_of(control: Asked, parts: Sequence[Part]) -> str:
    part = next((one for one in parts if one.object_id == control.on), None)
    if part is None:
        return ""
    return text_of_html(part.text) if part.kind == "html" else part.text


def lack_words(words: Words, question: Question, said: Said) -> tuple[str, str]:
    """The id of the first control that has a row nobody can read, or too few or too many marks, and what is wrong.

    Two empty texts for none.
    """
    for asked in question.controls:
        own = [mark for mark in said.marks if mark["control"] == asked.control_id]
        unread = next((number for number, mark in enumerate(own, 1) if UNREAD in mark["value"]), 0)
        if unread:
            rule = words("bench.rule.span" if asked.kind == "span" else "bench.row_unread")
            return asked.control_id, words("bench.rule_at", number=unread, words=rule)
    control, why = _lack(question, said)
    if control is None:
        return "", ""
    if why == "required" and control.kind == "choice" and not control.multiple:
        return control.control_id, words("bench.js.choice_missing")
    count = control.view["most" if why == "most" else "least"]
    return control.control_id, words(f"bench.js.lack_{why}", title=control.words, count=count)


def _lack(question: Question, said: Said) -> tuple[Asked | None, str]:
    for control in question.controls:
        view = control.view
        made = sum(mark["control"] == control.control_id for mark in said.marks)
        replaced = any(mark["control"] in view["exclusiveWith"] for mark in said.marks)
        if made and replaced:
            return control, "exclusive"
        if not made and control.required and not replaced:
            return control, "required"
        if made and made < view["least"]:
            return control, "least"
        if made > view["most"]:
            return control, "most"
    return None, ""
