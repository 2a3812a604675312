"""A question from the versions of schema and instructions that an item was claimed with, in a person's language."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any, Final

from ilgam.tasks.v1 import tasks_service_pb2 as pb

from services.gateway.pages.work.asked import DIGITS, FIELDS, RATING, Asked, Option, Question, ShownObject
from services.gateway.words import Text, Words, load_texts

# The digits, then the digits with Shift: the eleventh to the twentieth.
_KEYS: Final = (*DIGITS, *(f"Shift+{digit}" for digit in DIGITS))


def question_of(work: pb.GetWorkJobResponse, language: str) -> Question:
    """What a schema (checked by tasks) asks, in the person's language as far as the company gave it."""
    schema: dict[str, Any] = json.loads(work.label_schema_json)
    texts = {"ko": work.instructions.ko.strip(), "en": work.instructions.en.strip()}
    guide_language = language if texts[language] else "ko" if texts["ko"] else "en"
    return Question(
        controls=controls_of(schema, language),
        words=in_language(schema.get("title"), language),
        not_sure=schema.get("not_sure") is True,
        objects=tuple(_object(one) for one in schema["objects"]),
        guide=texts[guide_language],
        guide_language=guide_language,
    )


def controls_of(schema: dict[str, Any], language: str) -> tuple[Asked, ...]:
    """The controls of a schema, with a key for each label as long as there are some."""
    sources = _excluding(schema["controls"])
    taken = {str(entry.get("key")) for source in sources for entry in _entries(source) if entry.get("key")}
    free = iter([key for key in _KEYS if key not in taken])
    alone = len(sources) == 1
    return tuple(
        Asked(
            control_id=source["id"],
            kind=source["kind"],
            on=source.get("on", ""),
            words=in_language(source.get("title"), language)
            or (alone and in_language(schema.get("title"), language))
            or "",
            options=_options(source, language, free),
            required=source.get("required") is True or (alone and source["kind"] in FIELDS),
            source=source,
            ends=_ends(source.get("ends"), language),
            unit=in_language(source.get("unit"), language),
        )
        for source in sources
    )


def _excluding(controls: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The controls with `exclusive_with` both ways, as it is meant: whichever of the two names the other."""
    named = {control["id"]: list(control.get("exclusive_with", [])) for control in controls}
    return [
        control
        | {
            "exclusive_with": list(
                dict.fromkeys(named[control["id"]] + [other for other in named if control["id"] in named[other]])
            )
        }
        for control in controls
    ]


def island_texts(words: Words, islands: Iterable[str]) -> dict[str, Any]:
    """The texts of islands, under their names."""
    return {
        f"{name}.{key}": text
        for name in islands
        for key, text in (words.under(name) | words.under(f"islands.{name}")).items()
    }


def _entries(source: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = source.get("options") or source.get("labels") or []
    return found


def _options(source: dict[str, Any], language: str, free: Iterator[str]) -> tuple[Option, ...]:
    if source["kind"] == "rating":
        low, high = source.get("low", RATING[0]), source.get("high", RATING[1])
        return tuple(Option(str(number), str(number), next(free, "")) for number in range(int(low), int(high) + 1))
    if source["kind"] == "pairwise":
        values = ("first", "second", "tie") if source.get("tie") is True else ("first", "second")
        return tuple(Option(value, str(_texts(language)[f"bench.pair_{value}"]), next(free, "")) for value in values)
    entries = _entries(source)
    labels = [in_language(entry, language) or entry["value"] for entry in entries]
    own = [entry.get("key") for entry in entries]
    # Letters have other uses at the bench.
    if entries and all(label in DIGITS for label in labels):
        keys = labels
    elif any(own) and all(key in DIGITS for key in own if key):
        keys = [key or "" for key in own]
    else:
        keys = [next(free, "") for _ in entries]
    return tuple(
        Option(
            entry["value"], label, key, entry.get("color", ""), entry.get("pattern", "solid"), entry.get("image", "")
        )
        for entry, label, key in zip(entries, labels, keys, strict=True)
    )


@cache
def _texts(language: str) -> dict[str, Text]:
    return load_texts(language)


def _ends(ends: object, language: str) -> tuple[str, str]:
    found = ends if isinstance(ends, dict) else {}
    return in_language(found.get("low"), language), in_language(found.get("high"), language)


def _object(source: dict[str, Any]) -> ShownObject:
    places = source["from"] if isinstance(source["from"], list) else [source["from"]]
    alt = source.get("alt")
    described = alt if isinstance(alt, str) and alt.startswith("$.") else ""
    return ShownObject(source["id"], source["kind"], tuple(places), described, source.get("of", ""))


def in_language(texts: object, language: str) -> str:
    """A text of {ko, en} in the language, or in the other one where it has that only; empty for anything else."""
    if not isinstance(texts, dict):
        return ""
    other = "en" if language == "ko" else "ko"
    found = texts.get(language) or texts.get(other)
    return found if isinstance(found, str) else ""
