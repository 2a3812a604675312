"""A batch at the bench: what the person holds of a job, what they answered of it, and how each item is shown.

A batch is what was claimed since the oldest item that is still in hand, in the order of the claims.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from ilgam.tasks.v1 import tasks_service_pb2 as pb

from services.gateway.pages.work.annotated import Marks, Said, said_in
from services.gateway.pages.work.asked import Question
from services.gateway.pages.work.parts import LinkOf, Part, parts_of

ITEMS_MAX: Final = 200

Versions = tuple[int, int]


@dataclass(frozen=True)
class Item:
    """One item of a batch.

    Attributes:
        assignment: the person's hold on it.
        number: its place in the batch, from 1.
        parts: what is shown.
        marks, not_sure: what was answered, or drafted.
    """

    assignment: pb.Assignment
    number: int
    parts: tuple[Part, ...]
    marks: Marks
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

    def saying(self, said: Said) -> Item:
        """The same with what somebody has answered just now."""
        return replace(self, marks=said.marks, not_sure=said.not_sure)

    @property
    def said(self) -> Said:
        """What was answered, or drafted."""
        return Said(self.marks, self.not_sure)

    @property
    def view(self) -> dict[str, Any]:
        """What it shows and says, as the page's scripts get it."""
        return {
            "number": self.number,
            "parts": [part.view for part in self.parts],
            "marks": self.marks,
            "notSure": self.not_sure,
        }


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


def item_of(assignment: pb.Assignment, number: int, question: Question, link_of: LinkOf) -> Item:
    """How an item is shown. Media that have no address any more are shown as missing, not as a failed page."""
    said = said_in(assignment.answer_json or assignment.draft_json)
    marks = tuple(mark for mark in said.marks if _fits(question, mark))
    return Item(assignment, number, parts_of(assignment, question, link_of), marks, said.not_sure)


def _fits(question: Question, mark: dict[str, Any]) -> bool:
    """Whether a mark is one that the question knows: a label that is none of its own any more cannot be shown."""
    control = question.control(mark["control"])
    if control is None:
        return False
    known = {option.value for option in control.options}
    if control.kind == "choice":
        chosen = mark["value"].get("choices")
        return isinstance(chosen, list) and bool(chosen) and all(one in known for one in chosen if isinstance(one, str))
    return "label" not in mark or not known or mark["label"] in known
