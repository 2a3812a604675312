"""A job's terms as a form: from what was typed to the contract's JobSpec and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Final

from ilgam.common.v1 import common_pb2
from ilgam.tasks.v1 import tasks_events_pb2 as events_pb
from ilgam.tasks.v1 import tasks_service_pb2 as pb

from services.gateway.forms import Form
from services.gateway.letters import nfc
from services.gateway.pages.company.label_lines import (
    LABELS_MAX,
    LABELS_MIN,
    question_of,
    read_lines,
    schema_json,
    write_lines,
    wrong_labels,
)
from services.gateway.words import SEOUL, Words, in_seoul

TITLE_LENGTH_MAX: Final = 200
QUESTION_LENGTH_MAX: Final = 500
INSTRUCTIONS_LENGTH_MAX: Final = 20_000
PRICE_MAX_KRW: Final = 1_000_000
SECONDS_MAX: Final = 86_400
OVERLAP_MAX: Final = 50
GOLD_OVERLAP_MAX: Final = 1000
SKILL_PERCENT_MAX: Final = 99
KINDS: Final = {
    "text": common_pb2.ANNOTATION_TYPE_TEXT_CHOICE,
    "image": common_pb2.ANNOTATION_TYPE_IMAGE_CHOICE,
}
POLICIES: Final = {
    "consensus": events_pb.POLICY_CONSENSUS,
    "gold": events_pb.POLICY_GOLD,
    "all": events_pb.POLICY_ALL,
}
FIELD_OF: Final = {
    "spec.title": "title",
    "spec.annotation_type": "kind",
    "spec.label_schema_json": "labels",
    "spec.instructions.ko": "instructions_ko",
    "spec.instructions.en": "instructions_en",
    "spec.policy": "policy",
    "spec.price_krw": "price_krw",
    "spec.overlap_min": "overlap_min",
    "spec.overlap_max": "overlap_max",
    "spec.gold_overlap": "gold_overlap",
    "spec.required_skill": "required_skill",
    "spec.pool_only": "pool_only",
    "spec.deadline_time": "deadline",
    "spec.expected_seconds": "expected_seconds",
}
FIELDS: Final = (*FIELD_OF.values(), "question_ko", "question_en")
BEGINNING: Final = {
    "kind": "text",
    "policy": "consensus",
    "price_krw": "100",
    "expected_seconds": "20",
    "overlap_min": "2",
    "overlap_max": "5",
    "gold_overlap": "30",
}
_NUMBERS: Final = {
    "price_krw": (1, PRICE_MAX_KRW),
    "expected_seconds": (1, SECONDS_MAX),
    "overlap_min": (1, OVERLAP_MAX),
    "overlap_max": (1, OVERLAP_MAX),
    "gold_overlap": (1, GOLD_OVERLAP_MAX),
}
_LENGTHS: Final = {
    "title": TITLE_LENGTH_MAX,
    "question_ko": QUESTION_LENGTH_MAX,
    "question_en": QUESTION_LENGTH_MAX,
    "instructions_ko": INSTRUCTIONS_LENGTH_MAX,
    "instructions_en": INSTRUCTIONS_LENGTH_MAX,
}


def read_spec(words: Words, form: Form, before: pb.JobSpec | None, today: date) -> pb.JobSpec | None:
    """The spec that was typed; None when something is wrong, which the form then says.

    Args:
        words: for what is wrong.
        form: what was typed.
        before: the spec that this one replaces: what the form does not ask stays.
        today: in Korea.
    """
    spec = pb.JobSpec()
    if before:
        spec.CopyFrom(before)
    _read_texts(words, form, spec)
    _read_labels(words, form, spec)
    _read_numbers(words, form, spec)
    _read_rest(words, form, spec, today)
    return None if form.wrong else spec


def write_spec(spec: pb.JobSpec) -> Form:
    """The form that shows a spec."""
    question_ko, question_en = question_of(spec.label_schema_json)
    deadline = in_seoul(spec.deadline_time)
    return Form(
        {
            "title": spec.title,
            "kind": _name_of(KINDS, spec.annotation_type, "text"),
            "question_ko": question_ko,
            "question_en": question_en,
            "labels": write_lines(spec.label_schema_json),
            "instructions_ko": spec.instructions.ko,
            "instructions_en": spec.instructions.en,
            "policy": _name_of(POLICIES, spec.policy, "consensus"),
            "required_skill": str(round(spec.required_skill * 100)) if spec.required_skill else "",
            "pool_only": "on" if spec.pool_only else "",
            "deadline": deadline.date().isoformat() if deadline else "",
            **{name: str(getattr(spec, name)) for name in _NUMBERS},
        }
    )


def _read_texts(words: Words, form: Form, spec: pb.JobSpec) -> None:
    if not form["title"]:
        form.wrong["title"] = words("company.wrong_title")
    for name, most in _LENGTHS.items():
        # Browsers send line ends as two letters.
        form.values[name] = nfc(form[name]).replace("\r\n", "\n")
        if len(form[name]) > most:
            form.wrong[name] = words("company.wrong_long", most=most, length=len(form[name]))
    spec.title = " ".join(form["title"].split())
    spec.instructions.ko, spec.instructions.en = form["instructions_ko"], form["instructions_en"]


def _read_labels(words: Words, form: Form, spec: pb.JobSpec) -> None:
    kind = form["kind"]
    if kind not in KINDS:
        form.wrong["kind"] = words("company.wrong_choose")
        return
    lines = read_lines(form["labels"])
    wrong = (
        "" if spec.label_schema_json and form["labels"] == write_lines(spec.label_schema_json) else wrong_labels(lines)
    )
    if wrong:
        form.wrong["labels"] = words(
            f"company.wrong_labels_{wrong}", least=LABELS_MIN, most=LABELS_MAX, count=len(lines)
        )
        return
    spec.annotation_type = KINDS[kind]
    question = (form["question_ko"], form["question_en"])
    spec.label_schema_json = schema_json(kind, lines, question, before=spec.label_schema_json)


def _read_numbers(words: Words, form: Form, spec: pb.JobSpec) -> None:
    for name, (least, most) in _NUMBERS.items():
        number = form.whole_number(name, least, most)
        if number is None:
            form.wrong[name] = words("company.wrong_number", least=least, most=most)
        else:
            setattr(spec, name, number)
    if not form.wrong.keys() & {"overlap_min", "overlap_max"} and spec.overlap_max < spec.overlap_min:
        form.wrong["overlap_max"] = words("company.wrong_overlap")


def _read_rest(words: Words, form: Form, spec: pb.JobSpec, today: date) -> None:
    if form["policy"] in POLICIES:
        spec.policy = POLICIES[form["policy"]]
    else:
        form.wrong["policy"] = words("company.wrong_choose")
    skill = form.whole_number("required_skill", 0, SKILL_PERCENT_MAX) if form["required_skill"] else 0
    if skill is None:
        form.wrong["required_skill"] = words("company.wrong_number", least=0, most=SKILL_PERCENT_MAX)
    elif round(spec.required_skill * 100) != skill:
        spec.required_skill = skill / 100
    spec.pool_only = form["pool_only"] == "on"
    _read_deadline(words, form, spec, today)


def _read_deadline(words: Words, form: Form, spec: pb.JobSpec, today: date) -> None:
    """A day, meant to its last second; a deadline that was set to the minute elsewhere stays while its day does."""
    if not form["deadline"]:
        spec.ClearField("deadline_time")
        return
    try:
        day = date.fromisoformat(form["deadline"])
    except ValueError:
        form.wrong["deadline"] = words("company.wrong_date")
        return
    before = in_seoul(spec.deadline_time)
    if before and before.date() == day:
        return
    if not today <= day <= today.replace(year=today.year + 5, day=1):
        form.wrong["deadline"] = words("company.wrong_deadline")
        return
    spec.deadline_time.FromDatetime(datetime.combine(day, time(23, 59, 59), SEOUL).astimezone(UTC))


def _name_of(names: Mapping[str, int], value: int, otherwise: str) -> str:
    return next((name for name, number in names.items() if number == value), otherwise)
