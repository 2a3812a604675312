"""What a label schema asks, as pages show it in one language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from services.gateway.pages.work.rows import ROWS_MAX, Row, rows_of
from services.labelling.kinds import FIELD_KINDS, ControlKind

FIELDS: Final = frozenset(kind.value for kind in FIELD_KINDS)
DIGITS: Final = "1234567890"
_SHORT_LABEL: Final = 3
_BELOW_MAX: Final = 5
RATING: Final = (1, 5)
_TEXT_LENGTH_MAX: Final = 2000
_TEXT_ROWS: Final = 4
_MARKS_MAX: Final = 1000
# What islands hold: the part of a page's script that shows this kind of marks.
ISLANDS: Final = {
    "shape": "shapes",
    "track": "tracks",
    "span": "spans",
    "relation": "spans",
    "segment": "segments",
    "cell": "cells",
}


@dataclass(frozen=True)
class Option:
    """One choice or label: its value, how it is shown, the key that chooses it (empty: none), and how marks of it look.

    `image`: where an item's data holds the picture of a choice; empty for none.
    """

    value: str
    label: str
    key: str = ""
    color: str = ""
    pattern: str = "solid"
    image: str = ""

    @property
    def view(self) -> dict[str, str]:
        """As the page's scripts get it; the names of places in the data are nobody's business there."""
        return {
            "value": self.value,
            "label": self.label,
            "key": self.key,
            "color": self.color,
            "pattern": self.pattern,
        }


@dataclass(frozen=True)
class Asked:
    """One control as a page shows it: what is the same in `ControlView` of the scripts has the same name there.

    Attributes:
        control_id, kind, on: as in the schema.
        words: what is asked.
        options: what to choose from.
        source: the control as the schema has it.
        ends: what the two ends of a rating mean.
        unit: of a number.
    """

    control_id: str
    kind: str
    on: str
    words: str
    options: tuple[Option, ...]
    required: bool
    source: dict[str, Any]
    ends: tuple[str, str] = ("", "")
    unit: str = ""

    @property
    def is_field(self) -> bool:
        """It is a field of the form, not marks on what is shown."""
        return self.kind in FIELDS

    @property
    def multiple(self) -> bool:
        """Several may be chosen."""
        return self.source.get("multiple") is True

    @property
    def tie(self) -> bool:
        """Both of a pair may be as good."""
        return self.source.get("tie") is True

    @property
    def length_max(self) -> int:
        """The most characters of a text or a transcript."""
        return int(self.source.get("max_length", _TEXT_LENGTH_MAX))

    @property
    def rows(self) -> int:
        """How many lines of a text are shown."""
        return int(self.source.get("rows", _TEXT_ROWS))

    @property
    def tools(self) -> tuple[str, ...]:
        """The types of its marks; a control that has one type only has its own name."""
        return tuple(self.source.get("tools", ("rect",))) if self.kind == ControlKind.SHAPE else (self.kind,)

    @property
    def shape(self) -> str:
        """How the choices are laid out: with pictures, `short` beside each other, `many` in columns, else `few` in a row."""
        if any(option.image for option in self.options):
            return "pictured"
        if len(self.options) > _BELOW_MAX and all(len(option.label) <= _SHORT_LABEL for option in self.options):
            return "short"
        return "many" if len(self.options) > len(DIGITS) else "few"

    def rows_for(self, marks: Sequence[Mapping[str, Any]]) -> list[Row]:
        """Its marks as rows of the plain form."""
        return rows_of(self.tools[0], [mark for mark in marks if mark["control"] == self.control_id])

    def unseen_count(self, marks: Sequence[Mapping[str, Any]]) -> int:
        """How many of its marks have no row of their own."""
        own = [mark for mark in marks if mark["control"] == self.control_id]
        return max(0, len(own) - ROWS_MAX)

    def value_in(self, marks: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
        """What the answer says in this field; empty for nothing."""
        return next((mark["value"] for mark in marks if mark["control"] == self.control_id), {})

    def shown(self, value: str) -> str:
        """A label in words; the value itself where the schema does not know it."""
        return next((option.label for option in self.options if option.value == value), value)

    @property
    def view(self) -> dict[str, Any]:
        """As the page's scripts get it."""
        source = self.source
        return {
            "id": self.control_id,
            "kind": self.kind,
            "on": self.on,
            "words": self.words,
            "labels": [option.view for option in self.options],
            "required": self.required,
            "least": source.get("min", 0),
            "most": source.get("max", 1 if self.is_field else _MARKS_MAX),
            "exclusiveWith": source.get("exclusive_with", []),
            "multiple": self.multiple,
            "tools": list(self.tools) if self.kind == ControlKind.SHAPE else [],
            "minPx": source.get("min_px", 4),
            "low": source.get("low"),
            "high": source.get("high"),
            "step": source.get("step"),
            "lengthMax": self.length_max,
            "transcript": source.get("transcript") is True,
            "overlap": source.get("overlap") is True,
            "tie": self.tie,
        }


@dataclass(frozen=True)
class ShownObject:
    """One thing shown: where an item's data holds it (two places for a pair), and where it is described in words."""

    object_id: str
    kind: str
    sources: tuple[str, ...]
    alt: str
    pair_of: str = ""


@dataclass(frozen=True)
class Question:
    """What is asked of an item.

    Attributes:
        controls: what is asked, in the schema's order.
        words: the whole question, where the company says it; empty otherwise.
        not_sure: whether one may say so.
        objects: what is shown.
        guide: the instructions.
        guide_language: what they are written in.
    """

    controls: tuple[Asked, ...]
    words: str
    not_sure: bool
    objects: tuple[ShownObject, ...]
    guide: str
    guide_language: str

    @property
    def plain(self) -> Asked | None:
        """The control of a question that asks one choice and nothing else; None for any other."""
        only = self.controls[0] if len(self.controls) == 1 else None
        return only if only and only.kind == ControlKind.CHOICE and not only.multiple else None

    @property
    def islands(self) -> tuple[str, ...]:
        """The names of the islands that its page needs."""
        return tuple(dict.fromkeys(ISLANDS[control.kind] for control in self.controls if control.kind in ISLANDS))

    def control(self, control_id: str) -> Asked | None:
        """A control by its id."""
        return next((one for one in self.controls if one.control_id == control_id), None)

    @property
    def view(self) -> dict[str, Any]:
        """As the page's scripts get it."""
        return {
            "controls": [control.view for control in self.controls],
            "objects": [{"id": one.object_id, "kind": one.kind} for one in self.objects],
            "words": self.words,
            "notSure": self.not_sure,
            "guide": self.guide,
        }
