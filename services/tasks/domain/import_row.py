"""Whether one imported row can become an item, and as what it is stored."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from services.labelling.annotation import AnswerInvalidError, annotation_json, check_answer, facts_of
from services.labelling.broken_rule import BrokenRule, broken_rule
from services.labelling.schema import LabelSchema
from services.labelling.values import MediaSize
from services.tasks.domain.item_data import DataError, ItemData, check_media, read_data
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
class RowRefusal:
    """Why a row is refused.

    Attributes:
        words: naming the field.
        rule: which rule it breaks, by a code.
        place, most: the place in the data and the number that the rule is about; empty and 0 for none.
        answer: of a known answer, the rule of its schema that it breaks.
    """

    words: str
    rule: str
    place: str = ""
    most: int = 0
    answer: BrokenRule | None = None


@dataclass(frozen=True)
class CheckedRow:
    """What a row is by itself: its data, or why it is refused."""

    row: ImportRow
    found: ItemData | RowRefusal


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
    if problem is not None:
        return CheckedRow(row, problem)
    try:
        return CheckedRow(row, read_data(row.data_json, rules.schema))
    except DataError as error:
        return CheckedRow(row, _of_data(error))


def media_named(rows: Iterable[CheckedRow]) -> set[str]:
    """The stored files that rows name, to be looked up at once."""
    return {named.media_id for row in rows if isinstance(row.found, ItemData) for named in row.found.media}


def settle_row(row: CheckedRow, schema: LabelSchema, known_media: Mapping[str, MediaSize]) -> ReadyRow | RowRefusal:
    """The row as an item, or why it is refused. `known_media` are files of the job."""
    sent, found = row.row, row.found
    if isinstance(found, RowRefusal):
        return found
    try:
        for named in found.media:
            check_media(named, known_media)
    except DataError as error:
        return _of_data(error)
    if not sent.gold_answer_json:
        return ReadyRow(sent.key, found.data_json, gold=bool(sent.gold_label), gold_label=sent.gold_label)
    try:
        checked = check_answer(schema, sent.gold_answer_json, facts_of(schema, dict(found.data), known_media))
    except AnswerInvalidError as error:
        broken = broken_rule(error.mark, error.rule)
        return RowRefusal(f"gold_answer_json: {error}", "gold_answer", answer=broken)
    if schema.plain is not None:
        return ReadyRow(sent.key, found.data_json, gold=True, gold_label=checked.label)
    return ReadyRow(sent.key, found.data_json, gold=True, gold_answer_json=annotation_json(checked.marks))


def _of_data(error: DataError) -> RowRefusal:
    return RowRefusal(f"data_json: {error}", error.rule, error.place, error.most)


def _key_problem(key: str) -> RowRefusal | None:
    if "\x00" in key:
        return RowRefusal("key: must not hold NUL characters", "key_letters")
    if not key.strip():
        return RowRefusal("key: must not be empty", "no_key")
    if len(key) > KEY_LENGTH_MAX:
        return RowRefusal(f"key: at most {KEY_LENGTH_MAX} characters", "key_long", most=KEY_LENGTH_MAX)
    return None


def _gold_problem(row: ImportRow, rules: ImportRules) -> RowRefusal | None:
    field = "gold_label" if row.gold_label else "gold_answer_json"
    if not row.gold_label and not row.gold_answer_json:
        return None
    if not rules.gold_allowed:
        return RowRefusal(f"{field}: in a job whose workers pick, only operators add gold", "gold_by_operators")
    if row.gold_label and row.gold_answer_json:
        return RowRefusal("gold_answer_json: give a known label or a known answer, not both", "gold_twice")
    if row.gold_label:
        return _label_problem(row.gold_label, rules.schema)
    size = len(row.gold_answer_json.encode("utf-8", "surrogatepass"))
    if size > ANSWER_BYTES_MAX:
        words = f"gold_answer_json: {size} bytes, at most {ANSWER_BYTES_MAX}"
        return RowRefusal(words, "gold_large", most=ANSWER_BYTES_MAX)
    return None


def _label_problem(label: str, schema: LabelSchema) -> RowRefusal | None:
    if schema.plain is None:
        words = "gold_label: this job asks more than a single choice; give gold_answer_json"
        return RowRefusal(words, "gold_is_more")
    return None if label in schema.plain.values else RowRefusal("gold_label: is not a label of the job", "gold_unknown")
