"""Parts of a text, counted in code points, and how they are related."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.labelling.checks.place import Place
from services.labelling.values import Control, ItemFacts


def span(place: Place, control: Control, facts: ItemFacts) -> Mapping[str, Any]:
    """A part of a text with the words that stand there."""
    place.knows("start", "end", "quote")
    text = facts.texts.get(control.on)
    length = len(text) if text is not None else None
    start = place.at("start").whole(0, length)
    end = place.at("end").whole(0, length)
    if end <= start:
        place.at("end").wrong("must be above start")
    quote = place.at("quote")
    if not isinstance(quote.value, str) or len(quote.value) != end - start:
        quote.wrong("must be the text from start to end")
    if text is not None and text[start:end] != quote.value:
        quote.wrong("must be the text from start to end: the text there is another")
    return {"start": start, "end": end, "quote": quote.value}


def relation(place: Place, _: Control, __: ItemFacts) -> Mapping[str, Any]:
    """Two spans by their ids; whether they are there is known when all marks are read."""
    place.knows("from", "to")
    ends = {}
    for name in ("from", "to"):
        held = place.at(name)
        if not isinstance(held.value, str) or not held.value:
            held.wrong("must be the id of a span")
        ends[name] = held.value
    if ends["from"] == ends["to"]:
        place.at("to").wrong("must be another span than from")
    return ends
