"""Judging the rows of an import of exam items, one by one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

LABELS_MIN = 2
LABELS_MAX = 20
LABEL_LENGTH_MAX = 200
KEY_LENGTH_MAX = 200


@dataclass(frozen=True)
class ExamItem:
    """An item with its known answer. The right label never leaves the service."""

    exam_item_id: UUID
    key: str
    data_json: str
    labels: tuple[str, ...]
    right_label: str = field(repr=False)


def problems_of(items: Sequence[ExamItem]) -> list[str]:
    """For each row what is wrong with it, "" for nothing."""
    return [_problem(item) or "" for item in items]


def _problem(item: ExamItem) -> str | None:
    if not item.key.strip():
        return "key: write a key"
    if len(item.key) > KEY_LENGTH_MAX:
        return f"key: use at most {KEY_LENGTH_MAX} characters"
    return _data_problem(item.data_json) or _labels_problem(item.labels, item.right_label)


def _data_problem(data_json: str) -> str | None:
    try:
        data = json.loads(data_json)
    except (ValueError, RecursionError):
        return "data_json: is not JSON"
    return None if isinstance(data, dict) and data else "data_json: must be an object with what is shown"


def _labels_problem(labels: Sequence[str], right_label: str) -> str | None:
    if not LABELS_MIN <= len(labels) <= LABELS_MAX:
        return f"labels: give {LABELS_MIN} to {LABELS_MAX} labels"
    if any(not label.strip() or len(label) > LABEL_LENGTH_MAX for label in labels):
        return f"labels: each label has 1 to {LABEL_LENGTH_MAX} characters"
    if len(set(labels)) != len(labels):
        return "labels: a label stands twice"
    return None if right_label in labels else "right_label: is not one of the labels"
