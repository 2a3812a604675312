"""Which kind of rule an answer breaks, by a short code that pages have words for, and at which mark."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_MARK: Final = re.compile(r"results\[(\d+)\](.*)")
# The first that fits counts: (in the rule's words, in the mark's place, code). An empty text fits everything.
_CODES: Final = (
    ("not of both", "", "exclusive"),
    ("may not overlap", "", "overlap"),
    ("must hold at least", "", "few"),
    ("must hold at most", "", "many"),
    ("must hold one mark", "", "required"),
    ("there twice", "", "twice"),
    ("marked already", "", "twice"),
    ("not cross", "", "crossing"),
    ("area above", "", "crossing"),
    ("point twice", "", "crossing"),
    ("must be at least", ".w", "small"),
    ("must be at least", ".h", "small"),
    ("above 0 pixels", "", "small"),
    ("pixels", ".box", "small"),
    ("after the keyframe", "", "order"),
    ("must be above start", "", "order"),
    ("inside", "", "outside"),
    ("from", ".points", "outside"),
    ("pixels", "", "outside"),
    ("outside", "", "outside"),
    ("", ".frame", "outside"),
    ("", ".row", "outside"),
    ("", ".column", "outside"),
    ("", ".start", "outside"),
    ("", ".end", "outside"),
    ("", ".quote", "span"),
    ("", ".from", "relation"),
    ("", ".to", "relation"),
    ("", ".choice", "choice"),
    ("", ".label", "choice"),
    ("", ".rating", "number"),
    ("", ".number", "number"),
    ("", ".text", "text"),
)


@dataclass(frozen=True)
class BrokenRule:
    """A code, and the mark's number in the answer from 1 (0: the answer as a whole)."""

    code: str
    mark_no: int


def broken_rule(mark: str, rule: str) -> BrokenRule:
    """The kind of a rule that a refused answer names in words.

    Args:
        mark: the place in the answer, such as `results[3].value.points`.
        rule: what it must be.
    """
    match = _MARK.match(mark)
    place = match[2] if match else mark
    code = next((code for words, at, code in _CODES if words in rule and at in place), "form")
    return BrokenRule(code, int(match[1]) + 1 if match else 0)
