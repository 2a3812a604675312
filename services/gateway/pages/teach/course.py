"""A course as those who teach it see it: its modules as learners get them, with what is right; a new version as a file."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from ilgam.common.v1 import common_pb2
from ilgam.workers.v1 import courses_service_pb2 as pb
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.gateway.admission import trainer
from services.gateway.forms import Form, empty_form, form_of
from services.gateway.house import house_of
from services.gateway.kinds import kind_of
from services.gateway.pages.company.data import problem_words
from services.gateway.pages.company.results import attachment
from services.gateway.pages.learn.course import reader_of
from services.gateway.pages.learn.course_shown import module_shown, title_of
from services.gateway.pages.work.broken import broken_words
from services.gateway.problems import put_on_form, rule_words, status_of
from services.gateway.uploads.course_file import CourseFile, names_in, read_course_file, with_media
from services.gateway.uploads.importing import media_problem
from services.gateway.uploads.problems import FileError
from services.gateway.visit import person_of, visit_of
from services.gateway.words import Words
from services.labelling.document import DocumentError, named_once
from services.sdk import IlgamError, put_course_media

UPLOAD_MEGABYTES: Final = 100


class _FileRefusedError(Exception):
    """A file of the archive was refused: its name and why."""

    def __init__(self, name: str, error: IlgamError) -> None:
        super().__init__(name)
        self.name = name
        self.error = error


@trainer
async def course(request: Request) -> Response:
    """The modules of a course, and where a new version is uploaded."""
    return await _page(request, empty_form())


@trainer
async def module(request: Request) -> Response:
    """A module as learners see it."""
    module_id = request.path_params["module_id"]
    found = await _course(request, module_id)
    one = next(one for one in found.course.modules if one.module_id == module_id)
    return house_of(request).pages.page(
        request,
        "teach/module.html",
        course=found.course,
        home=_home(request),
        progress=one,
        module=module_shown(found.module_json, reader_of(request), _right_answers(found.module_json)),
        title_of=title_of,
        kind_of=kind_of,
        form=empty_form(),
    )


@trainer
async def as_file(request: Request) -> Response:
    """The newest document, to be changed and uploaded again."""
    found = await _course(request, with_document=True)
    if not found.course.version:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    name = f"course-{found.course.version}.json"
    return Response(found.course_json, media_type="application/json", headers=attachment(name))


@trainer
async def upload(request: Request) -> Response:
    """Takes a document, or an archive of one with its files, as the newest version."""
    form, words = await form_of(request), visit_of(request).words
    given = form.files.get("file")
    if given is None or not given.size:
        form.wrong["file"] = words("company.upload_empty" if given and given.filename else "teach.file_missing")
        return await _page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        read = await asyncio.to_thread(read_course_file, given.file)
        put = await _put(request, form, read)
    except FileError as error:
        form.wrong["file"] = words(f"teach.file_{error.problem.wrong.value}", **dict(error.problem.values))
    except _FileRefusedError as error:
        form.wrong["file"] = words("teach.file_refused", name=error.name, rule=_refusal(words, error.error))
    except DocumentError:
        form.wrong["file"] = words("teach.document_wrong", rule=words("teach.rule_named_twice"))
    except (ValueError, RecursionError):
        form.wrong["file"] = words("teach.file_no_json")
    except IlgamError as error:
        _put_on_form(request, form, error)
        return await _page(request, form, status_of(error))
    else:
        return RedirectResponse(f"{_home(request)}?done={put.version}", HTTPStatus.SEE_OTHER)
    return await _page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)


def _put_on_form(request: Request, form: Form, error: IlgamError) -> None:
    """The first problem stands at the file, with its place in the document."""
    words = visit_of(request).words
    if error.reason == "SCHEMA_INVALID":
        form.wrong["file"] = words("teach.document_wrong", rule=document_words(words, error.metadata))
    else:
        put_on_form(words, form, error, {"course_json": "file"})
        for violation in error.violations:
            form.wrong["file"] = rule_words(words, violation.rule)


def document_words(words: Words, told: Mapping[str, str]) -> str:
    """A rule of course documents, or of the label schema in one; as the service says it where there are no words for it."""
    code = told.get("code", "")
    schema = code.removeprefix("schema_")
    key = f"teach.rule_{code}" if schema == code else f"company.schema_{schema}"
    if not words.has(key):
        return told.get("rule", "")
    answer = broken_words(words, told.get("answer_rule", ""), int(told.get("mark_no", 0)))
    return words(key, **told, words=answer)


def _refusal(words: Words, error: IlgamError) -> str:
    """Why a file was refused: in words where it is one that cannot be shown."""
    if error.reason == "MEDIA_INVALID":
        return problem_words(words, media_problem(error))
    return error.metadata.get("rule", "") or error.message


async def _put(request: Request, form: Form, read: CourseFile) -> pb.PutCourseResponse:
    """Stores the files that the document names, then the document."""
    person, programme_id = person_of(request), _programme_id(request)
    text = read.document.decode("utf-8-sig")
    if read.files:
        # What is named twice would be lost here, and the service could not say so.
        document = json.loads(text, object_pairs_hook=named_once)
        media_ids: dict[str, str] = {}
        for name in sorted(names_in(document, read.files)):
            try:
                stored = await put_course_media(person.client, programme_id, read.files[name])
            except IlgamError as error:
                if error.reason != "MEDIA_INVALID":
                    raise
                raise _FileRefusedError(name, error) from None
            media_ids[name] = stored.media_id
        text = json.dumps(with_media(document, media_ids), ensure_ascii=False)
    answer: pb.PutCourseResponse = await person.client.courses.PutCourse(
        pb.PutCourseRequest(request_id=form.request_id, programme_id=programme_id, course_json=text)
    )
    return answer


def _right_answers(module_json: str) -> pb.QuizResult:
    """The quiz as if everything was answered right: a preview shows what is right and why."""
    questions: list[dict[str, Any]] = (json.loads(module_json).get("quiz") or {}).get("questions", [])
    return pb.QuizResult(
        questions=[
            pb.QuestionResult(
                question_id=one["id"],
                value=one["right"],
                right=True,
                why=common_pb2.LocalText(ko=one["why"]["ko"], en=one["why"].get("en") or ""),
            )
            for one in questions
        ]
    )


async def _page(request: Request, form: Form, status: int = HTTPStatus.OK) -> Response:
    found = await _course(request)
    done = request.query_params.get("done", "")
    return house_of(request).pages.page(
        request,
        "teach/course.html",
        int(status),
        course=found.course,
        home=_home(request),
        title_of=title_of,
        kind_of=kind_of,
        form=form,
        most=UPLOAD_MEGABYTES,
        done=done if done == str(found.course.version) else "",
    )


async def _course(request: Request, module_id: str = "", *, with_document: bool = False) -> pb.GetCourseResponse:
    """The course in the address.

    Raises:
        HTTPException: 404, the person learns it but does not teach it.
    """
    asked = pb.GetCourseRequest(programme_id=_programme_id(request), module_id=module_id, with_document=with_document)
    found: pb.GetCourseResponse = await person_of(request).client.courses.GetCourse(asked)
    if not found.course.taught:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return found


def _programme_id(request: Request) -> str:
    return str(request.path_params["programme_id"])


def _home(request: Request) -> str:
    return f"/teach/course/{_programme_id(request)}"
