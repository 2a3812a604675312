"""How an exam is shown: what an item holds, the words of its labels, where each answer stands."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ilgam.common.v1.common_pb2 import LocalText
from ilgam.workers.v1 import workers_service_pb2 as pb

_HANGUL: Final = re.compile(r"[\uac00-\ud7a3]")
_PICTURE: Final = "data:image/"
_SHORT_LABEL: Final = 3
_BELOW_MAX: Final = 5
_MANY: Final = 10


@dataclass(frozen=True)
class Part:
    """A piece of what is to be judged: `kind` is image or text; `language` says what a text is written in."""

    kind: str
    text: str
    language: str


@dataclass(frozen=True)
class Choice:
    """A label to choose, in words."""

    value: str
    words: str


@dataclass(frozen=True)
class Question:
    """One item of an attempt: its place from 1, what is shown, what to choose from, what was saved."""

    number: int
    item_id: str
    parts: tuple[Part, ...]
    choices: tuple[Choice, ...]
    saved: str

    @property
    def shape(self) -> str:
        """How the choices are laid out: `short` ones beside each other, `many` in columns, else `few` below each other."""
        if len(self.choices) > _BELOW_MAX and all(len(choice.words) <= _SHORT_LABEL for choice in self.choices):
            return "short"
        return "many" if len(self.choices) > _MANY else "few"


def in_language(text: LocalText, language: str) -> str:
    """A text in a language; Korean where there is no other."""
    return text.en or text.ko if language == "en" else text.ko


def questions_of(attempt: pb.GetExamAttemptResponse, language: str) -> list[Question]:
    """The items of a running attempt in their order."""
    texts = {one.label: in_language(one.text, language) for one in attempt.guide.label_texts}
    return [
        Question(
            number,
            item.exam_item_id,
            parts_of(item.data_json),
            tuple(Choice(label, texts.get(label) or label) for label in item.labels),
            item.saved_label,
        )
        for number, item in enumerate(attempt.items, 1)
    ]


def parts_of(data_json: str) -> tuple[Part, ...]:
    """What an item shows: its pictures, then its texts; other values are for programs."""
    texts = [value for value in json.loads(data_json).values() if isinstance(value, str) and value]
    pictures = [Part("image", value, "") for value in texts if value.startswith(_PICTURE)]
    words = [
        Part("text", value, "ko" if _HANGUL.search(value) else "") for value in texts if not value.startswith(_PICTURE)
    ]
    return (*pictures, *words)


def number_of(text: str, questions: Sequence[Question]) -> int:
    """The place that an address names, or the first without an answer, or the first."""
    if text.isascii() and text.isdecimal() and len(text) <= 3 and 1 <= int(text) <= len(questions):  # noqa: PLR2004 - digits of a place
        return int(text)
    return next((one.number for one in questions if not one.saved), 1)
