"""What a job's label schema means for the files that a company sends."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from services.labelling.kinds import ObjectKind
from services.labelling.schema import parse_label_schema

Path = tuple[str, ...]
ENDINGS: Final = {
    ObjectKind.IMAGE: (".png", ".jpg", ".jpeg", ".webp", ".gif"),
    ObjectKind.AUDIO: (".wav", ".mp3", ".m4a", ".aac", ".ogg", ".opus", ".flac", ".webm"),
    ObjectKind.VIDEO: (".mp4", ".m4v", ".mov", ".webm", ".mkv", ".avi"),
}
"""How the names of media files end."""


@dataclass(frozen=True)
class Showing:
    """What items of a job show.

    Attributes:
        objects: (kind, the keys that lead to it in an item's data) of each thing that is shown, then of options' pictures.
        plain: one choice is asked, so that known answers are labels.
    """

    objects: tuple[tuple[ObjectKind, Path], ...]
    plain: bool

    @property
    def media(self) -> tuple[tuple[ObjectKind, Path], ...]:
        """Those that are files."""
        return tuple(one for one in self.objects if one[0] in ENDINGS)

    @property
    def endings(self) -> tuple[str, ...]:
        """How the names of files that can be shown end."""
        kinds = dict.fromkeys(kind for kind, _ in self.media)
        return tuple(dict.fromkeys(ending for kind in kinds for ending in ENDINGS[kind]))

    @property
    def is_text(self) -> bool:
        """One text or html is shown and nothing else: a column of a table has room for it."""
        return len(self.objects) == 1 and self.objects[0][0] in {ObjectKind.TEXT, ObjectKind.HTML}

    @property
    def sample(self) -> str:
        """A line of JSON as a file for the job has them."""
        data: dict[str, Any] = {}
        for number, (kind, path) in enumerate(self.objects, 1):
            put_at(data, path, _sample(kind, number))
        row: dict[str, Any] = {"key": "1", "data": data} | ({} if self.plain else {"gold": {"results": []}})
        return json.dumps(row, ensure_ascii=False)


def showing_of(label_schema_json: str, annotation_type: int) -> Showing:
    """What a schema (which tasks has checked) shows."""
    schema = parse_label_schema(label_schema_json, annotation_type)
    objects = tuple((shown.pair_of or shown.kind, path) for shown in schema.objects for path in shown.paths)
    pictures = tuple((ObjectKind.IMAGE, path) for path in schema.option_pictures)
    return Showing((*objects, *pictures), schema.plain is not None)


def held_at(data: object, path: Path) -> object:
    """What data hold at a place; None for nothing."""
    for name in path:
        data = data.get(name) if isinstance(data, dict) else None
    return data


def put_at(data: dict[str, Any], path: Path, value: object) -> None:
    """Puts something at a place of data."""
    for name in path[:-1]:
        deeper = data.setdefault(name, {})
        data = deeper if isinstance(deeper, dict) else {}
    data[path[-1]] = value


def _sample(kind: ObjectKind, number: int) -> object:
    if kind in ENDINGS:
        return f"file-{number}{ENDINGS[kind][0]}"
    if kind is ObjectKind.TABLE:
        return {"columns": ["a", "b"], "rows": [["1", "2"], ["3", "4"]]}
    return "<p>...</p>" if kind is ObjectKind.HTML else "..."
