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
        code: which rule that is, for those who say it in other words; `values` are the numbers and names in it.
    """

    def __init__(self, path: str, rule: str, code: str, **values: object) -> None:
        super().__init__(f"{path} {rule}")
        self.path = path
        self.rule = rule
        self.code = code
        self.values = values


@dataclass(frozen=True)
class Place:
    """A value in a document and the path to it."""

    value: Any
    path: str = "$"

    def wrong(self, rule: str, code: str, **values: object) -> PlaceError:
        """The error that this place breaks a rule."""
        return PlaceError(self.path, rule, code, **values)

    def at(self, name: str) -> Place:
        """The place of a name in an object; what is missing is None there."""
        self.object()
        return Place(self.value.get(name), name if self.path == "$" else f"{self.path}.{name}")

    def object(self) -> Place:
        """This place, which must hold an object."""
        if not isinstance(self.value, dict):
            raise self.wrong("must be an object", "object")
        return self

    def knows(self, *names: str) -> None:
        """Refuses names in an object that mean nothing, which are mostly misspelt ones."""
        for name in self.object().value:
            if name not in names:
                shown, offered = str(name)[:60], ", ".join(names)
                raise self.wrong(
                    f'holds "{shown}", which is none of {offered}', "unknown", value=shown, offered=offered
                )

    def each(self, least: int, most: int) -> Iterator[Place]:
        """The places of a list with `least` to `most` entries."""
        if not isinstance(self.value, list) or not least <= len(self.value) <= most:
            raise self.wrong(f"must be a list of {least} to {most}", "list", least=least, most=most)
        for index, entry in enumerate(self.value):
            yield Place(entry, f"{self.path}[{index}]")

    def text(self, most: int) -> str:
        """A text of 1 to `most` characters."""
        if not isinstance(self.value, str) or not self.value.strip() or len(self.value) > most:
            raise self.wrong(f"must be a text of 1 to {most:,} characters", "text", most=most)
        if "\x00" in self.value:
            raise self.wrong("must not hold NUL characters", "letters")
        return self.value

    def number(self, least: float, most: float) -> float:
        """A number from `least` to `most`."""
        value = self.value
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            raise self.wrong(f"must be a number from {least:g} to {most:g}", "number", least=least, most=most)
        return value

    def whole(self, least: int, most: int) -> int:
        """A whole number from `least` to `most`."""
        value = self.number(least, most)
        if not isinstance(value, int):
            raise self.wrong("must be a whole number", "whole")
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
            raise place.wrong("must not hold NUL or half a character", "letters")
        if isinstance(value, float) and not math.isfinite(value):
            raise place.wrong("must be a number that ends", "endless")
        if isinstance(value, list):
            left += place.each(0, len(value))
        if isinstance(value, dict):
            if any(_UNREADABLE.search(name) for name in value):
                raise place.wrong("must not have NUL or half a character in a name", "letters")
            left += (place.at(name) for name in value)
