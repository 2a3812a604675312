"""Practice on the bench: the same places and keys as at paid work, with what is right said after each answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any, Final

from ilgam.tasks.v1 import tasks_service_pb2 as tasks_pb
from ilgam.workers.v1 import courses_service_pb2 as pb
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from services.gateway.admission import worker
from services.gateway.forms import Form, empty_form, form_of
from services.gateway.house import house_of
from services.gateway.pages.learn.course import home_of, link_of
from services.gateway.pages.learn.course_shown import Shown, title_of
from services.gateway.pages.work.annotated import Marks, Said, answer_json, in_words, said_in
from services.gateway.pages.work.answer_form import lack_words, said_of
from services.gateway.pages.work.asked import Question
from services.gateway.pages.work.batch import Item, item_of
from services.gateway.pages.work.broken import broken_field, broken_words
from services.gateway.pages.work.question import island_texts, question_of
from services.gateway.problems import put_on_form, status_of, wants_json
from services.gateway.visit import person_of, visit_of
from services.gateway.words import Words
from services.sdk import IlgamError

_LIVE, _DONE = tasks_pb.ASSIGNMENT_STATE_LIVE, tasks_pb.ASSIGNMENT_STATE_SUBMITTED
_KEY_LENGTH_MAX: Final = 200
_DIGITS_MAX: Final = 4


@dataclass(frozen=True)
class Told:
    """What a learner is told about an answer, in the page's language.

    Attributes:
        outcome: right, wrong or explained.
        hint, why: where it is time for them.
        right_label: the right answer in a line.
        right_marks: the right answer itself, where marks on what is shown are asked for and it is time for it.
    """

    outcome: str
    hint: Shown | None
    why: Shown | None
    right_label: str
    right_marks: Marks = ()


@dataclass(frozen=True)
class Practised:
    """One practice item at the bench."""

    key: str
    item: Item
    told: Told | None

    @property
    def is_open(self) -> bool:
        """Whether there is something left to find out."""
        return self.item.is_open


@dataclass(frozen=True)
class Bench:
    """A module's practice at the bench."""

    path: str
    module_path: str
    title: Shown
    question: Question
    items: tuple[Practised, ...]

    @property
    def done_count(self) -> int:
        """Items that the person is through with."""
        return sum(not one.is_open for one in self.items)

    def at(self, number: int | None) -> Practised:
        """The item of that number, else the first that is open, else the first."""
        if number is not None and 0 < number <= len(self.items):
            return self.items[number - 1]
        return next((one for one in self.items if one.is_open), self.items[0])

    def of(self, key: str) -> Practised | None:
        """The item with a key."""
        return next((one for one in self.items if one.key == key), None)

    def saying(self, key: str, said: Said) -> Bench:
        """The same with what somebody has answered just now to the item with a key, where it is open."""
        items = (
            replace(one, item=one.item.saying(said)) if one.key == key and one.is_open else one for one in self.items
        )
        return replace(self, items=tuple(items))


@worker
async def practice(request: Request) -> Response:
    """An item of a module's practice; or its answer, and what is right."""
    if request.method == "POST":
        return await _check(request)
    found = await _read(request)
    if wants_json(request):
        return JSONResponse(_data(request, found, found.at(None)))
    return _page(request, found, found.at(_place(request.query_params.get("n", ""))), empty_form())


def _place(text: str) -> int | None:
    """The number that an address names; None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _DIGITS_MAX else None


async def _check(request: Request) -> Response:
    form, words = await form_of(request), visit_of(request).words
    found = await _read(request)
    one = found.of(form["key"]) or found.at(None)
    said = said_of(form, found.question, one.item.parts, one.item.marks)
    control, lacking = lack_words(words, found.question, said)
    if control:
        form.wrong[f"answer.{control}"] = lacking
        return await _again(request, form, said, HTTPStatus.UNPROCESSABLE_ENTITY)
    sent = pb.CheckPracticeRequest(
        request_id=form.request_id,
        programme_id=str(request.path_params["programme_id"]),
        module_id=request.path_params["module_id"],
        key=form["key"][:_KEY_LENGTH_MAX],
        answer_json=answer_json(said.marks, not_sure=False),
    )
    try:
        checked = await person_of(request).client.courses.CheckPractice(sent)
    except IlgamError as error:
        refuse(words, form, error, said)
        return await _again(request, form, said, status_of(error))
    if wants_json(request):
        found = await _read(request)
        checked_one = found.of(sent.key)
        return JSONResponse({"item": _item(checked_one) if checked_one else None, "left": checked.left_count})
    place = form.whole_number("number", 1, 1000) or 1
    return RedirectResponse(f"{_path(request)}?n={place}#told", HTTPStatus.SEE_OTHER)


def refuse(words: Words, form: Form, error: IlgamError, said: Said) -> None:
    """Says at the control which rule the answer breaks, as paid work does; anything else at the form as a whole."""
    mark_no = int(error.metadata.get("mark_no", 0))
    why = broken_words(words, error.metadata.get("code", ""), mark_no) if error.reason == "ANSWER_INVALID" else ""
    if why:
        form.wrong[broken_field(said, mark_no)] = why
    else:
        put_on_form(words, form, error, {})


async def _again(request: Request, form: Form, said: Said, status: int) -> Response:
    """The item as it was answered, with what is wrong in words."""
    if wants_json(request):
        return JSONResponse({"reason": "FIELD_INVALID", "words": " ".join(form.wrong.values())}, status)
    found = (await _read(request)).saying(form["key"], said)
    return _page(request, found, found.of(form["key"]) or found.at(None), form, status)


async def _read(request: Request) -> Bench:
    language = visit_of(request).words.language
    asked = pb.GetPracticeItemsRequest(
        programme_id=str(request.path_params["programme_id"]), module_id=request.path_params["module_id"]
    )
    answer: pb.GetPracticeItemsResponse = await person_of(request).client.courses.GetPracticeItems(asked)
    # The schema of practice is that of a job: the bench reads both alike.
    job = tasks_pb.GetWorkJobResponse(label_schema_json=answer.label_schema_json, instructions=answer.instructions)
    question = question_of(job, language)
    link = link_of(request)
    items = [
        Practised(
            one.key,
            item_of(_assignment(one), number, question, link),
            _told(one, question, language) if one.HasField("feedback") else None,
        )
        for number, one in enumerate(answer.items, 1)
    ]
    title = title_of(answer.module_title, language)
    return Bench(_path(request), _path(request).rpartition("/")[0], title, question, tuple(items))


def _assignment(one: pb.PracticeItem) -> tasks_pb.Assignment:
    """A practice item as the bench knows items: open until it is answered right or explained."""
    return tasks_pb.Assignment(
        assignment_id=one.key,
        data_json=one.data_json,
        media=one.media,
        answer_json=one.feedback.answer_json,
        state=_DONE if one.feedback.done else _LIVE,
    )


def _told(one: pb.PracticeItem, question: Question, language: str) -> Told:
    feedback = one.feedback
    right = said_in(feedback.right_answer_json).marks
    return Told(
        outcome="right" if feedback.right else "explained" if feedback.done else "wrong",
        hint=title_of(feedback.hint, language) if feedback.HasField("hint") else None,
        why=title_of(feedback.why, language) if feedback.HasField("why") else None,
        right_label=in_words(question, right),
        right_marks=right if question.islands else (),
    )


def _page(request: Request, found: Bench, one: Practised, form: Form, status: int = HTTPStatus.OK) -> Response:
    numbers = [other.item.number for other in found.items if other.is_open and other is not one]
    at = one.item.number
    return house_of(request).pages.page(
        request,
        "learn/practice.html",
        int(status),
        bench=found,
        one=one,
        item=one.item,
        question=found.question,
        earlier=max((number for number in numbers if number < at), default=None),
        later=min((number for number in numbers if number > at), default=None),
        next_open=next((number for number in numbers if number > at), next(iter(numbers), None)),
        form=form,
        show_guide=request.query_params.get("show") == "guide",
        data=_data(request, found, one),
    )


def _data(request: Request, found: Bench, one: Practised) -> dict[str, Any]:
    """What the page's script is given."""
    visit = visit_of(request)
    return {
        "mark": visit.form_mark,
        "path": found.path,
        "language": visit.words.language,
        "texts": visit.words.under("bench.js")
        | visit.words.under("course.js")
        | island_texts(visit.words, found.question.islands),
        "question": found.question.view,
        "items": [_item(other) for other in found.items],
        "at": one.item.number,
    }


def _item(one: Practised) -> dict[str, Any]:
    told = one.told
    return {
        **one.item.view,
        "id": one.key,
        "state": "LIVE" if one.is_open else "SEEN",
        "told": _sayable(told) if told else None,
    }


def _sayable(told: Told) -> dict[str, Any]:
    return {
        "outcome": told.outcome,
        "hint": _said(told.hint),
        "why": _said(told.why),
        "right": told.right_label,
        "rightMarks": told.right_marks,
    }


def _said(text: Shown | None) -> Sequence[str]:
    """A text and the language it is in."""
    return [text.text, text.language] if text else ["", ""]


def _path(request: Request) -> str:
    return f"{home_of(request)}/{request.path_params['module_id']}/practice"
