"""What is shown of an item: each object of the schema with what the item's data holds for it and what is known of its file."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from ilgam.common.v1.common_pb2 import MediaFacts
from ilgam.tasks.v1 import tasks_service_pb2 as pb
from markupsafe import Markup

from services.gateway.pages.work.asked import Question, ShownObject
from services.labelling.safe_html import safe

LinkOf = Callable[[str], str]

_MEDIA: Final = frozenset({"image", "audio", "video"})
_HANGUL: Final = re.compile(r"[\uac00-\ud7a3]")


@dataclass(frozen=True)
class Part:
    """One shown object of one item; of a pair there are two. Or the picture of an option, which no object shows.

    Attributes:
        object_id, kind: as in the schema; of a pair, what the two are.
        text: a text or html itself; of media where it is, empty where it has no address.
        alt: what it shows, in words.
        language: what a text is written in, as far as one can see.
        facts: what is known of the file.
        small_url: where a small picture of a picture or film is; empty where there is none.
        peaks_url: where the loudness of a recording is.
        columns, rows: of a table.
        control, option: whose picture it is; `object_id` is empty then.
    """

    object_id: str
    kind: str
    text: str
    alt: str = ""
    language: str = ""
    facts: MediaFacts | None = None
    small_url: str = ""
    peaks_url: str = ""
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    control: str = ""
    option: str = ""

    @property
    def markup(self) -> Markup:
        """Html as a template puts it in; it was made harmless before."""
        return Markup(self.text if self.kind == "html" else "")  # noqa: S704 - `safe` has made it

    @property
    def view(self) -> dict[str, Any]:
        """As the page's scripts get it."""
        facts = self.facts or MediaFacts()
        return {
            "object": self.object_id,
            "kind": self.kind,
            "text": self.text,
            "alt": self.alt,
            "language": self.language,
            "width": facts.width,
            "height": facts.height,
            "durationMs": facts.duration_ms,
            "fps": [facts.fps_numerator, facts.fps_denominator or 1],
            "frameCount": facts.frame_count,
            "peaksUrl": self.peaks_url,
            "columns": self.columns,
            "rows": self.rows,
            "control": self.control,
            "option": self.option,
        }


def parts_of(assignment: pb.Assignment, question: Question, link_of: LinkOf) -> tuple[Part, ...]:
    """What an item shows, in the order of the schema's objects; then the pictures of options."""
    data: object = json.loads(assignment.data_json)
    facts = {one.media_id: one for one in assignment.media}
    shown = (_part(data, shown, source, facts, link_of) for shown in question.objects for source in shown.sources)
    return (*shown, *_option_pictures(data, question, link_of))


def _option_pictures(data: object, question: Question, link_of: LinkOf) -> Iterator[Part]:
    for control in question.controls:
        for option in control.options:
            if option.image:
                address = _link(_text(_held(data, option.image)), link_of)
                yield Part("", "image", address, option.label, control=control.control_id, option=option.value)


def _part(data: object, shown: ShownObject, source: str, facts: dict[str, MediaFacts], link_of: LinkOf) -> Part:
    held, kind = _held(data, source), shown.pair_of or shown.kind
    alt = _text(_held(data, shown.alt)) if shown.alt else ""
    if kind == "table":
        columns, rows = _table(held)
        return Part(shown.object_id, kind, "", alt, columns=columns, rows=rows)
    content = _text(held)
    if kind == "html":
        content = safe(content)
    if kind not in _MEDIA:
        return Part(shown.object_id, kind, content, language="ko" if _HANGUL.search(content) else "")
    known = facts.get(content)
    peaks = _link(known.peaks_id, link_of) if known and known.peaks_id else ""
    small = _link(known.thumbnail_id, link_of) if known and known.thumbnail_id else ""
    return Part(shown.object_id, kind, _link(content, link_of), alt, facts=known, small_url=small, peaks_url=peaks)


def _link(content: str, link_of: LinkOf) -> str:
    try:
        return link_of(content) if content.startswith("media:") else content
    except ValueError:
        return ""


def _held(data: object, source: str) -> object:
    for name in source.removeprefix("$.").split("."):
        data = data.get(name) if isinstance(data, dict) else None
    return data


def _text(held: object) -> str:
    return held if isinstance(held, str) else ""


def _table(held: object) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    table = held if isinstance(held, dict) else {}
    columns, rows = table.get("columns"), table.get("rows")
    return _cells(columns), tuple(_cells(row) for row in rows) if isinstance(rows, list) else ()


def _cells(cells: object) -> tuple[str, ...]:
    return tuple(str(cell) for cell in cells) if isinstance(cells, list) else ()
