"""What a checked label schema and a checked answer are, as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.labelling.kinds import MEDIA_KINDS, ControlKind, ObjectKind

DataPath = tuple[str, ...]
"""The keys that lead to a place in an item's data: ("text",) for $.text."""


@dataclass(frozen=True)
class Label:
    """One label or option.

    Attributes:
        value: as answers hold it.
        ko, en: as people read it; empty where the company gave none.
        key: the digit that chooses it, empty for none.
        color, pattern: how marks of it are drawn: #rrggbb, and solid, dashed, dotted or double.
        image: where an item's data holds the picture of an option; None for none.
    """

    value: str
    ko: str = ""
    en: str = ""
    key: str = ""
    color: str = ""
    pattern: str = "solid"
    image: DataPath | None = None


@dataclass(frozen=True)
class ShownObject:
    """One thing that is shown.

    Attributes:
        object_id: its id in the schema, which controls name in `on`.
        kind: what it is.
        paths: where an item's data holds it; two for a pair, otherwise one.
        alt_path: where the data describes a picture in words; None for nowhere.
        pair_of: what the two of a pair are, text or image; None for other kinds.
    """

    object_id: str
    kind: ObjectKind
    paths: tuple[DataPath, ...]
    alt_path: DataPath | None = None
    pair_of: ObjectKind | None = None

    @property
    def is_media(self) -> bool:
        """Whether it is a file in the store."""
        return (self.pair_of or self.kind) in MEDIA_KINDS


@dataclass(frozen=True)
class Control:
    """One thing that is asked.

    Attributes:
        control_id: its id in the schema, which marks name.
        kind: what it is.
        on: the object that it is about; for a relation, the control whose spans it joins.
        labels: what to choose from; a rating, number or text has none, a segment or text may have none.
        required: at least one mark must be made.
        least, most: how many marks, where any are made.
        exclusive_with: controls that must be empty where this one is not.
        multiple: choice: several may be chosen.
        tools: shape: which of rect, polygon, polyline, point.
        min_px: shape and track: the least width and height, in pixels of the picture.
        low, high, step: rating and number: the scale; None where it is open.
        length_max: text, and transcripts of segments: the most characters.
        transcript: segment: each has a text.
        overlap: span and segment: marks may lie over each other.
        tie: pairwise: "both are as good" may be said.
    """

    control_id: str
    kind: ControlKind
    on: str = ""
    labels: tuple[Label, ...] = ()
    required: bool = False
    least: int = 0
    most: int = 1
    exclusive_with: tuple[str, ...] = ()
    multiple: bool = False
    tools: tuple[str, ...] = ()
    min_px: float = 0.0
    low: float | None = None
    high: float | None = None
    step: float | None = None
    length_max: int = 0
    transcript: bool = False
    overlap: bool = False
    tie: bool = False

    @property
    def values(self) -> tuple[str, ...]:
        """The labels' values, in the schema's order."""
        return tuple(label.value for label in self.labels)


@dataclass(frozen=True)
class Example:
    """An example of a guide.

    Attributes:
        good: whether it shows how to do it, or how not to.
        data: what it shows, in the form of an item's data.
        results: the marks on it, in the form of an answer's.
    """

    good: bool
    data: Mapping[str, Any]
    results: Sequence[Any]


@dataclass(frozen=True)
class Mark:
    """One mark of an answer.

    Attributes:
        mark_id: its id within the answer; empty for the fields of a form.
        control: the control's id.
        type: choice, rating, number, text, rect, polygon, polyline, point, span, segment, track, cell, pairwise, relation.
        label: the label's value; empty where its control has none.
        value: what it says, in the form of its type (services/labelling/README.md).
    """

    mark_id: str
    control: str
    type: str
    label: str
    value: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class MediaSize:
    """What is known of a file that is shown; 0 where it does not apply. Sizes in pixels, fps as a fraction."""

    width: int = 0
    height: int = 0
    duration_ms: int = 0
    fps_numerator: int = 0
    fps_denominator: int = 1
    frame_count: int = 0


@dataclass(frozen=True)
class ItemFacts:
    """What marks on an item are checked against, by the ids of the schema's objects.

    Attributes:
        texts: the texts shown, as people see them (of html: the text without tags, as `text_of_html` gives it).
        media: sizes of the files shown.
        tables: (rows, columns) of the tables shown, header not counted.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    media: Mapping[str, MediaSize] = field(default_factory=dict)
    tables: Mapping[str, tuple[int, int]] = field(default_factory=dict)
