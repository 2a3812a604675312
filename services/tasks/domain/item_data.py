"""What an item's data may show: every object of the label schema is there, in a form that pages can show safely.

What is stored is what everybody sees: texts in NFC with plain line ends, html without anything but structure.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from services.labelling.annotation import text_of_html
from services.labelling.document import DocumentError, read_object
from services.labelling.kinds import FIELD_KINDS, ObjectKind
from services.labelling.safe_html import safe
from services.labelling.schema import LabelSchema
from services.labelling.values import DataPath, MediaSize, ShownObject

DATA_BYTES_MAX = 256 * 1024
INLINE_PICTURE_BYTES_MAX = 64 * 1024
COLUMNS_MAX = 100
ROWS_MAX = 1_000
CELL_LENGTH_MAX = 2_000

_CLEANINGS_MAX = 8
_PRE_BEGINS = re.compile(r"(<pre[^>]*>)\n+")
_MEDIA_ID = re.compile(r"media:[0-9a-f]{64}\.([a-z0-9]{1,5})")
_PICTURE_ENDINGS = frozenset({"png", "jpg", "webp", "gif"})
_INLINE = re.compile(r"data:image/(png|jpeg|webp|gif);base64,")
_SIGNATURES = {
    "png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "jpeg": re.compile(rb"\xff\xd8\xff"),
    "webp": re.compile(rb"RIFF....WEBP", re.DOTALL),
    "gif": re.compile(rb"GIF8[79]a"),
}
_WANTED_MEDIA = {
    ObjectKind.IMAGE: "a picture",
    ObjectKind.AUDIO: "a sound",
    ObjectKind.VIDEO: "a video",
}


class DataError(ValueError):
    """An item's data cannot be shown: the words name the place; the rule by its code, with its place and its number."""

    def __init__(self, words: str, rule: str, place: str = "", most: int = 0) -> None:
        super().__init__(words)
        self.rule, self.place, self.most = rule, place, most


@dataclass(frozen=True)
class NamedMedia:
    """A stored file that an item's data names."""

    place: str
    kind: ObjectKind
    media_id: str


@dataclass(frozen=True)
class ItemData:
    """An item's data as it is stored, and the files that it names, to be looked up among the job's."""

    data_json: str
    data: Mapping[str, Any] = field(default_factory=dict)
    media: tuple[NamedMedia, ...] = ()


def read_data(data_json: str, schema: LabelSchema) -> ItemData:
    """An item's data for a schema, in the form in which it is stored.

    Raises:
        DataError: naming the place and the rule.
    """
    size = len(data_json.encode("utf-8", "surrogatepass"))
    if size > DATA_BYTES_MAX:
        words = f"{size} bytes, at most {DATA_BYTES_MAX}; put large media behind a reference"
        raise DataError(words, "data_large", most=DATA_BYTES_MAX)
    try:
        data = read_object(data_json)
    except DocumentError as error:
        raise DataError(str(error), "no_json") from None
    reader = _Reader(schema, data)
    for shown in schema.objects:
        for path in shown.paths:
            reader.read(shown, path)
        if shown.alt_path is not None:
            reader.read_alt(shown.alt_path)
    for path in schema.option_pictures:
        reader.read_picture(path)
    return ItemData(reader.written(data_json), data, tuple(reader.media))


def check_media(named: NamedMedia, known: Mapping[str, MediaSize]) -> None:
    """Checks that a stored file can be shown there. `known` are the files of the job.

    Raises:
        DataError: it is none of them, or of another kind.
    """
    size = known.get(named.media_id)
    if size is None:
        raise _no_media(named.place, named.kind)
    if kind_of_media(named.media_id, size) is not named.kind:
        words = f"{named.place} must be {_WANTED_MEDIA[named.kind]}, and is another kind of file"
        raise DataError(words, "media_kind", named.place)


def kind_of_media(media_id: str, size: MediaSize) -> ObjectKind:
    """What kind of thing a stored file is."""
    if media_id.rpartition(".")[2] in _PICTURE_ENDINGS:
        return ObjectKind.IMAGE
    return ObjectKind.VIDEO if size.width else ObjectKind.AUDIO


class _Reader:
    """Reads the places of one item's data and writes what is stored instead."""

    def __init__(self, schema: LabelSchema, data: dict[str, Any]) -> None:
        self._marked = {control.on for control in schema.controls if control.kind not in FIELD_KINDS}
        self._data = data
        self._changed = False
        self.media: list[NamedMedia] = []

    def read(self, shown: ShownObject, path: DataPath) -> None:
        """Checks what is at a place."""
        place = ".".join(("$", *path))
        holder, held = self._at(path)
        kind = shown.pair_of or shown.kind
        if shown.is_media:
            self._read_media(place, held, kind, inline=shown.object_id not in self._marked)
        elif kind is ObjectKind.TABLE:
            self._put(holder, path, held, _table(place, held))
        else:
            if not isinstance(held, str) or not held:
                raise DataError(f"needs a text at {place}", "no_text", place)
            text = _plain(place, held)
            self._put(holder, path, held, _html(place, text) if kind is ObjectKind.HTML else text)

    def read_picture(self, path: DataPath) -> None:
        """Checks the picture of an option."""
        self._read_media(".".join(("$", *path)), self._at(path)[1], ObjectKind.IMAGE, inline=True)

    def read_alt(self, path: DataPath) -> None:
        """Checks the words that describe a picture, where there are any."""
        holder, held = self._at(path)
        if isinstance(held, str):
            self._put(holder, path, held, _plain(".".join(("$", *path)), held))
        elif held is not None:
            place = ".".join(("$", *path))
            raise DataError(f"needs a text, or nothing, at {place}", "no_text", place)

    def written(self, as_sent: str) -> str:
        """The data as it is stored."""
        return json.dumps(self._data, ensure_ascii=False) if self._changed else as_sent

    def _at(self, path: DataPath) -> tuple[dict[str, Any], object]:
        holder: dict[str, Any] = self._data
        for name in path[:-1]:
            deeper = holder.get(name)
            holder = deeper if isinstance(deeper, dict) else {}
        return holder, holder.get(path[-1])

    def _put(self, holder: dict[str, Any], path: DataPath, before: object, after: object) -> None:
        if after != before:
            holder[path[-1]] = after
            self._changed = True

    def _read_media(self, place: str, held: object, kind: ObjectKind, *, inline: bool) -> None:
        if isinstance(held, str) and _MEDIA_ID.fullmatch(held):
            self.media.append(NamedMedia(place, kind, held))
            return
        if kind is ObjectKind.IMAGE and inline and isinstance(held, str) and _is_inline_picture(held):
            return
        raise _no_media(place, kind)


def _plain(place: str, text: str) -> str:
    """A text in NFC with line ends as browsers count them."""
    if "\x00" in text:
        raise DataError(f"the text at {place} holds a NUL character", "letters", place)
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def _html(place: str, text: str) -> str:
    """Html as a browser will show it: cleaned until nothing changes, so that places in its text stay."""
    clean = _cleaned(text)
    for _ in range(_CLEANINGS_MAX):
        before, clean = clean, _cleaned(clean)
        if clean == before:
            break
    else:
        words = f"the html at {place} is nested so that no browser would keep it as it is"
        raise DataError(words, "html_deep", place)
    if not text_of_html(clean).strip():
        words = f"nothing of the html at {place} can be read: only text in its structure is kept"
        raise DataError(words, "html_empty", place)
    return clean


def _cleaned(text: str) -> str:
    # A browser leaves out the line end that a <pre> begins with.
    return unicodedata.normalize("NFC", _PRE_BEGINS.sub(r"\1", safe(text)))


def _table(place: str, held: object) -> dict[str, Any]:
    if (
        not isinstance(held, dict)
        or not isinstance(held.get("columns"), list)
        or not isinstance(held.get("rows"), list)
    ):
        words = f'needs a table at {place}: {{"columns": ["name", ...], "rows": [["cell", ...], ...]}}'
        raise DataError(words, "no_table", place)
    columns, rows = held["columns"], held["rows"]
    if not 1 <= len(columns) <= COLUMNS_MAX:
        words = f"the table at {place} has {len(columns):,} columns; pages can show 1 to {COLUMNS_MAX}"
        raise DataError(words, "columns", place, COLUMNS_MAX)
    if not 1 <= len(rows) <= ROWS_MAX:
        words = f"the table at {place} has {len(rows):,} rows; pages can show 1 to {ROWS_MAX:,}"
        raise DataError(words, "rows", place, ROWS_MAX)
    for number, row in enumerate(rows):
        if not isinstance(row, list) or len(row) != len(columns):
            words = f"{place}.rows[{number}] must hold {len(columns)} cells, one for each column"
            raise DataError(words, "cells", f"{place}.rows[{number}]", len(columns))
    return {
        "columns": [_cell(f"{place}.columns[{at}]", cell) for at, cell in enumerate(columns)],
        "rows": [
            [_cell(f"{place}.rows[{number}][{at}]", cell) for at, cell in enumerate(row)]
            for number, row in enumerate(rows)
        ],
    }


def _cell(place: str, cell: object) -> str:
    if not isinstance(cell, str) or len(cell) > CELL_LENGTH_MAX:
        words = f"{place} must be a text of at most {CELL_LENGTH_MAX:,} characters"
        raise DataError(words, "cell", place, CELL_LENGTH_MAX)
    return _plain(place, cell)


def _is_inline_picture(text: str) -> bool:
    """Whether a text is a data URL (RFC 2397) of at most 64 KiB that holds what it says."""
    if len(text) > INLINE_PICTURE_BYTES_MAX:
        return False
    match = _INLINE.match(text)
    if match is None:
        return False
    try:
        content = base64.b64decode(text[match.end() :], validate=True)
    except (ValueError, binascii.Error):
        return False
    return _SIGNATURES[match[1]].match(content) is not None


def _no_media(place: str, kind: ObjectKind) -> DataError:
    words = f"{_WANTED_MEDIA[kind]} at {place} must be media:<id> of this job (upload it with PutMedia)"
    if kind is ObjectKind.IMAGE:
        words = (
            f"the picture at {place} must be media:<id> (upload it with PutMedia) or a small data:image/... "
            "(PNG, JPEG, WebP or GIF in base64, at most 64 KiB; not where marks are made on it)"
        )
    return DataError(words, f"no_{kind.value}", place)
