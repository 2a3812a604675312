"""Fields of a form: choices, ratings, numbers, texts, the better of two."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from services.labelling.checks.place import Place
from services.labelling.values import Control, ItemFacts


def choice(place: Place, control: Control, _: ItemFacts) -> Mapping[str, Any]:
    """One label, or several different ones, in the schema's order."""
    held = place.knows("choices").at("choices")
    if not control.multiple and (not isinstance(held.value, list) or len(held.value) != 1):
        held.wrong("must hold one label")
    chosen: set[str] = set()
    for entry in held.each(1, len(control.labels), "labels"):
        value = entry.one_of(control.values, "a label of the job")
        if value in chosen:
            entry.wrong("is there twice")
        chosen.add(value)
    return {"choices": [value for value in control.values if value in chosen]}


def rating(place: Place, control: Control, _: ItemFacts) -> Mapping[str, Any]:
    """A whole number of the scale."""
    return {"rating": place.knows("rating").at("rating").whole(int(control.low or 0), int(control.high or 0))}


def number(place: Place, control: Control, _: ItemFacts) -> Mapping[str, Any]:
    """A number within the range, on a step above its low end (above 0 where that is open)."""
    held = place.knows("number").at("number")
    given = held.number()
    if control.low is not None and given < control.low:
        held.wrong(f"must be at least {control.low:g}")
    if control.high is not None and given > control.high:
        held.wrong(f"must be at most {control.high:g}")
    if control.step and (_exact(given) - _exact(control.low or 0)) % _exact(control.step):
        held.wrong(f"must be a multiple of {control.step:g} above {control.low or 0:g}")
    return {"number": int(given) if given == int(given) else given}


def _exact(given: float) -> Fraction:
    """The number as it is written: 0.1 is a tenth."""
    return Fraction(repr(given))


def text(place: Place, control: Control, _: ItemFacts) -> Mapping[str, Any]:
    """A text with something in it."""
    return {"text": place.knows("text").at("text").text(1, control.length_max)}


def pairwise(place: Place, control: Control, _: ItemFacts) -> Mapping[str, Any]:
    """Which of two is better; or both alike, where the control has it."""
    offered = ("first", "second", "tie") if control.tie else ("first", "second")
    return {"choice": place.knows("choice").at("choice").one_of(offered, f"one of {', '.join(offered)}")}
