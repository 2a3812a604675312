"""How an exam is shown: what an item holds, the words of its labels, where each answer stands."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from ilgam.common.v1.common_pb2 import LocalText
from ilgam.tasks.v1 import tasks_service_pb2 as tasks_pb
from ilgam.workers.v1 import workers_service_pb2 as pb

from services.gateway.pages.work.asked import Question as Asked
from services.gateway.pages.work.batch import Item, item_of
from services.gateway.pages.work.broken import broken_words
from services.gateway.pages.work.parts import LinkOf
from services.gateway.pages.work.question import question_of
from services.gateway.words import Words
from services.labelling.annotation import AnswerInvalidError, check_answer, facts_of
from services.labelling.broken_rule import broken_rule
from services.labelling.schema import parse_label_schema

LinkTo = Callable[[str], LinkOf]

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
    """One item of an attempt.

    Attributes:
        number: its place from 1.
        parts, choices: what is shown and what to choose from, where it asks for one label.
        saved: what was saved; empty for nothing.
        asked, item: what is asked, shown and saved of every other item, as at the bench.
    """

    number: int
    item_id: str
    parts: tuple[Part, ...]
    choices: tuple[Choice, ...]
    saved: str
    asked: Asked | None = None
    item: Item | None = None

    @property
    def shape(self) -> str:
        """How the choices are laid out: `short` ones beside each other, `many` in columns, else `few` below each other."""
        if len(self.choices) > _BELOW_MAX and all(len(choice.words) <= _SHORT_LABEL for choice in self.choices):
            return "short"
        return "many" if len(self.choices) > _MANY else "few"


def in_language(text: LocalText, language: str) -> str:
    """A text in a language; Korean where there is no other."""
    return text.en or text.ko if language == "en" else text.ko


def questions_of(attempt: pb.GetExamAttemptResponse, language: str, link_to: LinkTo) -> list[Question]:
    """The items of a running attempt in their order. `link_to` gives where the files of a programme's course are."""
    texts = {one.label: in_language(one.text, language) for one in attempt.guide.label_texts}
    return [
        _by_schema(attempt, item, number, language, link_to(item.programme_id))
        if item.label_schema_json
        else Question(
            number,
            item.exam_item_id,
            parts_of(item.data_json),
            tuple(Choice(label, texts.get(label) or label) for label in item.labels),
            item.saved_label,
        )
        for number, item in enumerate(attempt.items, 1)
    ]


def _by_schema(
    attempt: pb.GetExamAttemptResponse, item: pb.ExamItem, number: int, language: str, link_of: LinkOf
) -> Question:
    # The schema of an exam item is that of a job: the bench reads both alike.
    work = tasks_pb.GetWorkJobResponse(
        label_schema_json=item.label_schema_json, instructions=attempt.guide.instructions
    )
    asked = question_of(work, language)
    held = tasks_pb.Assignment(
        assignment_id=item.exam_item_id,
        data_json=item.data_json,
        draft_json=item.saved_answer_json,
        state=tasks_pb.ASSIGNMENT_STATE_LIVE,
        media=item.media,
    )
    shown = item_of(held, number, asked, link_of)
    return Question(number, item.exam_item_id, (), (), item.saved_answer_json, asked, shown)


def broken_in(words: Words, attempt: pb.GetExamAttemptResponse) -> dict[int, str]:
    """The items, by their numbers, whose saved answers break a rule of their schema, and which: these would count as wrong."""
    found = {}
    for number, item in enumerate(attempt.items, 1):
        if item.label_schema_json and item.saved_answer_json:
            schema = parse_label_schema(item.label_schema_json, attempt.annotation_type)
            try:
                # As the exam is scored: what lies in the picture is not asked.
                check_answer(schema, item.saved_answer_json, facts_of(schema, json.loads(item.data_json), {}))
            except AnswerInvalidError as error:
                broken = broken_rule(error.mark, error.rule)
                found[number] = broken_words(words, broken.code, broken.mark_no)
    return found


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
