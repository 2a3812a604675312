"""What a maker of items gives."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from services.labelling.values import MediaSize

Result = dict[str, Any]
"""One mark, in the form of ilgam.annotation/1."""


@dataclass(frozen=True)
class Made:
    """One item.

    Attributes:
        key: its name, the same at each making.
        data: what it holds, in the form of a job's item.
        truth: the marks of the right answer.
        media: what is to be stored: media id -> content.
        sizes: what is known of those files.
    """

    key: str
    data: dict[str, Any]
    truth: tuple[Result, ...]
    media: Mapping[str, bytes] = field(default_factory=dict)
    sizes: Mapping[str, MediaSize] = field(default_factory=dict)


def media_id(content: bytes, extension: str) -> str:
    """The name that a file is stored under."""
    return f"media:{hashlib.sha256(content).hexdigest()}.{extension}"


def chance(maker: str, number: int) -> random.Random:
    """What decides about an item: the same each time."""
    return random.Random(f"{maker}/{number}")  # noqa: S311  (a repeatable demo, not a secret)


def tenths(value: float) -> float:
    """Pixels as answers hold them: with one decimal."""
    return round(value, 1)
