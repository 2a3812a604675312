"""Messages for the log: what the contracts call sensitive is left out, and long texts are cut."""

from __future__ import annotations

from typing import Any

from google.protobuf.message import Message
from ilgam.options.v1 import options_pb2

LEFT_OUT = "***"
TEXT_LENGTH_MAX = 80
ITEMS_MAX = 3


def redacted(message: Message) -> dict[str, Any]:
    """The set fields of a message; sensitive ones as ***, texts of over 80 characters cut, lists after 3 items."""
    shown: dict[str, Any] = {}
    for field, value in message.ListFields():
        if field.GetOptions().Extensions[options_pb2.sensitive]:
            shown[field.name] = LEFT_OUT
        elif field.is_repeated:
            shown[field.name] = [_shown(item) for item in value[:ITEMS_MAX]] + ["..."] * (len(value) > ITEMS_MAX)
        else:
            shown[field.name] = _shown(value)
    return shown


def _shown(value: object) -> object:
    if isinstance(value, Message):
        return redacted(value)
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    if isinstance(value, str) and len(value) > TEXT_LENGTH_MAX:
        return f"{value[:TEXT_LENGTH_MAX]}..."
    return value
