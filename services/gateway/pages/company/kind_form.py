"""What is asked of an item, as a form a company fills in for each kind of work, and the label schema that it becomes.

What no form can say is written as JSON: kind `json`, with the schema itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ilgam.common.v1 import common_pb2

from services.core.errors import InvalidArgumentError
from services.gateway.kinds import kind_of
from services.gateway.pages.company.label_lines import LabelLine, read_lines, schema_json, write_lines, write_option
from services.gateway.words import Words
from services.labelling.schema import parse_label_schema

PLAIN: Final = ("text", "image")
GUIDED: Final = ("shape", "span", "segment", "track", "cell", "pair", "writing")
AS_JSON: Final = "json"
KINDS: Final = {
    "text": common_pb2.ANNOTATION_TYPE_TEXT_CHOICE,
    "image": common_pb2.ANNOTATION_TYPE_IMAGE_CHOICE,
    "shape": common_pb2.ANNOTATION_TYPE_IMAGE_SHAPE,
    "span": common_pb2.ANNOTATION_TYPE_TEXT_SPAN,
    "segment": common_pb2.ANNOTATION_TYPE_AUDIO_SEGMENT,
    "track": common_pb2.ANNOTATION_TYPE_VIDEO_TRACK,
    "cell": common_pb2.ANNOTATION_TYPE_TABLE_CELL,
    "pair": common_pb2.ANNOTATION_TYPE_PAIR_CHOICE,
    "writing": common_pb2.ANNOTATION_TYPE_TEXT_WRITING,
}
TOOLS: Final = ("rect", "polygon", "polyline", "point")
PAIRS: Final = ("text", "image")
WITHOUT_LABELS: Final = frozenset({"pair", "writing", AS_JSON})
LENGTH_MAX: Final = 20_000
SCHEMA_LENGTH_MAX: Final = 100_000
# Colours that can be told apart, also by most who see few (Okabe and Ito, 2008), dark enough for white pages.
PALETTE: Final = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8a6d00", "#56b4e9", "#7b4bb7", "#444444")
PATTERNS: Final = ("solid", "dashed", "dotted", "double")
_OBJECTS: Final[Mapping[str, dict[str, Any]]] = {
    "shape": {"id": "picture", "kind": "image", "from": "$.image_url"},
    "span": {"id": "text", "kind": "text", "from": "$.text"},
    "segment": {"id": "sound", "kind": "audio", "from": "$.audio_url"},
    "track": {"id": "film", "kind": "video", "from": "$.video_url"},
    "cell": {"id": "table", "kind": "table", "from": "$.table"},
    "writing": {"id": "text", "kind": "text", "from": "$.text"},
}


@dataclass(frozen=True)
class Asked:
    """What the form of a guided kind says.

    Attributes:
        kind: one of GUIDED.
        lines: the labels.
        question: in Korean and English; may be empty.
        must: an answer without marks is not taken.
        overlap: marks of passages and segments may lie over each other.
        tools: of shapes.
        transcript: each segment has a text.
        tie: "both are as good" may be said.
        pair_of: text or image.
        length_max: of what is written.
    """

    kind: str
    lines: tuple[LabelLine, ...] = ()
    question: tuple[str, str] = ("", "")
    must: bool = False
    overlap: bool = False
    tools: tuple[str, ...] = ()
    transcript: bool = False
    tie: bool = False
    pair_of: str = "text"
    length_max: int = 2000


def guided_schema(asked: Asked) -> str:
    """The label schema of a guided kind."""
    shown = _OBJECTS.get(asked.kind) or {
        "id": "pair",
        "kind": "pair",
        "of": asked.pair_of,
        "from": ["$.first", "$.second"],
    }
    control: dict[str, Any] = {"id": "mark", "kind": asked.kind, "on": shown["id"], "required": asked.must}
    if asked.kind == "pair":
        control |= {"kind": "pairwise", "required": True, "tie": asked.tie}
    elif asked.kind == "writing":
        control |= {"kind": "text", "required": True, "max_length": asked.length_max}
    else:
        control["labels"] = [_label(line, place) for place, line in enumerate(asked.lines)]
    if asked.kind == "shape":
        control["tools"] = list(asked.tools)
    if asked.kind in {"span", "segment"}:
        control["overlap"] = asked.overlap
    if asked.kind == "segment":
        control["transcript"] = asked.transcript
    title = {language: words for language, words in zip(("ko", "en"), asked.question, strict=True) if words}
    document = {"schema": "ilgam.label-config/1", **({"title": title} if title else {})}
    return json.dumps(
        document | {"objects": [dict(shown)], "controls": [control], "not_sure": True}, ensure_ascii=False
    )


def asked_in(schema: str, annotation_type: int) -> Asked | None:
    """What the form would have said to become this schema; None where no form says it."""
    kind = next((name for name in GUIDED if KINDS[name] == annotation_type), "")
    document: dict[str, Any] = json.loads(schema)
    document.pop("examples", None)
    if not kind or len(document["controls"]) != 1 or len(document["objects"]) != 1:
        return None
    control, shown = document["controls"][0], document["objects"][0]
    title = document.get("title") or {}
    try:
        asked = Asked(
            kind=kind,
            lines=tuple(line for label in control.get("labels", []) for line in read_lines(write_option(label))),
            question=(title.get("ko", ""), title.get("en", "")),
            must=control.get("required") is True,
            overlap=control.get("overlap") is True,
            tools=tuple(control.get("tools", ())),
            transcript=control.get("transcript") is True,
            tie=control.get("tie") is True,
            pair_of=shown.get("of", "text"),
            length_max=control.get("max_length", 2000),
        )
    except (KeyError, TypeError, ValueError):
        return None
    return asked if json.loads(guided_schema(asked)) == document else None


def with_examples_of(schema: str, before: str) -> str:
    """A schema with the examples of the one that it replaces: no form asks for them."""
    examples = json.loads(before).get("examples") if before else None
    return json.dumps(json.loads(schema) | {"examples": examples}, ensure_ascii=False) if examples else schema


def is_plain_form(schema: str, annotation_type: int) -> bool:
    """Whether the form of a plain choice can show a schema and give it back."""
    kind = next((name for name in PLAIN if KINDS[name] == annotation_type), "")
    document: dict[str, Any] = json.loads(schema)
    if not kind or len(document["controls"]) != 1 or len(document["objects"]) != 1:
        return False
    control, shown = document["controls"][0], document["objects"][0]
    return control["kind"] == "choice" and not control.get("multiple") and shown["kind"] == kind


def schema_problem(words: Words, schema: str, annotation_type: int) -> str:
    """The rule that a label schema breaks, with its place; empty when it keeps them all."""
    try:
        parse_label_schema(schema, annotation_type)
    except InvalidArgumentError as error:
        return words(f"company.schema_{error.metadata['code']}", **error.metadata)
    return ""


def type_options() -> list[tuple[str, str]]:
    """The annotation types by the names that forms and texts give them."""
    return [(kind_of(number), kind_of(number)) for number in KINDS.values()]


def type_named(name: str) -> int:
    """An annotation type by its name in `states`; 0 for none."""
    return next((number for number in KINDS.values() if kind_of(number) == name), 0)


def plain_schema(
    kind: str, lines: Sequence[LabelLine], question: tuple[str, str], before: str, before_type: int
) -> str:
    """The schema of a plain choice; what the form does not know of the one before stays."""
    return schema_json(kind, lines, question, before=before if before and is_plain_form(before, before_type) else "")


def lines_of(schema: str, annotation_type: int) -> str:
    """The labels of a schema that a form can show, one on a line."""
    if is_plain_form(schema, annotation_type):
        return write_lines(schema)
    asked = asked_in(schema, annotation_type)
    return (
        "\n".join(write_option(label) for label in json.loads(schema)["controls"][0].get("labels", [])) if asked else ""
    )


def _label(line: LabelLine, place: int) -> dict[str, str]:
    return {
        "value": line.value,
        "ko": line.ko,
        "en": line.en or line.ko,
        "color": line.color or PALETTE[place % len(PALETTE)],
        "pattern": PATTERNS[place // len(PALETTE) % len(PATTERNS)],
    }
