"""Which function reads which type of mark, and which types each kind of control takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from services.labelling.checks import fields, shapes, table, text, time
from services.labelling.checks.place import Place
from services.labelling.kinds import ControlKind
from services.labelling.values import Control, ItemFacts

ReadValue = Callable[[Place, Control, ItemFacts], Mapping[str, Any]]

READ_VALUE: Final[Mapping[str, ReadValue]] = {
    "choice": fields.choice,
    "rating": fields.rating,
    "number": fields.number,
    "text": fields.text,
    "pairwise": fields.pairwise,
    "rect": shapes.rect,
    "polygon": shapes.polygon,
    "polyline": shapes.polyline,
    "point": shapes.point,
    "span": text.span,
    "relation": text.relation,
    "segment": time.segment,
    "track": time.track,
    "cell": table.cell,
}
"""By type of mark: what its value says, in canonical form; refuses a broken one."""


def types_of(control: Control) -> tuple[str, ...]:
    """The types of marks that a control takes."""
    return control.tools if control.kind == ControlKind.SHAPE else (control.kind.value,)
