"""Labels as a company writes them, one on a line ("긍정 / Positive"), and the label schema that they become."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from services.gateway.letters import nfc

LABELS_MIN: Final = 2
LABELS_MAX: Final = 20
LABEL_LENGTH_MAX: Final = 200
_BETWEEN: Final = " / "
_COLOR: Final = re.compile(r"\s(#[0-9a-fA-F]{6})$")
_IMAGE: Final = re.compile(r"\s(\$(?:\.[^.\s]+)+)$")
_FROM: Final = {"text": "$.text", "image": "$.image_url"}


@dataclass(frozen=True)
class LabelLine:
    """One label: as results hold it, and as pages show it. The English and the colour (#rrggbb) may be empty.

    `image`: where an item's data holds the picture of a choice ("$.first"); empty for none.
    """

    value: str
    ko: str
    en: str
    color: str = ""
    image: str = ""


def read_lines(text: str) -> list[LabelLine]:
    """The labels of a text, in NFC; empty lines are passed over."""
    lines = (nfc(line).strip() for line in text.splitlines())
    return [_read_line(line) for line in lines if line]


def write_lines(schema_json: str) -> str:
    """The labels of a schema, one on a line."""
    return "\n".join(write_option(option) for option in _options(json.loads(schema_json)))


def wrong_labels(lines: Sequence[LabelLine], least: int = LABELS_MIN, *, pictures: bool = True) -> str:
    """What is wrong with labels, as the end of `company.wrong_labels_...`; empty when they are fine.

    `pictures`: they are choices, which may have a picture each.
    """
    images = [line.image for line in lines if line.image]
    if len(set(images)) < len(images) or (images and not pictures):
        return "pictures"
    if len(lines) < least:
        return "few"
    if len(lines) > LABELS_MAX:
        return "many"
    if len({line.value.casefold() for line in lines}) < len(lines):
        return "twice"
    if any(len(part) > LABEL_LENGTH_MAX or not part.isprintable() for line in lines for part in (line.ko, line.en)):
        return "long"
    return ""


def schema_json(kind: str, lines: Sequence[LabelLine], question: tuple[str, str], *, before: str = "") -> str:
    """The schema of a job that lets workers choose one label.

    Args:
        kind: text or image.
        lines: the labels.
        question: what is asked, in Korean and English; may be empty.
        before: the schema that this one replaces: what this form does not know of it stays.
    """
    schema: dict[str, Any] = json.loads(before) if before else _plain(kind)
    shown = schema["objects"][0]
    if shown.get("kind") != kind:
        shown |= {"kind": kind, "from": _FROM[kind]}
    known = {write_option(option): option for option in _options(schema)}
    schema["controls"][0]["options"] = [known.get(_write_line(line)) or _option(line) for line in lines]
    asked = {language: words for language, words in zip(("ko", "en"), question, strict=True) if words}
    schema.pop("title", None)
    return json.dumps(
        {"schema": schema.pop("schema"), **({"title": asked} if asked else {}), **schema}, ensure_ascii=False
    )


def question_of(schema: str) -> tuple[str, str]:
    """What a schema asks, in Korean and English."""
    title = json.loads(schema).get("title")
    found = title if isinstance(title, dict) else {}
    return str(found.get("ko", "")), str(found.get("en", ""))


def spellings(schema: str) -> dict[str, str]:
    """Every way in which a file may name a label -> the label's value."""
    found: dict[str, str] = {}
    for option in _options(json.loads(schema)):
        for written in (option.get("en"), option.get("ko"), option["value"]):
            if written:
                found[nfc(written).casefold()] = option["value"]
    return found


def _plain(kind: str) -> dict[str, Any]:
    control = {"id": "label", "kind": "choice", "on": "object", "multiple": False, "required": True, "options": []}
    return {
        "schema": "ilgam.label-config/1",
        "objects": [{"id": "object", "kind": kind, "from": _FROM[kind]}],
        "controls": [control],
        "not_sure": True,
    }


def _options(schema: dict[str, Any]) -> list[dict[str, str]]:
    control = schema["controls"][0]
    options: list[dict[str, str]] = control.get("options") or control.get("labels") or []
    return options


def _option(line: LabelLine) -> dict[str, str]:
    more = {name: held for name, held in (("color", line.color), ("image", line.image)) if held}
    return {"value": line.value, "ko": line.ko, "en": line.en or line.ko, **more}


def _read_line(line: str) -> LabelLine:
    image = _IMAGE.search(line)
    words = line[: image.start()] if image else line
    color = _COLOR.search(words)
    words = words[: color.start()] if color else words
    ko, _, en = (part.strip() for part in words.partition(_BETWEEN))
    return LabelLine(ko or en, ko or en, en, color[1].lower() if color else "", image[1] if image else "")


def _write_line(line: LabelLine) -> str:
    words = f"{line.ko}{_BETWEEN}{line.en}" if line.en and line.en != line.ko else line.ko
    return " ".join(part for part in (words, line.color, line.image) if part)


def write_option(option: dict[str, str]) -> str:
    """One label of a schema as a line."""
    ko = option.get("ko") or option["value"]
    more = option.get("color") or "", option.get("image") or ""
    return _write_line(LabelLine(option["value"], ko, option.get("en") or "", *more))
