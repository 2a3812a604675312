"""A job's terms as a form: from what was typed to the contract's JobSpec and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Final

from ilgam.common.v1 import common_pb2
from ilgam.tasks.v1 import tasks_events_pb2 as events_pb
from ilgam.tasks.v1 import tasks_service_pb2 as pb

from services.gateway.forms import Form
from services.gateway.kinds import kind_of
from services.gateway.letters import nfc
from services.gateway.pages.company.kind_form import (
    AS_JSON,
    KINDS,
    LENGTH_MAX,
    PAIRS,
    PLAIN,
    SCHEMA_LENGTH_MAX,
    TOOLS,
    WITHOUT_LABELS,
    Asked,
    asked_in,
    guided_schema,
    is_plain_form,
    lines_of,
    plain_schema,
    schema_problem,
    type_named,
    with_examples_of,
)
from services.gateway.pages.company.label_lines import (
    LABELS_MAX,
    LABELS_MIN,
    LabelLine,
    question_of,
    read_lines,
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
    "tool_rect": "on",
    "length_max": "2000",
    "pair_of": "text",
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
    _read_asked(words, form, spec)
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
            **_shown_kind(spec),
            "question_ko": question_ko,
            "question_en": question_en,
            "labels": lines_of(spec.label_schema_json, spec.annotation_type),
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


def _read_asked(words: Words, form: Form, spec: pb.JobSpec) -> None:
    """What is asked: a form for each kind, or the schema itself."""
    kind = form["kind"]
    if kind == AS_JSON:
        _read_schema(words, form, spec)
        return
    if kind not in KINDS:
        form.wrong["kind"] = words("company.wrong_choose")
        return
    lines = read_lines(form["labels"])
    least = LABELS_MIN if kind in PLAIN else 1
    known = bool(spec.label_schema_json) and form["labels"] == lines_of(spec.label_schema_json, spec.annotation_type)
    wrong = "" if known or kind in WITHOUT_LABELS else wrong_labels(lines, least, pictures=kind in PLAIN)
    if wrong:
        form.wrong["labels"] = words(f"company.wrong_labels_{wrong}", least=least, most=LABELS_MAX, count=len(lines))
        return
    question = (form["question_ko"], form["question_en"])
    if kind in PLAIN:
        spec.label_schema_json = plain_schema(kind, lines, question, spec.label_schema_json, spec.annotation_type)
    else:
        asked = _read_guided(words, form, kind, tuple(lines), question)
        if asked is None:
            return
        before = spec.label_schema_json if spec.annotation_type == KINDS[kind] else ""
        spec.label_schema_json = with_examples_of(guided_schema(asked), before)
    spec.annotation_type = KINDS[kind]


def _read_guided(
    words: Words, form: Form, kind: str, lines: tuple[LabelLine, ...], question: tuple[str, str]
) -> Asked | None:
    tools = tuple(tool for tool in TOOLS if form[f"tool_{tool}"])
    if kind == "shape" and not tools:
        form.wrong["tools"] = words("company.wrong_tools")
        return None
    length = form.whole_number("length_max", 1, LENGTH_MAX)
    if kind == "writing" and length is None:
        form.wrong["length_max"] = words("company.wrong_number", least=1, most=LENGTH_MAX)
        return None
    return Asked(
        kind=kind,
        lines=lines,
        question=question,
        must=bool(form["must"]),
        overlap=bool(form["overlap"]),
        tools=tools,
        transcript=bool(form["transcript"]),
        tie=bool(form["tie"]),
        pair_of=form["pair_of"] if form["pair_of"] in PAIRS else PAIRS[0],
        length_max=length or 1,
    )


def _read_schema(words: Words, form: Form, spec: pb.JobSpec) -> None:
    """The schema as JSON, checked as tasks checks it, so that its rule can be said at the field."""
    annotation_type = type_named(form["schema_type"])
    if not annotation_type:
        form.wrong["schema_type"] = words("company.wrong_choose")
        return
    if len(form["schema"]) > SCHEMA_LENGTH_MAX:
        form.wrong["schema"] = words("company.wrong_long", most=SCHEMA_LENGTH_MAX, length=len(form["schema"]))
        return
    problem = schema_problem(words, form["schema"], annotation_type)
    if problem:
        form.wrong["schema"] = words("company.wrong_schema", rule=problem)
        return
    spec.annotation_type = common_pb2.AnnotationType.ValueType(annotation_type)
    spec.label_schema_json = form["schema"]


def _shown_kind(spec: pb.JobSpec) -> dict[str, str]:
    """The fields of what is asked, as the form of its kind shows it, or as JSON."""
    schema, number = spec.label_schema_json, spec.annotation_type
    as_json = {"schema": json.dumps(json.loads(schema), ensure_ascii=False, indent=2), "schema_type": kind_of(number)}
    if is_plain_form(schema, number):
        return as_json | {"kind": _name_of(KINDS, number, "text")}
    asked = asked_in(schema, number)
    if asked is None:
        return as_json | {"kind": AS_JSON}
    ticks = {"must": asked.must, "overlap": asked.overlap, "transcript": asked.transcript, "tie": asked.tie}
    ticks |= {f"tool_{tool}": tool in asked.tools for tool in TOOLS}
    return as_json | {
        "kind": asked.kind,
        "pair_of": asked.pair_of,
        "length_max": str(asked.length_max),
        **{name: "on" if ticked else "" for name, ticked in ticks.items()},
    }


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
