"""Label schemas of jobs that let workers choose one label, and answers of every kind."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

TEXT = "text"
IMAGE = "image"
_FROM = {TEXT: "$.text", IMAGE: "$.image_url"}
CONTROL = "label"


@dataclass(frozen=True)
class Option:
    """One label to choose.

    Attributes:
        value: as answers and results hold it.
        ko: as Korean pages show it.
        en: as English pages show it.
        key: of the keyboard; empty for none.
    """

    value: str
    ko: str
    en: str
    key: str = ""


def choice_schema(labels: Sequence[str | Option], kind: str = TEXT, *, not_sure: bool = False) -> str:
    """A schema (ilgam.label-config/1) to choose one of the labels for a text or an image.

    Args:
        labels: the values to choose from, or how each is shown.
        kind: TEXT: items are {"text": ...}; IMAGE: items are {"image_url": ...}.
        not_sure: whether an answer may be marked as not sure.
    """
    control = {
        "id": CONTROL,
        "kind": "choice",
        "on": "object",
        "multiple": False,
        "required": True,
        "options": [_option(label) for label in labels],
    }
    schema = {
        "schema": "ilgam.label-config/1",
        "objects": [{"id": "object", "kind": kind, "from": _FROM[kind]}],
        "controls": [control],
        "not_sure": not_sure,
    }
    return json.dumps(schema, ensure_ascii=False)


def _option(label: str | Option) -> dict[str, str]:
    option = label if isinstance(label, Option) else Option(label, label, label)
    shown = {"value": option.value, "ko": option.ko, "en": option.en}
    return shown | {"key": option.key} if option.key else shown


def choice_answer(label: str) -> str:
    """An answer (ilgam.annotation/1) that chooses a label."""
    return marks_answer([{"control": CONTROL, "type": "choice", "value": {"choices": [label]}}])


def marks_answer(results: Sequence[Mapping[str, Any]]) -> str:
    """An answer (ilgam.annotation/1) of these marks."""
    return json.dumps({"schema": "ilgam.annotation/1", "results": list(results)}, ensure_ascii=False)
