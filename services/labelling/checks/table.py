"""Cells of a table, counted from 0, the header not among them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.labelling.checks.place import Place
from services.labelling.values import Control, ItemFacts


def cell(place: Place, control: Control, facts: ItemFacts) -> Mapping[str, Any]:
    """One cell."""
    place.knows("row", "column")
    rows, columns = facts.tables.get(control.on, (None, None))
    return {"row": _index(place.at("row"), rows), "column": _index(place.at("column"), columns)}


def _index(held: Place, count: int | None) -> int:
    if count == 0:
        held.wrong("is outside: the table is empty")
    return held.whole(0, count - 1 if count else None)
