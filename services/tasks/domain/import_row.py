"""Whether one imported row can become an item, and as what it is stored."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from services.labelling.annotation import AnswerInvalidError, annotation_json, check_answer, facts_of
from services.labelling.schema import LabelSchema
from services.labelling.values import MediaSize
from services.tasks.domain.item_data import DataError, ItemData, media_problem, read_data
from services.tasks.domain.lease import ANSWER_BYTES_MAX

KEY_LENGTH_MAX = 2000


@dataclass(frozen=True)
class ImportRow:
    """One row as it was sent. `gold_label` and `gold_answer_json` are empty for ordinary items."""

    key: str
    data_json: str
    gold_label: str = ""
    gold_answer_json: str = ""


@dataclass(frozen=True)
class ImportRules:
    """What rows of a job must keep. `gold_allowed` is False where workers pick and no operator imports."""

    schema: LabelSchema
    gold_allowed: bool


@dataclass(frozen=True)
class CheckedRow:
    """What a row is by itself: why it is refused (empty: fine so far), and its data."""

    row: ImportRow
    refusal: str = ""
    data: ItemData | None = None


@dataclass(frozen=True)
class ReadyRow:
    """A row that can become an item.

    Attributes:
        key, data_json: as they are stored.
        gold: its answer is known.
        gold_label: the known label of a plain choice; empty for others.
        gold_answer_json: the known answer of every other schema, in its one form.
    """

    key: str
    data_json: str
    gold: bool = False
    gold_label: str = ""
    gold_answer_json: str = ""


def key_hash(key: str) -> UUID:
    """BLAKE2b-128 of a key: keys may be longer than an index entry."""
    return UUID(bytes=hashlib.blake2b(key.encode(), digest_size=16).digest())


def check_row(row: ImportRow, rules: ImportRules) -> CheckedRow:
    """What can be said of a row without looking anything up."""
    problem = _key_problem(row.key) or _gold_problem(row, rules)
    if problem:
        return CheckedRow(row, problem)
    try:
        return CheckedRow(row, data=read_data(row.data_json, rules.schema))
    except DataError as error:
        return CheckedRow(row, f"data_json: {error}")


def media_named(rows: Iterable[CheckedRow]) -> set[str]:
    """The stored files that rows name, to be looked up at once."""
    return {named.media_id for row in rows if row.data for named in row.data.media}


def settle_row(row: CheckedRow, schema: LabelSchema, known_media: Mapping[str, MediaSize]) -> ReadyRow | str:
    """The row as an item, or why it is refused, naming the field. `known_media` are files of the job."""
    if row.data is None:
        return row.refusal
    problems = (media_problem(named, known_media) for named in row.data.media)
    problem = next((problem for problem in problems if problem), "")
    if problem:
        return f"data_json: {problem}"
    sent = row.row
    if not sent.gold_answer_json:
        return ReadyRow(sent.key, row.data.data_json, gold=bool(sent.gold_label), gold_label=sent.gold_label)
    try:
        facts = facts_of(schema, dict(row.data.data), known_media)
        checked = check_answer(schema, sent.gold_answer_json, facts)
    except AnswerInvalidError as error:
        return f"gold_answer_json: {error}"
    if schema.plain is not None:
        return ReadyRow(sent.key, row.data.data_json, gold=True, gold_label=checked.label)
    return ReadyRow(sent.key, row.data.data_json, gold=True, gold_answer_json=annotation_json(checked.marks))


def _key_problem(key: str) -> str:
    if "\x00" in key:
        return "key: must not hold NUL characters"
    if not key.strip():
        return "key: must not be empty"
    return f"key: at most {KEY_LENGTH_MAX} characters" if len(key) > KEY_LENGTH_MAX else ""


def _gold_problem(row: ImportRow, rules: ImportRules) -> str:
    field = "gold_label" if row.gold_label else "gold_answer_json"
    if not row.gold_label and not row.gold_answer_json:
        return ""
    if not rules.gold_allowed:
        return f"{field}: in a job whose workers pick, only operators add gold"
    if row.gold_label and row.gold_answer_json:
        return "gold_answer_json: give a known label or a known answer, not both"
    if row.gold_label:
        plain = rules.schema.plain
        if plain is None:
            return "gold_label: this job asks more than a single choice; give gold_answer_json"
        return "" if row.gold_label in plain.values else "gold_label: is not a label of the job"
    size = len(row.gold_answer_json.encode("utf-8", "surrogatepass"))
    return f"gold_answer_json: {size} bytes, at most {ANSWER_BYTES_MAX}" if size > ANSWER_BYTES_MAX else ""
