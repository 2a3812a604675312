"""How each kind of control is compared and fused: one file a kind, all of them named here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from services.labelling.kinds import ControlKind
from services.labelling.likeness.answers import Kind
from services.labelling.likeness.cell import CELL
from services.labelling.likeness.choice import CHOICE
from services.labelling.likeness.number import NUMBER
from services.labelling.likeness.pairwise import PAIRWISE
from services.labelling.likeness.rating import RATING
from services.labelling.likeness.relation import RELATION
from services.labelling.likeness.segment import SEGMENT
from services.labelling.likeness.shape import SHAPE
from services.labelling.likeness.span import SPAN
from services.labelling.likeness.text import TEXT
from services.labelling.likeness.track import TRACK

KINDS: Final[Mapping[ControlKind, Kind]] = {
    ControlKind.CHOICE: CHOICE,
    ControlKind.RATING: RATING,
    ControlKind.NUMBER: NUMBER,
    ControlKind.TEXT: TEXT,
    ControlKind.SHAPE: SHAPE,
    ControlKind.SPAN: SPAN,
    ControlKind.SEGMENT: SEGMENT,
    ControlKind.TRACK: TRACK,
    ControlKind.CELL: CELL,
    ControlKind.PAIRWISE: PAIRWISE,
    ControlKind.RELATION: RELATION,
}
"""Every kind, relations after what they join: they are fused in this order."""
