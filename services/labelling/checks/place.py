"""A place in an answer: reads what stands there, or refuses it by name."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from services.labelling.refusal import AnswerInvalidError

NUMBER_MAX: Final = 1e12
PIXELS_MAX: Final = 1e6
_DECIMALS: Final = 10
SHOWN_LENGTH_MAX: Final = 60


@dataclass(frozen=True)
class Place:
    """A value of an answer, and the path that leads to it."""

    value: Any
    path: str

    def wrong(self, rule: str) -> NoReturn:
        """Refuses what stands here."""
        raise AnswerInvalidError(self.path, rule)

    def at(self, name: str) -> Place:
        """What an object holds under a name; nothing (None) where it holds nothing there."""
        self.object()
        return Place(self.value.get(name), f"{self.path}.{name}" if self.path else name)

    def object(self) -> Place:
        """This place, which must hold an object."""
        if not isinstance(self.value, dict):
            self.wrong("must be a JSON object")
        return self

    def knows(self, *names: str) -> Place:
        """This place, an object that must hold nothing but these."""
        unknown = next((name for name in self.object().value if name not in names), None)
        if unknown is not None:
            Place(None, f"{self.path}.{unknown[:SHOWN_LENGTH_MAX]}").wrong(f"is not known: give {', '.join(names)}")
        return self

    def each(self, least: int, most: int, things: str) -> list[Place]:
        """The entries of a list."""
        if not isinstance(self.value, list) or not least <= len(self.value) <= most:
            self.wrong(f"must be a list of {least:,} to {most:,} {things}")
        return [Place(entry, f"{self.path}[{place}]") for place, entry in enumerate(self.value)]

    def whole(self, least: int = 0, most: int | None = None) -> int:
        """A whole number; `most` None: as large as numbers may be."""
        bound = int(NUMBER_MAX) if most is None else most
        number = self.number("whole number")
        if number != int(number) or not least <= number <= bound:
            self.wrong(f"must be a whole number from {least:,} to {bound:,}")
        return int(number)

    def number(self, words: str = "number") -> float:
        """A number."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            self.wrong(f"must be a {words}")
        if not abs(self.value) <= NUMBER_MAX:
            self.wrong(f"must be a {words} of at most {NUMBER_MAX:,.0f}")
        return self.value

    def pixel(self, most: float, least: float = 0.0) -> float:
        """A length or a place in pixels, with at most one decimal; `most` 0: it is not known how many there are."""
        number = float(self.number())
        bound = most or PIXELS_MAX
        if not least <= number <= bound:
            self.wrong(f"must be from {least:g} to {bound:g} pixels")
        if round(number, 1) != number:
            self.wrong("must have at most one decimal")
        return number + 0.0  # -0.0 is written like 0.0

    def flag(self, otherwise: bool) -> bool:
        """True or false; `otherwise` where nothing is given."""
        if self.value is None:
            return otherwise
        if not isinstance(self.value, bool):
            self.wrong("must be true or false")
        return self.value

    def one_of(self, values: Collection[str], words: str) -> str:
        """A text that is one of several."""
        if not isinstance(self.value, str) or self.value not in values:
            shown = f"{self.value[:SHOWN_LENGTH_MAX]!a} is not " if isinstance(self.value, str) else "must be "
            self.wrong(f"{shown}{words}")
        return self.value

    def text(self, least: int, most: int) -> str:
        """A text as a person writes it, in NFC: line ends are LF, and no other control characters but tabs are in it."""
        if not isinstance(self.value, str):
            self.wrong("must be a text")
        text = unicodedata.normalize("NFC", self.value.replace("\r\n", "\n").replace("\r", "\n"))
        if not least <= len(text) <= most or (least and not text.strip()):
            self.wrong(f"must have {least:,} to {most:,} characters")
        if any(_is_control(character) for character in text):
            self.wrong("must hold no control characters but line ends and tabs")
        return text


def _is_control(character: str) -> bool:
    """Whether a character is of C0 or C1, line end and tab excepted."""
    return (character < " " and character not in "\n\t") or "\x7f" <= character <= "\x9f"


def tenths(pixels: float) -> int:
    """Pixels with one decimal as whole tenths, so that sums and crossings are exact."""
    return round(pixels * _DECIMALS)
