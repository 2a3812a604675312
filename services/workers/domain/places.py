"""Reading a JSON document place by place, so that the first thing that is wrong is named with its path."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

# JSON can write these, and neither a database nor a message can hold them.
_UNREADABLE = re.compile("[\x00\ud800-\udfff]")


class PlaceError(Exception):
    """Something in a document is not as it must be.

    Attributes:
        path: where, such as `modules[0].title.ko`.
        rule: what it must be.
    """

    def __init__(self, path: str, rule: str) -> None:
        super().__init__(f"{path} {rule}")
        self.path = path
        self.rule = rule


@dataclass(frozen=True)
class Place:
    """A value in a document and the path to it."""

    value: Any
    path: str = "$"

    def wrong(self, rule: str) -> PlaceError:
        """The error that this place breaks a rule."""
        return PlaceError(self.path, rule)

    def at(self, name: str) -> Place:
        """The place of a name in an object; what is missing is None there."""
        if not isinstance(self.value, dict):
            raise self.wrong("must be an object")
        return Place(self.value.get(name), name if self.path == "$" else f"{self.path}.{name}")

    def knows(self, *names: str) -> None:
        """Refuses names in an object that mean nothing, which are mostly misspelt ones."""
        if not isinstance(self.value, dict):
            raise self.wrong("must be an object")
        for name in self.value:
            if name not in names:
                raise self.wrong(f'holds "{str(name)[:60]}", which is none of {", ".join(names)}')

    def each(self, least: int, most: int) -> Iterator[Place]:
        """The places of a list with `least` to `most` entries."""
        if not isinstance(self.value, list) or not least <= len(self.value) <= most:
            raise self.wrong(f"must be a list of {least} to {most}")
        for index, entry in enumerate(self.value):
            yield Place(entry, f"{self.path}[{index}]")

    def text(self, most: int) -> str:
        """A text of 1 to `most` characters."""
        if not isinstance(self.value, str) or not self.value.strip() or len(self.value) > most:
            raise self.wrong(f"must be a text of 1 to {most:,} characters")
        if "\x00" in self.value:
            raise self.wrong("must not hold NUL characters")
        return self.value

    def number(self, least: float, most: float) -> float:
        """A number from `least` to `most`."""
        value = self.value
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            raise self.wrong(f"must be a number from {least:g} to {most:g}")
        return value

    def whole(self, least: int, most: int) -> int:
        """A whole number from `least` to `most`."""
        value = self.number(least, most)
        if not isinstance(value, int):
            raise self.wrong("must be a whole number")
        return value


def refuse_unreadable(document: Place) -> None:
    """Refuses what no other program reads, wherever it is: NUL, halves of characters, numbers without an end.

    Raises:
        PlaceError: naming a place that holds such.
    """
    left = [document]
    while left:
        place = left.pop()
        value = place.value
        if isinstance(value, str) and _UNREADABLE.search(value):
            raise place.wrong("must not hold NUL or half a character")
        if isinstance(value, float) and not math.isfinite(value):
            raise place.wrong("must be a number that ends")
        if isinstance(value, list):
            left += place.each(0, len(value))
        if isinstance(value, dict):
            if any(_UNREADABLE.search(name) for name in value):
                raise place.wrong("must not have NUL or half a character in a name")
            left += (place.at(name) for name in value)
