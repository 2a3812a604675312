"""What the marks on an item are checked against: its texts, the sizes of its files, the shapes of its tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.labelling.html_text import text_of_html
from services.labelling.kinds import ObjectKind
from services.labelling.schema import LabelSchema
from services.labelling.values import DataPath, ItemFacts, MediaSize, ShownObject


def held_at(data: Mapping[str, Any], path: DataPath) -> Any:  # noqa: ANN401 - whatever JSON holds
    """What an item's data holds at a place; None for nothing."""
    held: Any = data
    for name in path:
        held = held.get(name) if isinstance(held, Mapping) else None
    return held


def media_named(schema: LabelSchema, data: Mapping[str, Any]) -> frozenset[str]:
    """The media ids that an item's data names where the schema shows files, pictures of options among them."""
    shown = (path for shown in schema.objects if shown.is_media for path in shown.paths)
    held = (held_at(data, path) for path in (*shown, *schema.option_pictures))
    return frozenset(one for one in held if isinstance(one, str) and one.startswith("media:"))


def facts_of(schema: LabelSchema, data: Mapping[str, Any], media: Mapping[str, MediaSize]) -> ItemFacts:
    """The facts of an item.

    Args:
        schema: what is shown of it.
        data: the item's data.
        media: the sizes of its files, by media id (media:<sha256>.<extension>); a file that is not here has no facts.
    """
    texts: dict[str, str] = {}
    sizes: dict[str, MediaSize] = {}
    tables: dict[str, tuple[int, int]] = {}
    for shown in schema.objects:
        held = held_at(data, shown.paths[0])
        if shown.kind in {ObjectKind.TEXT, ObjectKind.HTML} and isinstance(held, str):
            texts[shown.object_id] = text_of_html(held) if shown.kind == ObjectKind.HTML else held
        elif shown.kind == ObjectKind.TABLE:
            _add_table(tables, shown, held)
        elif shown.is_media and shown.kind != ObjectKind.PAIR and isinstance(held, str) and held in media:
            sizes[shown.object_id] = media[held]
    return ItemFacts(texts, sizes, tables)


def _add_table(tables: dict[str, tuple[int, int]], shown: ShownObject, held: object) -> None:
    rows = held.get("rows") if isinstance(held, Mapping) else None
    columns = held.get("columns") if isinstance(held, Mapping) else None
    if isinstance(rows, list) and isinstance(columns, list):
        tables[shown.object_id] = (len(rows), len(columns))
