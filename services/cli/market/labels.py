"""Label schemas and answers of jobs that let workers choose one label."""

import json
from collections.abc import Sequence

TEXT = "text"
IMAGE = "image"
_FROM = {TEXT: "$.text", IMAGE: "$.image_url"}
CONTROL = "label"


def choice_schema(labels: Sequence[str], kind: str = TEXT) -> str:
    """A schema (ilgam.label-config/1) to choose one of the labels for a text or an image.

    Args:
        labels: the values to choose from.
        kind: TEXT: items are {"text": ...}; IMAGE: items are {"image_url": ...}.
    """
    return json.dumps(
        {
            "schema": "ilgam.label-config/1",
            "objects": [{"id": "object", "kind": kind, "from": _FROM[kind]}],
            "controls": [
                {
                    "id": CONTROL,
                    "kind": "choice",
                    "on": "object",
                    "multiple": False,
                    "required": True,
                    "options": [{"value": label, "ko": label, "en": label} for label in labels],
                }
            ],
        },
        ensure_ascii=False,
    )


def choice_answer(label: str) -> str:
    """An answer (ilgam.annotation/1) that chooses a label."""
    result = {"control": CONTROL, "type": "choice", "value": {"choices": [label]}}
    return json.dumps({"schema": "ilgam.annotation/1", "results": [result]}, ensure_ascii=False)
