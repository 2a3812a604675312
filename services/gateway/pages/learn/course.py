"""A course and its modules: read, watch, answer the quiz, go on."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from ilgam.workers.v1 import courses_service_pb2 as pb
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.gateway.admission import worker
from services.gateway.forms import Form, empty_form, form_of
from services.gateway.house import house_of
from services.gateway.kinds import kind_of
from services.gateway.pages.learn.course_shown import LinkOf, ModuleShown, Reader, module_shown, state_of, title_of
from services.gateway.problems import put_on_form, status_of
from services.gateway.visit import person_of, visit_of
from services.sdk import IlgamError

_ANSWER: Final = "answer_"


@worker
async def course(request: Request) -> Response:
    """The modules of a course: what is finished, where to go on."""
    found = await _course(request)
    return house_of(request).pages.page(
        request,
        "learn/course.html",
        course=found.course,
        home=home_of(request),
        title=title_of(found.course.programme_title, visit_of(request).words.language),
        title_of=title_of,
        state_of=state_of,
        kind_of=kind_of,
        minutes=sum(module.minutes for module in found.course.modules),
    )


@worker
async def module(request: Request) -> Response:
    """A module: its parts, its quiz, its practice. One that is not open yet leads to the course."""
    try:
        found = await _course(request, request.path_params["module_id"])
    except IlgamError as error:
        if error.reason != "COURSE_LOCKED":
            raise
        return RedirectResponse(home_of(request), HTTPStatus.SEE_OTHER)
    return module_page(request, found, empty_form())


@worker
async def quiz(request: Request) -> Response:
    """Takes the answers to a module's quiz; which are right is shown on the module's page."""
    form, words = await form_of(request), visit_of(request).words
    found = await _course(request, request.path_params["module_id"])
    shown = module_shown(found.module_json, reader_of(request))
    for question in shown.questions:
        if not form[_ANSWER + question.question_id]:
            form.wrong[_ANSWER + question.question_id] = words("course.quiz_missing")
    if form.wrong:
        return module_page(request, found, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    answers = [
        pb.QuizAnswer(question_id=question.question_id, value=form[_ANSWER + question.question_id])
        for question in shown.questions
    ]
    sent = _progress(request, form, quiz=pb.QuizAnswers(answers=answers))
    return await _recorded(request, form, found, sent, f"{_path(request)}#quiz")


@worker
async def finish(request: Request) -> Response:
    """The person is through with a module: the next one is open then."""
    form = await form_of(request)
    found = await _course(request, request.path_params["module_id"])
    return await _recorded(request, form, found, _progress(request, form, finished=True), home_of(request))


def _progress(
    request: Request, form: Form, *, quiz: pb.QuizAnswers | None = None, finished: bool = False
) -> pb.RecordProgressRequest:
    return pb.RecordProgressRequest(
        request_id=form.request_id,
        programme_id=str(request.path_params["programme_id"]),
        module_id=request.path_params["module_id"],
        quiz=quiz,
        finished=finished,
    )


async def _recorded(
    request: Request, form: Form, found: pb.GetCourseResponse, sent: pb.RecordProgressRequest, to: str
) -> Response:
    try:
        await person_of(request).client.courses.RecordProgress(sent)
    except IlgamError as error:
        put_on_form(visit_of(request).words, form, error, {})
        if error.reason == "COURSE_LOCKED":
            missing = error.metadata.get("missing", "before")
            form.wrong[""] = visit_of(request).words(f"course.missing_{missing}")
        return module_page(request, found, form, status_of(error))
    return RedirectResponse(to, HTTPStatus.SEE_OTHER)


def module_page(request: Request, found: pb.GetCourseResponse, form: Form, status: int = HTTPStatus.OK) -> Response:
    """A module as a learner sees it, with what is wrong with what was sent."""
    module_id = request.path_params["module_id"]
    modules = list(found.course.modules)
    place = next(place for place, one in enumerate(modules) if one.module_id == module_id)
    quiz_result = found.quiz if found.HasField("quiz") and not form.wrong else None
    return house_of(request).pages.page(
        request,
        "learn/module.html",
        int(status),
        course=found.course,
        home=home_of(request),
        here_path=_path(request),
        progress=modules[place],
        number=place + 1,
        module=module_shown(found.module_json, reader_of(request), quiz_result),
        later=modules[place + 1] if place + 1 < len(modules) else None,
        quiz=quiz_result,
        state=state_of(modules[place]),
        title_of=title_of,
        form=form,
        labels=_labels(found.module_json, reader_of(request)),
    )


def _labels(module_json: str, reader: Reader) -> dict[str, str]:
    """What the questions are called in the list of what is wrong."""
    shown: ModuleShown = module_shown(module_json, reader)
    return {_ANSWER + one.question_id: one.words.text for one in shown.questions}


def reader_of(request: Request, programme_id: str = "") -> Reader:
    """In whose words the page speaks, and how it reaches the files of the course."""
    return Reader(visit_of(request).words, link_of(request, programme_id))


def link_of(request: Request, programme_id: str = "") -> LinkOf:
    """Where the person's browser finds a file of the course in the address."""
    session_id, pictures = person_of(request).session_id, house_of(request).pictures
    owner_id = programme_id or str(request.path_params["programme_id"])
    return lambda media_id: pictures.link(session_id, owner_id, media_id)


def home_of(request: Request) -> str:
    """The address of the course."""
    return f"/learn/course/{request.path_params['programme_id']}"


def _path(request: Request) -> str:
    return f"{home_of(request)}/{request.path_params['module_id']}"


async def _course(request: Request, module_id: str = "") -> pb.GetCourseResponse:
    """The course in the address; those who teach it have pages of their own.

    Raises:
        HTTPException: 404, the person has no seat in it.
    """
    asked = pb.GetCourseRequest(programme_id=str(request.path_params["programme_id"]), module_id=module_id)
    found: pb.GetCourseResponse = await person_of(request).client.courses.GetCourse(asked)
    if found.course.taught:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return found
