"""What a company decides about a job, with every default filled in and the rules between fields kept.

Rules of single fields (ranges, lengths) are in the contract and checked before this.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum

from services.core.errors import FieldViolation, InvalidArgumentError, invalid_field
from services.labelling.kinds import AnnotationType

INSTRUCTIONS_LENGTH_MAX = 100_000


class Policy(IntEnum):
    """How answers are judged; numbers as in the contract."""

    ALL = 1
    GOLD = 2
    CONSENSUS = 3


class ClaimMode(IntEnum):
    """How workers get items; numbers as in the contract."""

    QUEUE = 1
    PICK = 2


@dataclass(frozen=True)
class Spec:
    """A job's terms. `newcomer_answers` and `appeal_seconds` are None where not decided, other numbers 0."""

    title: str
    annotation_type: int
    price_krw: int
    policy: int = 0
    claim_mode: int = 0
    overlap_min: int = 0
    overlap_max: int = 0
    gold_overlap: int = 0
    lease_seconds: int = 0
    hold_limit: int = 0
    confidence_target: float = 0.0
    reject_below: float = 0.0
    newcomer_answers: int | None = None
    clock_seconds: int = 0
    appeal_seconds: int | None = None
    required_skill: float = 0.0
    pool_only: bool = False
    deadline_time: datetime | None = None
    expected_seconds: int = 0


@dataclass(frozen=True)
class Texts:
    """The versioned texts of a job."""

    label_schema_json: str
    instructions_ko: str = ""
    instructions_en: str = ""


DAY_SECONDS = 86_400


def complete_spec(asked: Spec, now: datetime) -> Spec:
    """The spec with its defaults, checked as a whole.

    Raises:
        InvalidArgumentError: naming each field that does not fit the others.
    """
    overlap_min = asked.overlap_min or 1
    spec = replace(
        asked,
        title=asked.title.strip(),
        policy=asked.policy or Policy.CONSENSUS,
        claim_mode=asked.claim_mode or ClaimMode.QUEUE,
        overlap_min=overlap_min,
        overlap_max=asked.overlap_max or overlap_min,
        gold_overlap=asked.gold_overlap or 30,
        lease_seconds=asked.lease_seconds or 1_800,
        hold_limit=asked.hold_limit or 100,
        confidence_target=asked.confidence_target or 0.95,
        reject_below=asked.reject_below or 0.05,
        newcomer_answers=10 if asked.newcomer_answers is None else asked.newcomer_answers,
        clock_seconds=asked.clock_seconds or 7 * DAY_SECONDS,
        appeal_seconds=7 * DAY_SECONDS if asked.appeal_seconds is None else asked.appeal_seconds,
        expected_seconds=asked.expected_seconds or 30,
    )
    violations = tuple(FieldViolation(field, rule) for field, rule in _broken_rules(spec, now))
    if violations:
        words = "; ".join(f"{v.field}: {v.description}" for v in violations)
        raise InvalidArgumentError(words, violations=violations)
    return spec


def check_texts(texts: Texts) -> None:
    """Checks what the database cannot hold and what no reader wants.

    Raises:
        InvalidArgumentError: naming the field.
    """
    for name, words in (("ko", texts.instructions_ko), ("en", texts.instructions_en)):
        if "\x00" in words:
            raise invalid_field(f"spec.instructions.{name}", "must not hold NUL characters")
        if len(words) > INSTRUCTIONS_LENGTH_MAX:
            raise invalid_field(f"spec.instructions.{name}", f"at most {INSTRUCTIONS_LENGTH_MAX} characters")


def _broken_rules(spec: Spec, now: datetime) -> list[tuple[str, str]]:
    rules = [
        ("spec.title", "give it a title in printable characters", bool(spec.title) and spec.title.isprintable()),
        ("spec.annotation_type", "is not a known one", spec.annotation_type in set(AnnotationType)),
        ("spec.policy", "is not a known one", spec.policy in set(Policy)),
        ("spec.claim_mode", "is not a known one", spec.claim_mode in set(ClaimMode)),
        ("spec.overlap_max", "must not be below overlap_min", spec.overlap_max >= spec.overlap_min),
        ("spec.deadline_time", "must be in the future", spec.deadline_time is None or spec.deadline_time > now),
    ]
    return [(field, rule) for field, rule, kept in rules if not kept]
