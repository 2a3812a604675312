"""The kinds of work, of things shown and of controls: the names that schemas, answers and contracts use."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum, StrEnum
from typing import Final


class AnnotationType(IntEnum):
    """What is labelled and how; numbers as in the contract. Certificates, skills and jobs are per annotation type."""

    TEXT_CHOICE = 1
    IMAGE_CHOICE = 2
    IMAGE_SHAPE = 3
    TEXT_SPAN = 4
    AUDIO_SEGMENT = 5
    VIDEO_TRACK = 6
    TABLE_CELL = 7
    PAIR_CHOICE = 8
    TEXT_WRITING = 9


class ObjectKind(StrEnum):
    """What is shown."""

    IMAGE = "image"
    TEXT = "text"
    AUDIO = "audio"
    VIDEO = "video"
    TABLE = "table"
    HTML = "html"
    PAIR = "pair"


class ControlKind(StrEnum):
    """What is asked."""

    CHOICE = "choice"
    RATING = "rating"
    NUMBER = "number"
    TEXT = "text"
    SHAPE = "shape"
    SPAN = "span"
    SEGMENT = "segment"
    TRACK = "track"
    CELL = "cell"
    PAIRWISE = "pairwise"
    RELATION = "relation"


MEDIA_KINDS: Final = frozenset({ObjectKind.IMAGE, ObjectKind.AUDIO, ObjectKind.VIDEO})
"""Objects that are files in the store, named by media ids."""

FIELD_KINDS: Final = frozenset(
    {ControlKind.CHOICE, ControlKind.RATING, ControlKind.NUMBER, ControlKind.TEXT, ControlKind.PAIRWISE}
)
"""Controls that are one field of a form; the others are marks made on what is shown."""

MARKED_ON: Final[Mapping[ControlKind, frozenset[ObjectKind]]] = {
    ControlKind.SHAPE: frozenset({ObjectKind.IMAGE}),
    ControlKind.SPAN: frozenset({ObjectKind.TEXT, ObjectKind.HTML}),
    ControlKind.SEGMENT: frozenset({ObjectKind.AUDIO, ObjectKind.VIDEO}),
    ControlKind.TRACK: frozenset({ObjectKind.VIDEO}),
    ControlKind.CELL: frozenset({ObjectKind.TABLE}),
    ControlKind.PAIRWISE: frozenset({ObjectKind.PAIR}),
}
"""What each kind of mark can be made on; the controls that are not here can be about anything."""

_CHOOSES: Final = frozenset({ControlKind.CHOICE, ControlKind.RATING, ControlKind.NUMBER})

LEADING: Final[Mapping[AnnotationType, tuple[frozenset[ObjectKind], frozenset[ControlKind]]]] = {
    AnnotationType.TEXT_CHOICE: (frozenset({ObjectKind.TEXT, ObjectKind.HTML}), _CHOOSES),
    AnnotationType.IMAGE_CHOICE: (frozenset({ObjectKind.IMAGE}), _CHOOSES),
    AnnotationType.IMAGE_SHAPE: (frozenset({ObjectKind.IMAGE}), frozenset({ControlKind.SHAPE})),
    AnnotationType.TEXT_SPAN: (frozenset({ObjectKind.TEXT, ObjectKind.HTML}), frozenset({ControlKind.SPAN})),
    AnnotationType.AUDIO_SEGMENT: (
        frozenset({ObjectKind.AUDIO}),
        _CHOOSES | {ControlKind.SEGMENT, ControlKind.TEXT},
    ),
    AnnotationType.VIDEO_TRACK: (
        frozenset({ObjectKind.VIDEO}),
        _CHOOSES | {ControlKind.TRACK, ControlKind.SEGMENT},
    ),
    AnnotationType.TABLE_CELL: (frozenset({ObjectKind.TABLE}), _CHOOSES | {ControlKind.CELL}),
    AnnotationType.PAIR_CHOICE: (frozenset({ObjectKind.PAIR}), frozenset({ControlKind.PAIRWISE})),
    AnnotationType.TEXT_WRITING: (
        frozenset({ObjectKind.TEXT, ObjectKind.HTML, ObjectKind.IMAGE, ObjectKind.TABLE}),
        frozenset({ControlKind.TEXT}),
    ),
}
"""What each annotation type shows, and what at least one of its controls must be; others may stand beside it."""
