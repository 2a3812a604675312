"""What a piece of data serves for: exams or practice, never both."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from enum import Enum

_INLINE = re.compile(r"data:[a-z]+/[a-z0-9.+-]+;base64,(.+)", re.DOTALL)
_STORED = re.compile(r"media:([0-9a-f]{64})\.[a-z0-9]+")


class ItemUse(Enum):
    """What an item is for. Whoever practised with it knows its answer, so it never comes in an exam."""

    EXAM = "EXAM"
    PRACTICE = "PRACTICE"


def digest_of(data: object) -> str:
    """The same 64 hexadecimal digits for the same data, however its JSON is written (SHA-256).

    `data` is parsed JSON. A picture counts by its bytes, be it inside (data:image/png;base64,...) or stored
    (media:<sha256>.png).
    """
    plain = json.dumps(_plain(data), sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return _plain_text(value) if isinstance(value, str) else value


def _plain_text(value: str) -> str:
    if stored := _STORED.fullmatch(value):
        return f"sha256:{stored[1]}"
    if inline := _INLINE.fullmatch(value):
        try:
            return f"sha256:{hashlib.sha256(base64.b64decode(inline[1], validate=True)).hexdigest()}"
        except ValueError:
            return value
    return value
