"""Whether one imported row can become an item."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from services.labelling.schema import LabelSchema

DATA_BYTES_MAX = 256 * 1024
KEY_LENGTH_MAX = 2000
INLINE_PICTURE_BYTES_MAX = 64 * 1024

_MEDIA_ID = re.compile(r"media:[0-9a-f]{64}\.(png|jpg|webp|gif)")
_INLINE = re.compile(r"data:image/(png|jpeg|webp|gif);base64,")
_SIGNATURES = {
    "png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "jpeg": re.compile(rb"\xff\xd8\xff"),
    "webp": re.compile(rb"RIFF....WEBP", re.DOTALL),
    "gif": re.compile(rb"GIF8[79]a"),
}


@dataclass(frozen=True)
class ImportRow:
    """One row as it was sent. `gold_label` is empty for ordinary items."""

    key: str
    data_json: str
    gold_label: str = ""


@dataclass(frozen=True)
class ImportRules:
    """What rows of a job must keep. `gold_allowed` is False where workers pick and no operator imports."""

    schema: LabelSchema
    gold_allowed: bool


@dataclass(frozen=True)
class CheckedRow:
    """What a row is by itself: why it is refused (empty: fine so far), and the stored pictures that it names.

    `media` are (place in the data, media_id), to be looked up among the job's pictures.
    """

    refusal: str = ""
    media: tuple[tuple[str, str], ...] = ()


def key_hash(key: str) -> UUID:
    """BLAKE2b-128 of a key: keys may be longer than an index entry."""
    return UUID(bytes=hashlib.blake2b(key.encode(), digest_size=16).digest())


def check_row(row: ImportRow, rules: ImportRules) -> CheckedRow:
    """What can be said of a row without looking anything up."""
    if not row.key.strip() or "\x00" in row.key:
        return CheckedRow("key: must not be empty" if "\x00" not in row.key else "key: must not hold NUL characters")
    if len(row.key) > KEY_LENGTH_MAX:
        return CheckedRow(f"key: at most {KEY_LENGTH_MAX} characters")
    if row.gold_label and not rules.gold_allowed:
        return CheckedRow("gold_label: in a job whose workers pick, only operators add gold")
    if row.gold_label and row.gold_label not in rules.schema.labels:
        return CheckedRow("gold_label: is not a label of the job")
    return _check_data(row.data_json, rules.schema)


def media_named(rows: Iterable[CheckedRow]) -> set[str]:
    """The stored pictures that rows name, to be looked up at once."""
    return {media_id for row in rows for _, media_id in row.media}


def refusal(row: CheckedRow, known_media: frozenset[str]) -> str:
    """Why a row is refused, naming the field; empty when it is fine. `known_media` are pictures of the job."""
    if row.refusal:
        return row.refusal
    return next((_no_picture(place) for place, media_id in row.media if media_id not in known_media), "")


def _check_data(data_json: str, schema: LabelSchema) -> CheckedRow:
    size = len(data_json.encode())
    if size > DATA_BYTES_MAX:
        return CheckedRow(f"data_json: {size} bytes, at most {DATA_BYTES_MAX}; put large media behind a reference")
    try:
        data = json.loads(data_json)
    except (ValueError, RecursionError):
        return CheckedRow("data_json: is not JSON")
    if not isinstance(data, dict):
        return CheckedRow("data_json: must be a JSON object")
    media: list[tuple[str, str]] = []
    for path in schema.data_paths:
        held: object = data
        for name in path:
            held = held.get(name) if isinstance(held, dict) else None
        place = ".".join(("$", *path))
        if not isinstance(held, str) or not held:
            return CheckedRow(f"data_json: needs a text at {place}")
        if not schema.shows_pictures:
            continue
        if _MEDIA_ID.fullmatch(held):
            media.append((place, held))
        elif not _is_inline_picture(held):
            return CheckedRow(_no_picture(place))
    return CheckedRow(media=tuple(media))


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


def _no_picture(place: str) -> str:
    return (
        f"data_json: the picture at {place} must be media:<id> (upload it with PutMedia) or a small data:image/... "
        "(PNG, JPEG, WebP or GIF in base64, at most 64 KiB)"
    )
