"""Texts in Unicode's NFC, so that Hangul from a Mac is the same Hangul as from anywhere else."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

MARKS_MAX: Final = 30
"""More marks than this on one letter no language has (Unicode's Stream-Safe Text Format says the same number)."""
_FIRST_MARK, _LAST_MARK = 0x300, 0x1E94F


def _marks() -> Iterator[str]:
    """Letters that stand on others, and those that are nothing but several of them."""
    for letter in map(chr, range(_FIRST_MARK, _LAST_MARK)):
        parts = unicodedata.normalize("NFD", letter) if unicodedata.decomposition(letter) else letter
        if unicodedata.combining(parts[0]):
            yield letter


_TOO_MANY_MARKS = re.compile(f"[{''.join(_marks())}]{{{MARKS_MAX + 1}}}")


def nfc(text: str) -> str:
    """The text in NFC; as it is when it heaps marks up, for putting n of them in order takes n x n steps."""
    if text.isascii() or _TOO_MANY_MARKS.search(text):
        return text
    return unicodedata.normalize("NFC", text)
