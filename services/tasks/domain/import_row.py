"""Whether one imported row can become an item."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from uuid import UUID

from services.tasks.domain.label_schema import LabelSchema

DATA_BYTES_MAX = 256 * 1024
KEY_LENGTH_MAX = 2000


@dataclass(frozen=True)
class ImportRow:
    """One row as it was sent. `gold_label` is empty for ordinary items."""

    key: str
    data_json: str
    gold_label: str = ""


@dataclass(frozen=True)
class ImportRules:
    """What rows of a job must keep. `gold_allowed` is False where workers pick and no operator imports."""

    schema: LabelSchema
    gold_allowed: bool


def key_hash(key: str) -> UUID:
    """BLAKE2b-128 of a key: keys may be longer than an index entry."""
    return UUID(bytes=hashlib.blake2b(key.encode(), digest_size=16).digest())


def refusal(row: ImportRow, rules: ImportRules) -> str:
    """Why a row is refused, naming the field; empty when it is fine."""
    if not row.key.strip() or "\x00" in row.key:
        return "key: must not be empty" if "\x00" not in row.key else "key: must not hold NUL characters"
    if len(row.key) > KEY_LENGTH_MAX:
        return f"key: at most {KEY_LENGTH_MAX} characters"
    if row.gold_label and not rules.gold_allowed:
        return "gold_label: in a job whose workers pick, only operators add gold"
    if row.gold_label and row.gold_label not in rules.schema.labels:
        return "gold_label: is not a label of the job"
    return _data_refusal(row.data_json, rules.schema)


def _data_refusal(data_json: str, schema: LabelSchema) -> str:
    size = len(data_json.encode())
    if size > DATA_BYTES_MAX:
        return f"data_json: {size} bytes, at most {DATA_BYTES_MAX}; put large media behind a reference"
    try:
        data = json.loads(data_json)
    except (ValueError, RecursionError):
        return "data_json: is not JSON"
    if not isinstance(data, dict):
        return "data_json: must be a JSON object"
    for path in schema.data_paths:
        held: object = data
        for name in path:
            held = held.get(name) if isinstance(held, dict) else None
        if not isinstance(held, str) or not held:
            return f"data_json: needs a text at {'.'.join(('$', *path))}"
    return ""
