"""Exams: what they are, starting one, answering item by item, the result."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final
from uuid import uuid4

from ilgam.workers.v1 import workers_service_pb2 as pb
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from services.gateway.admission import worker
from services.gateway.forms import Form, empty_form, form_of
from services.gateway.house import house_of
from services.gateway.kinds import kind_of, slug_of
from services.gateway.pages.learn.course import link_of
from services.gateway.pages.learn.exam_shown import Question, broken_in, in_language, number_of, questions_of
from services.gateway.pages.work.annotated import answer_json
from services.gateway.pages.work.answer_form import lack_words, said_of
from services.gateway.pages.work.question import island_texts
from services.gateway.pages.work.rows import UNREAD
from services.gateway.problems import put_on_form, status_of, wants_json
from services.gateway.visit import person_of, visit_of
from services.sdk import IlgamError

LIST: Final = "/learn/exams"
_REFUSED_START: Final = {"EXAM_STATE", "EXAM_TOO_SOON", "EXAM_POOL_SMALL", "COURSE_LOCKED"}
_FINISH: Final = "finish"
_REVIEW: Final = "review"


@worker
async def exams(request: Request) -> Response:
    """The exams as they stand for the person."""
    answer = await person_of(request).client.workers.ListExams(pb.ListExamsRequest())
    return house_of(request).pages.page(
        request, "learn/exams.html", exams=answer.exams, kind_of=kind_of, state_of=state_of
    )


@worker
async def start(request: Request) -> Response:
    """What one is about to begin, and the button that begins it: the time runs from there."""
    exam = await _exam_named(request)
    if request.method == "GET":
        return _start_page(request, exam, empty_form())
    form = await form_of(request)
    try:
        begun = await person_of(request).client.workers.StartExam(
            pb.StartExamRequest(request_id=form.request_id, annotation_type=exam.annotation_type)
        )
    except IlgamError as error:
        put_on_form(visit_of(request).words, form, error, {})
        # What the list says now is what stands in the way.
        fresh = await _exam_named(request) if error.reason in _REFUSED_START else exam
        return _start_page(request, fresh, form, status_of(error))
    return RedirectResponse(_path(begun.attempt_id), HTTPStatus.SEE_OTHER)


@worker
async def attempt(request: Request) -> Response:
    """An item of a running attempt with its answer, or the result of one that is over."""
    if request.method == "POST":
        return await _answered(request, await form_of(request))
    found = await _attempt(request)
    if found.HasField("result"):
        return house_of(request).pages.page(
            request, "learn/exam_result.html", attempt=found, result=found.result, kind=kind_of(found.annotation_type)
        )
    if request.query_params.get("show") == _REVIEW:
        broken = await asyncio.to_thread(broken_in, visit_of(request).words, found)
        return _attempt_page(request, "learn/exam_review.html", found, empty_form(), broken=broken)
    if "n" not in request.query_params:
        # Each item has an address of its own, so that the back button finds the one that was there.
        number = number_of("", _questions(request, found))
        return RedirectResponse(f"{_path(found.attempt_id)}?n={number}", HTTPStatus.SEE_OTHER)
    return _attempt_page(request, "learn/exam_item.html", found, empty_form())


async def _answered(request: Request, form: Form) -> Response:
    """Saves the answer of a form and goes on to where it says: another item, the overview, or the end."""
    attempt_id, finish = str(request.path_params["attempt_id"]), form["to"] == _FINISH
    answers = await _answers(request, form)
    if form.wrong:
        return _attempt_page(
            request, "learn/exam_item.html", await _attempt(request), form, HTTPStatus.UNPROCESSABLE_ENTITY
        )
    try:
        # A choice may be made, taken back and made again from the same page: each saving is an act of its own.
        answer = await person_of(request).client.workers.SubmitExamAnswers(
            pb.SubmitExamAnswersRequest(request_id=str(uuid4()), attempt_id=attempt_id, answers=answers, finish=finish)
        )
    except IlgamError as error:
        if error.reason == "EXAM_STATE":  # it was finished in another tab
            return _over(request, attempt_id)
        if error.reason != "FIELD_INVALID":
            raise
        form.wrong["choice"] = visit_of(request).words("exams.choice_wrong")
        return _attempt_page(
            request, "learn/exam_item.html", await _attempt(request), form, HTTPStatus.UNPROCESSABLE_ENTITY
        )
    if answer.finished:
        return _over(request, attempt_id)
    if wants_json(request):
        return JSONResponse({"saved": bool(answers)})
    return _onward(form, attempt_id, answer.item_count)


def _onward(form: Form, attempt_id: str, item_count: int) -> Response:
    """To where a form says: the overview, another item, or the first without an answer."""
    if form["to"] == _REVIEW:
        return RedirectResponse(f"{_path(attempt_id)}?show=review", HTTPStatus.SEE_OTHER)
    number = form.whole_number("to", 1, item_count)
    return RedirectResponse(f"{_path(attempt_id)}{f'?n={number}' if number else ''}", HTTPStatus.SEE_OTHER)


async def _answers(request: Request, form: Form) -> list[pb.ExamAnswer]:
    """What a form answers to its item; nothing where it says nothing."""
    if not form["marked"]:
        return [pb.ExamAnswer(exam_item_id=form["item"], label=form["choice"])] if form["choice"] else []
    found = _questions(request, await _attempt(request))
    question = next((one for one in found if one.item_id == form["item"]), None)
    if question is None or question.asked is None or question.item is None:
        return []
    said = said_of(form, question.asked, question.item.parts, question.item.marks)
    lacking, why = lack_words(visit_of(request).words, question.asked, said)
    if any(UNREAD in mark["value"] for mark in said.marks):
        form.wrong["choice"] = why
        return []
    if lacking and not said.marks and not question.saved:
        return []
    answer = answer_json(said.marks, not_sure=said.not_sure)
    return [pb.ExamAnswer(exam_item_id=question.item_id, answer_json=answer)]


def _questions(request: Request, found: pb.GetExamAttemptResponse) -> list[Question]:
    return questions_of(
        found, visit_of(request).words.language, lambda programme_id: link_of(request, programme_id or found.attempt_id)
    )


def _over(request: Request, attempt_id: str) -> Response:
    if wants_json(request):
        return JSONResponse({"finished": True})
    return RedirectResponse(_path(attempt_id), HTTPStatus.SEE_OTHER)


async def _attempt(request: Request) -> pb.GetExamAttemptResponse:
    asked = pb.GetExamAttemptRequest(attempt_id=str(request.path_params["attempt_id"]))
    return await person_of(request).client.workers.GetExamAttempt(asked)


def _attempt_page(
    request: Request,
    template: str,
    found: pb.GetExamAttemptResponse,
    form: Form,
    status: int = 200,
    *,
    broken: Mapping[int, str] = MappingProxyType({}),
) -> Response:
    language = visit_of(request).words.language
    questions = _questions(request, found)
    number = number_of(request.query_params.get("n", ""), questions)
    question = questions[number - 1]
    if form.wrong and form["item"] == question.item_id and question.asked and question.item:
        # What was written stays, to be mended.
        said = said_of(form, question.asked, question.item.parts, question.item.marks)
        question = replace(question, item=question.item.saying(said))
    return house_of(request).pages.page(
        request,
        template,
        int(status),
        attempt=found,
        broken=broken,
        kind=kind_of(found.annotation_type),
        asked=in_language(found.guide.question, language),
        questions=questions,
        question=question,
        data=_data(request, question),
        answered_count=sum(1 for one in questions if one.saved),
        home=_path(found.attempt_id),
        form=form,
    )


def _data(request: Request, question: Question) -> dict[str, Any] | None:
    """What the page's script is given of an item that asks for more than one label."""
    if question.asked is None or question.item is None:
        return None
    words = visit_of(request).words
    return {
        "language": words.language,
        "texts": words.under("bench.js") | island_texts(words, question.asked.islands),
        "question": question.asked.view,
        "number": question.number,
        "parts": question.item.view["parts"],
        "marks": question.item.marks,
    }


def _start_page(request: Request, exam: pb.Exam, form: Form, status: int = 200) -> Response:
    language = visit_of(request).words.language
    return house_of(request).pages.page(
        request,
        "learn/exam_start.html",
        int(status),
        exam=exam,
        kind=kind_of(exam.annotation_type),
        state=state_of(exam),
        asked=in_language(exam.guide.question, language),
        instructions=in_language(exam.guide.instructions, language),
        form=form,
    )


async def _exam_named(request: Request) -> pb.Exam:
    """The exam of the annotation type in the address.

    Raises:
        HTTPException: 404, there is none.
    """
    answer = await person_of(request).client.workers.ListExams(pb.ListExamsRequest())
    for exam in answer.exams:
        if slug_of(exam.annotation_type) == request.path_params["kind"]:
            return exam
    raise HTTPException(HTTPStatus.NOT_FOUND)


def state_of(exam: pb.Exam) -> str:
    """OPEN, RUNNING, ...: how an exam stands."""
    return pb.ExamState.Name(exam.state).removeprefix("EXAM_STATE_")


def _path(attempt_id: str) -> str:
    return f"{LIST}/{attempt_id}"
