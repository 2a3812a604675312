"""The objects and controls of a label schema as values, made of entries that keep its form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from services.labelling.kinds import FIELD_KINDS, ControlKind, ObjectKind
from services.labelling.values import Control, DataPath, Label, ShownObject

MARKS_MAX: Final = 2_000
"""Marks of one control, where the schema says no number."""
RATING_DEFAULT: Final = (1, 5)
MIN_PX_DEFAULT: Final = 4.0
TEXT_LENGTH_DEFAULT: Final = 2_000

_HAS_LENGTH: Final = frozenset({ControlKind.TEXT, ControlKind.SEGMENT})
_HAS_PIXELS: Final = frozenset({ControlKind.SHAPE, ControlKind.TRACK})


def object_of(entry: Mapping[str, Any]) -> ShownObject:
    """One object."""
    source = entry["from"]
    paths = tuple(data_path(one) for one in ([source] if isinstance(source, str) else source))
    alt = data_path(entry["alt"]) if "alt" in entry else None
    of = ObjectKind(entry["of"]) if entry.get("of") else None
    return ShownObject(entry["id"], ObjectKind(entry["kind"]), paths, alt, of)


def data_path(source: str) -> DataPath:
    """The keys of a place: ("photo", "url") for $.photo.url."""
    return tuple(source.removeprefix("$.").split("."))


def control_of(entry: Mapping[str, Any]) -> Control:
    """One control, with the defaults of its kind where the schema says nothing."""
    kind = ControlKind(entry["kind"])
    low, high = _scale(kind, entry)
    return Control(
        entry["id"],
        kind,
        on=entry["on"],
        labels=tuple(_label(one) for one in entry.get("options") or entry.get("labels") or ()),
        required=entry.get("required", False),
        least=entry.get("min", 0),
        most=entry.get("max", 1 if kind in FIELD_KINDS else MARKS_MAX),
        exclusive_with=tuple(entry.get("exclusive_with", ())),
        multiple=entry.get("multiple", False),
        tools=tuple(entry.get("tools", ())),
        min_px=float(entry.get("min_px", MIN_PX_DEFAULT)) if kind in _HAS_PIXELS else 0.0,
        low=low,
        high=high,
        step=entry.get("step"),
        length_max=entry.get("max_length", TEXT_LENGTH_DEFAULT) if kind in _HAS_LENGTH else 0,
        transcript=entry.get("transcript", False),
        overlap=entry.get("overlap", False),
        tie=entry.get("tie", False),
    )


def _label(entry: Mapping[str, Any]) -> Label:
    return Label(
        entry["value"],
        entry.get("ko", ""),
        entry.get("en", ""),
        entry.get("key", ""),
        entry.get("color", ""),
        entry.get("pattern", "solid"),
        data_path(entry["image"]) if "image" in entry else None,
    )


def _scale(kind: ControlKind, entry: Mapping[str, Any]) -> tuple[float | None, float | None]:
    if kind == ControlKind.RATING:
        return entry.get("low", RATING_DEFAULT[0]), entry.get("high", RATING_DEFAULT[1])
    return entry.get("low"), entry.get("high")
