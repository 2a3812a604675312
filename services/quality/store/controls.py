"""Controls as they are stored: JSON with what answers are compared by."""

import json
from collections.abc import Sequence
from functools import lru_cache

from services.labelling.annotation import RESULTS_MAX
from services.labelling.kinds import ControlKind
from services.labelling.values import Control, Label


def stored_controls(controls: Sequence[Control]) -> str:
    """The stored form."""
    entries = [
        {
            "id": one.control_id,
            "kind": one.kind.value,
            "labels": one.values,
            "low": one.low,
            "high": one.high,
            "exclusive_with": one.exclusive_with,
            "required": one.required,
            "min": one.least,
            "max": one.most,
        }
        for one in controls
    ]
    return json.dumps(entries, ensure_ascii=False)


@lru_cache(maxsize=256)
def read_controls(stored: str) -> tuple[Control, ...]:
    """The controls of the stored form."""
    return tuple(
        Control(
            one["id"],
            ControlKind(one["kind"]),
            labels=tuple(Label(value) for value in one["labels"]),
            low=one["low"],
            high=one["high"],
            exclusive_with=tuple(one.get("exclusive_with", ())),
            required=one.get("required", False),
            least=one.get("min", 0),
            most=one.get("max", RESULTS_MAX),
        )
        for one in json.loads(stored)
    )
