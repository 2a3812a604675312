"""A batch at the bench: what the person holds of a job, what they answered of it, and how each item is shown.

A batch is what was claimed since the oldest item that is still in hand, in the order of the claims.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from ilgam.tasks.v1 import tasks_service_pb2 as pb

from services.gateway.pages.work.labels import chosen_of

ITEMS_MAX: Final = 200
FORM: Final = "ilgam.annotation/1"
_HANGUL: Final = re.compile(r"[\uac00-\ud7a3]")
_DIGIT_KEYS: Final = "1234567890"
_SHORT_LABEL: Final = 3
_BELOW_MAX: Final = 5

Versions = tuple[int, int]
LinkOf = Callable[[str], str]


@dataclass(frozen=True)
class Option:
    """One choice: its value, how it is shown, and the digit that chooses it (empty: none)."""

    value: str
    label: str
    key: str


@dataclass(frozen=True)
class Question:
    """What is asked of an item, from the versions of schema and instructions that it was claimed with.

    Attributes:
        control: the control's id, which answers name.
        words: what is asked, where the company says so; empty otherwise.
        options: what to choose from.
        not_sure: whether one may say so.
        objects: what is shown: (kind, path of the content, path of a picture's description).
        guide: the instructions.
        guide_language: what they are written in.
    """

    control: str
    words: str
    options: tuple[Option, ...]
    not_sure: bool
    objects: tuple[tuple[str, str, str], ...]
    guide: str
    guide_language: str

    @property
    def shape(self) -> str:
        """How the choices are laid out: `short` ones beside each other, `many` in columns, else `few` below each other."""
        if len(self.options) > _BELOW_MAX and all(len(option.label) <= _SHORT_LABEL for option in self.options):
            return "short"
        return "many" if len(self.options) > len(_DIGIT_KEYS) else "few"


@dataclass(frozen=True)
class Item:
    """One item of a batch.

    Attributes:
        assignment: the person's hold on it.
        number: its place in the batch, from 1.
        parts: what is shown: kind, content (a text, or where the picture is), description, language.
        choice, not_sure: what was answered, or drafted.
    """

    assignment: pb.Assignment
    number: int
    parts: tuple[dict[str, str], ...]
    choice: str
    not_sure: bool

    @property
    def is_open(self) -> bool:
        """Whether it waits for an answer."""
        return self.assignment.state == pb.ASSIGNMENT_STATE_LIVE

    @property
    def state(self) -> str:
        """LIVE, RETURNED, EXPIRED, ENDED, or where its answer stands: PENDING, ACCEPTED, REJECTED."""
        if self.assignment.state == pb.ASSIGNMENT_STATE_SUBMITTED:
            verdict = self.assignment.verdict_state or pb.VERDICT_STATE_PENDING
            return pb.VerdictState.Name(verdict).removeprefix("VERDICT_STATE_")
        return pb.AssignmentState.Name(self.assignment.state).removeprefix("ASSIGNMENT_STATE_")

    @property
    def versions(self) -> Versions:
        """Which schema and instructions it was claimed with."""
        return self.assignment.schema_version, self.assignment.instructions_version

    def chosen(self, choice: str, *, not_sure: bool) -> Item:
        """The same with what somebody has chosen just now."""
        return replace(self, choice=choice, not_sure=not_sure)


@dataclass(frozen=True)
class Batch:
    """A batch and what is asked of its items."""

    items: tuple[Item, ...]
    questions: dict[Versions, Question]

    @property
    def open_items(self) -> tuple[Item, ...]:
        """Those that wait for an answer."""
        return tuple(item for item in self.items if item.is_open)

    @property
    def answered_count(self) -> int:
        """How many were answered."""
        return sum(item.assignment.state == pb.ASSIGNMENT_STATE_SUBMITTED for item in self.items)

    @property
    def pending_krw(self) -> int:
        """What the answers that wait for a verdict bring when all are accepted."""
        return sum(item.assignment.price_krw for item in self.items if item.state == "PENDING")

    @property
    def earned_krw(self) -> int:
        """What accepted answers bring."""
        return sum(item.assignment.price_krw for item in self.items if item.state == "ACCEPTED")

    def item_at(self, number: int | None) -> Item | None:
        """The item of that number, else the first that is open, else none."""
        if number is not None and 0 < number <= len(self.items):
            return self.items[number - 1]
        return next(iter(self.open_items), None)

    def item_of(self, assignment_id: str) -> Item | None:
        """An item by its assignment."""
        return next((item for item in self.items if item.assignment.assignment_id == assignment_id), None)


def members_of(live: Sequence[pb.Assignment], newest: Sequence[pb.Assignment]) -> list[pb.Assignment]:
    """The assignments of a batch in the order of their claims; none when nothing is in hand."""
    if not live:
        return []
    begin = min(_claimed(one) for one in live)
    found = {one.assignment_id: one for one in newest if _claimed(one)[:2] >= begin[:2]}
    found |= {one.assignment_id: one for one in live}
    return sorted(found.values(), key=_claimed)


def _claimed(assignment: pb.Assignment) -> tuple[int, int, str]:
    return assignment.claim_time.seconds, assignment.claim_time.nanos, assignment.assignment_id


def question_of(work: pb.GetWorkJobResponse, language: str) -> Question:
    """What a schema (checked by tasks) asks, in the person's language as far as the company gave it."""
    schema: dict[str, Any] = json.loads(work.label_schema_json)
    control = schema["controls"][0]
    texts = {"ko": work.instructions.ko.strip(), "en": work.instructions.en.strip()}
    guide_language = language if texts[language] else "ko" if texts["ko"] else "en"
    return Question(
        control=control["id"],
        words=_in_language(control.get("title"), language) or _in_language(schema.get("title"), language),
        options=_options(control["options"], language),
        not_sure=schema.get("not_sure") is True,
        objects=tuple((one["kind"], one["from"], _path(one.get("alt"))) for one in schema["objects"]),
        guide=texts[guide_language],
        guide_language=guide_language,
    )


def _options(options: Sequence[dict[str, Any]], language: str) -> tuple[Option, ...]:
    labels = [_in_language(option, language) or option["value"] for option in options]
    own = [option.get("key") for option in options]
    if all(label in _DIGIT_KEYS for label in labels):
        keys = labels
    elif all(key in _DIGIT_KEYS for key in own if key) and any(own):
        keys = [key or "" for key in own]
    else:
        keys = [*_DIGIT_KEYS, *[""] * len(labels)][: len(labels)]
    return tuple(Option(o["value"], label, key) for o, label, key in zip(options, labels, keys, strict=True))


def _in_language(texts: object, language: str) -> str:
    if not isinstance(texts, dict):
        return ""
    other = "en" if language == "ko" else "ko"
    found = texts.get(language) or texts.get(other)
    return found if isinstance(found, str) else ""


def _path(source: object) -> str:
    return source if isinstance(source, str) and source.startswith("$.") else ""


def item_of(assignment: pb.Assignment, number: int, question: Question, link_of: LinkOf) -> Item:
    """How an item is shown. A picture that has no address any more is shown as missing, not as a failed page."""
    data: object = json.loads(assignment.data_json)
    parts = tuple(_part(data, shown, link_of) for shown in question.objects)
    said = chosen_of(assignment.answer_json or assignment.draft_json)
    known = said.value if any(option.value == said.value for option in question.options) else ""
    return Item(assignment, number, parts, known, said.not_sure)


def _part(data: object, shown: tuple[str, str, str], link_of: LinkOf) -> dict[str, str]:
    kind, source, alt = shown
    content = _held(data, source)
    if kind != "image":
        return {"kind": kind, "text": content, "alt": "", "language": "ko" if _HANGUL.search(content) else ""}
    try:
        content = link_of(content) if content.startswith("media:") else content
    except ValueError:
        content = ""
    return {"kind": kind, "text": content, "alt": _held(data, alt) if alt else "", "language": ""}


def _held(data: object, source: str) -> str:
    for name in source.removeprefix("$.").split("."):
        data = data.get(name) if isinstance(data, dict) else None
    return data if isinstance(data, str) else ""


def answer_json(control: str, choice: str, *, not_sure: bool) -> str:
    """An answer; the same choice gives the same bytes, so that sending it again is the same answer."""
    return _annotation(control, choice, {"not_sure": not_sure})


def draft_json(control: str, choice: str, revision: int, *, not_sure: bool) -> str:
    """A draft; it holds its revision, so that keeping an item renews its lease even where nothing else changed."""
    return _annotation(control, choice, {"not_sure": not_sure, "rev": revision})


def _annotation(control: str, choice: str, more: dict[str, object]) -> str:
    results = [{"control": control, "type": "choice", "value": {"choices": [choice]}}] if choice else []
    return json.dumps({"schema": FORM, **more, "results": results}, ensure_ascii=False, separators=(",", ":"))
