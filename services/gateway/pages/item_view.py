"""One item of a job with its result and every answer side by side, as companies and operators look at it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ilgam.tasks.v1 import tasks_service_pb2 as pb
from starlette.requests import Request

from services.gateway.house import house_of
from services.gateway.pages.work.annotated import Said, choice_mark, in_words, said_in
from services.gateway.pages.work.asked import Asked, Question
from services.gateway.pages.work.parts import Part, parts_of
from services.gateway.pages.work.question import island_texts, question_of
from services.gateway.pages.work.rows import ROWS_MAX, Row, rows_of
from services.gateway.visit import person_of, visit_of
from services.gateway.words import Words

ANSWERS_SHOWN_MAX: Final = 50


@dataclass(frozen=True)
class Shown:
    """The result, the known answer, or one person's answer.

    Attributes:
        kind: result, known or answer.
        question: what was asked, in the version that it was made under.
        said: the marks.
        answer: as tasks gave it; None for the result and the known answer.
    """

    kind: str
    question: Question
    said: Said
    answer: pb.ItemAnswer | None = None

    @property
    def line(self) -> str:
        """What it says in a line."""
        return in_words(self.question, self.said.marks)

    @property
    def marked(self) -> list[tuple[Asked, list[Row], int]]:
        """Controls whose marks are on what is shown: the first marks as rows of words and numbers, and how many more."""
        found = []
        for control in self.question.controls:
            own = [mark for mark in self.said.marks if mark["control"] == control.control_id]
            if own and not control.is_field:
                rows = rows_of(control.tools[0], own)[: min(len(own), ROWS_MAX)]
                found.append((control, rows, len(own) - len(rows)))
        return found

    @property
    def verdict(self) -> str:
        """PENDING, ACCEPTED or REJECTED."""
        return pb.VerdictState.Name(self.answer.verdict_state).removeprefix("VERDICT_STATE_") if self.answer else ""


@dataclass(frozen=True)
class ItemView:
    """What the page of an item shows.

    Attributes:
        item: its counts.
        question: what is asked now.
        parts: what is shown.
        shown: the result, the known answer, and the answers.
        hidden_count: how many answers more there are.
        number: which of several; here there is one.
        data_json: the item's data.
    """

    item: pb.Item
    question: Question
    parts: tuple[Part, ...]
    shown: tuple[Shown, ...]
    hidden_count: int
    number: int = 1
    data_json: str = "{}"


async def read_item(request: Request, job_id: str, item_id: str) -> ItemView:
    """Reads one item of a job.

    Raises:
        IlgamError: NOT_FOUND, where the person may not see it.
    """
    person, words = person_of(request), visit_of(request).words
    whole = await person.client.tasks.GetItem(pb.GetItemRequest(job_id=job_id, item_id=item_id))
    pictures = house_of(request).pictures
    questions = {
        one.version: question_of(pb.GetWorkJobResponse(label_schema_json=one.label_schema_json), words.language)
        for one in whole.schemas
    }
    newest = questions[max(questions)]
    parts = parts_of(
        pb.Assignment(data_json=whole.data_json, media=whole.media),
        newest,
        lambda media_id: pictures.link(person.session_id, job_id, media_id),
    )
    answers = whole.answers[:ANSWERS_SHOWN_MAX]
    shown = [
        *_results(whole, newest),
        *(Shown("answer", questions.get(one.schema_version, newest), said_in(one.answer_json), one) for one in answers),
    ]
    hidden_count = whole.answer_count - len(answers)
    return ItemView(whole.item, newest, parts, tuple(shown), hidden_count, data_json=whole.data_json)


def data_of(words: Words, view: ItemView) -> dict[str, Any]:
    """What the page's script is given: what is shown, and the marks on it."""
    questions = list({id(one.question): one.question for one in view.shown if one.question.islands}.values())
    islands = {name for question in questions for name in question.islands}
    return {
        "language": words.language,
        "texts": island_texts(words, islands),
        "questions": [question.view for question in questions],
        "parts": [part.view for part in view.parts],
        "shown": [
            {"question": questions.index(one.question), "marks": one.said.marks} if one.question.islands else None
            for one in view.shown
        ],
    }


def _results(whole: pb.GetItemResponse, question: Question) -> Sequence[Shown]:
    found = []
    if whole.item.result_json:
        found.append(Shown("result", question, said_in(whole.item.result_json)))
    elif whole.item.result_label and question.plain is not None:
        mark = choice_mark(question.plain.control_id, whole.item.result_label)
        found.append(Shown("result", question, Said((mark,), not_sure=False)))
    if whole.gold_answer_json:
        found.append(Shown("known", question, said_in(whole.gold_answer_json)))
    return found


LabelOf = Callable[[pb.Item], str]


def results_in_words(label_schema_json: str, language: str) -> LabelOf:
    """A function that says an item's result in a line; empty while there is none."""
    question = question_of(pb.GetWorkJobResponse(label_schema_json=label_schema_json), language)

    def result_of(item: pb.Item) -> str:
        if item.result_json:
            return in_words(question, said_in(item.result_json).marks) or "–"
        return question.plain.shown(item.result_label) if item.result_label and question.plain else item.result_label

    return result_of
