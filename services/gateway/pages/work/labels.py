"""The labels of a job as people read them, from its label schema (ilgam.label-config/1)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Label:
    """One label to choose.

    Attributes:
        value: as answers hold it.
        shown: in the person's language; where the company gave none, the other one or the value.
    """

    value: str
    shown: str


@dataclass(frozen=True)
class Schema:
    """What pages need of a label schema.

    Attributes:
        labels: what to choose from, in the schema's order.
        data_path: the keys that lead to what is shown in an item's data.
        shows_pictures: what is shown is a picture, not a text.
    """

    labels: tuple[Label, ...]
    data_path: tuple[str, ...]
    shows_pictures: bool

    def shown(self, value: str) -> str:
        """A label in words; the value itself where the schema does not know it."""
        return next((label.shown for label in self.labels if label.value == value), value)


@dataclass(frozen=True)
class Chosen:
    """What somebody answered: the label's value, empty for none, and whether they were not sure."""

    value: str
    not_sure: bool


def schema_of(schema_json: str, language: str) -> Schema:
    """Reads a schema that tasks has checked."""
    document: dict[str, Any] = json.loads(schema_json)
    other = "en" if language == "ko" else "ko"
    options = [one for control in document["controls"] for one in control.get("options") or control.get("labels") or ()]
    labels = tuple(
        Label(option["value"], option.get(language) or option.get(other) or option["value"]) for option in options
    )
    shown = document["objects"][0]
    source = shown["from"] if isinstance(shown["from"], str) else shown["from"][0]
    return Schema(labels, tuple(source.removeprefix("$.").split(".")), shown["kind"] == "image")


def chosen_of(answer_json: str) -> Chosen:
    """What an answer or a draft (ilgam.annotation/1) chooses. A draft may be anything: nothing is chosen then."""
    try:
        answer = json.loads(answer_json)
        value = answer["results"][0]["value"]["choices"][0]
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):
        return Chosen("", not_sure=False)
    return Chosen(value if isinstance(value, str) else "", not_sure=answer.get("not_sure") is True)


def content_of(data_json: str, schema: Schema) -> str:
    """What was shown of an item: its text, or where its picture is; empty where the data holds neither."""
    found: object = json.loads(data_json)
    for key in schema.data_path:
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, str) else ""
