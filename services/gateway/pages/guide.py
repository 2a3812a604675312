"""Examples of a guide: what to mark and what not, on what it is marked on, with the reason."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from ilgam.tasks.v1 import tasks_service_pb2 as pb

from services.gateway.pages.item_view import Shown
from services.gateway.pages.work.annotated import Said, marks_in
from services.gateway.pages.work.asked import Question
from services.gateway.pages.work.parts import LinkOf, Part, parts_of
from services.gateway.pages.work.question import in_language

GOOD: Final = "good"
BAD: Final = "bad"


@dataclass(frozen=True)
class Example:
    """One example, drawn like an answer that cannot be changed.

    Attributes:
        said: what is marked; its kind is good or bad.
        parts: what it is marked on.
        why: the reason, in the person's language as far as the company gave it.
        number: its place, from 1.
    """

    said: Shown
    parts: tuple[Part, ...]
    why: str
    number: int

    @property
    def view(self) -> dict[str, Any]:
        """As the page's scripts get it."""
        return {"question": 0, "marks": self.said.said.marks, "parts": [part.view for part in self.parts]}


def examples_of(work: pb.GetWorkJobResponse, question: Question, language: str, link_of: LinkOf) -> tuple[Example, ...]:
    """The examples of a schema that tasks has checked."""
    found: Sequence[dict[str, Any]] = json.loads(work.label_schema_json).get("examples", ())
    return tuple(
        Example(
            Shown(GOOD if one["good"] else BAD, question, Said(marks_in(one["results"]), not_sure=False)),
            parts_of(pb.Assignment(data_json=json.dumps(one["data"]), media=work.media), question, link_of),
            in_language(one["why"], language),
            number,
        )
        for number, one in enumerate(found, 1)
    )
