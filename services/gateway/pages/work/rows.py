"""Marks as rows of a plain form, which say in words and numbers where each is (`answer_form` reads them)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

ROWS_MORE: Final = 3
ROWS_MAX: Final = 100
# Behind a keyframe: the thing is gone from there, or covered by something.
GONE, COVERED = "-", "o"
# What somebody wrote that says no place, kept as it is; no mark of the form has it.
UNREAD: Final = "where"
_MILLISECONDS: Final = 1000


@dataclass(frozen=True)
class Row:
    """One row of the plain form: a mark, or an empty one to write it in."""

    number: int
    mark_id: str
    type: str
    label: str
    where: str
    text: str


def rows_of(tool: str, own: Sequence[Mapping[str, Any]]) -> list[Row]:
    """The rows of a control's marks: one for each, and some to write more in."""
    rows = [
        Row(
            number,
            mark.get("id", ""),
            mark["type"],
            mark.get("label", ""),
            mark["value"].get(UNREAD) or _where(mark),
            mark["value"].get("text", ""),
        )
        for number, mark in enumerate(own[:ROWS_MAX], 1)
    ]
    more = range(len(rows) + 1, min(ROWS_MAX, len(rows) + ROWS_MORE) + 1)
    return [*rows, *(Row(number, "", tool, "", "", "") for number in more)]


def _where(mark: Mapping[str, Any]) -> str:
    """Where a mark is, as `_value` reads it; empty where a draft holds something else."""
    value, type_ = mark["value"], mark["type"]
    try:
        if type_ in {"polygon", "polyline"}:
            return ", ".join(f"{_shown(x)} {_shown(y)}" for x, y in value["points"])
        if type_ == "track":
            return ", ".join(_keyframe(one) for one in value["keyframes"])
        if type_ == "cell":
            return f"{value['row'] + 1} {value['column'] + 1}"
        if type_ == "segment":
            return f"{_shown(value['start_ms'] / _MILLISECONDS)} {_shown(value['end_ms'] / _MILLISECONDS)}"
        names = {"rect": ("x", "y", "w", "h"), "point": ("x", "y"), "span": ("quote",), "relation": ("from", "to")}
        return " ".join(_shown(value[name]) for name in names[type_])
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError):
        return ""


def _shown(number: object) -> str:
    return f"{number:.6f}".rstrip("0").rstrip(".") if isinstance(number, float) else str(number)


def _keyframe(one: Mapping[str, Any]) -> str:
    mark = COVERED if one.get("occluded") else "" if one.get("visible", True) else GONE
    return " ".join(filter(None, [*(_shown(number) for number in (one["frame"], *one["box"])), mark]))
