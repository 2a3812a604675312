"""One cohort: who is how far, marking completion, and the same as a file. No times: attendance is not taken."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from uuid import UUID, uuid5

from ilgam.common.v1.common_pb2 import AnnotationType
from ilgam.workers.v1 import courses_service_pb2 as pb
from ilgam.workers.v1 import workers_events_pb2
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.gateway.admission import trainer
from services.gateway.forms import Form, empty_form, form_of
from services.gateway.house import house_of
from services.gateway.pages.company.results import BYTE_ORDER_MARK, attachment
from services.gateway.pages.learn.course_shown import title_of
from services.gateway.problems import put_on_form, status_of
from services.gateway.visit import person_of, visit_of
from services.gateway.words import Words
from services.sdk import IlgamError

PICK: Final = "pick_"
PAGES_MAX: Final = 25
_PAGE: Final = 200
_SHORT_ID: Final = 8
_STATE: Final = "ENROLMENT_STATE_"
# A spreadsheet takes what begins with one of these for a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Learner:
    """Somebody in the cohort, by name, and how far they are."""

    name: str
    progress: pb.LearnerProgress
    module_count: int

    @property
    def enrolment_id(self) -> str:
        """The id of their seat."""
        return self.progress.enrolment_id

    @property
    def is_completed(self) -> bool:
        """Whether completion is marked."""
        return self.progress.state == workers_events_pb2.ENROLMENT_STATE_COMPLETED

    @property
    def has_finished(self) -> bool:
        """Whether all modules are finished."""
        return 0 < self.module_count <= self.progress.finished_count

    @property
    def exams(self) -> list[tuple[str, str]]:
        """The exams that they tried: annotation type, and how it stands."""
        return [
            (
                AnnotationType.Name(one.annotation_type).removeprefix("ANNOTATION_TYPE_"),
                pb.ExamStanding.Name(one.standing).removeprefix("EXAM_STANDING_"),
            )
            for one in self.progress.exams
        ]


@dataclass(frozen=True)
class Cohort:
    """A cohort with all its people."""

    cohort: pb.TaughtCohort
    learners: tuple[Learner, ...]

    @property
    def open_learners(self) -> tuple[Learner, ...]:
        """Those whose completion is not marked yet."""
        return tuple(one for one in self.learners if not one.is_completed)


@trainer
async def cohort(request: Request) -> Response:
    """The people of a cohort and how far they are."""
    return _page(request, await _read(request), empty_form())


@trainer
async def completion(request: Request) -> Response:
    """Asks once more who is meant, then marks completion."""
    form, found = await form_of(request), await _read(request)
    meant = _meant(form, found)
    if not meant:
        form.wrong["who"] = visit_of(request).words("teach.nobody_picked")
        return _page(request, found, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    if form["act"] != "confirm":
        return house_of(request).pages.page(
            request,
            "teach/completion.html",
            found=found,
            meant=meant,
            title_of=title_of,
            home=_home(request),
            pick=PICK,
        )
    try:
        for place, ids in enumerate(_pieces([one.enrolment_id for one in meant])):
            await person_of(request).client.courses.MarkCompletion(
                pb.MarkCompletionRequest(request_id=_own_id(form.request_id, place), enrolment_ids=ids)
            )
    except IlgamError as error:
        put_on_form(visit_of(request).words, form, error, {})
        return _page(request, await _read(request), form, status_of(error))
    return RedirectResponse(f"{_home(request)}?done={len(meant)}", HTTPStatus.SEE_OTHER)


@trainer
async def as_file(request: Request) -> Response:
    """The same people as CSV."""
    found, words = await _read(request), visit_of(request).words
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(
        words(f"teach.column_{name}")
        for name in ("no", "name", "state", "modules", "module_count", "practice", "practice_count", "exams", "step")
    )
    for one in found.learners:
        rows.writerow(_row(words, one))
    title = title_of(found.cohort.programme_title, words.language).text
    name = words("teach.file_name", title=title, no=found.cohort.cohort_no)
    content = BYTE_ORDER_MARK + written.getvalue().encode()
    return Response(content, media_type="text/csv; charset=utf-8", headers=attachment(f"{name}.csv"))


def _row(words: Words, one: Learner) -> list[str | int]:
    share = one.progress.practice_share if one.progress.HasField("practice_share") else None
    exams = [f"{words(f'states.{kind}')}: {words(f'teach.exam_{standing}')}" for kind, standing in one.exams]
    cells: list[str | int] = [
        one.progress.enrolment_no,
        one.name,
        words(f"teach.state_{state_of(one)}"),
        one.progress.finished_count,
        one.module_count,
        f"{share.mean:.3f}" if share else "",
        int(share.count) if share else 0,
        " / ".join(exams),
        step_of(words, one),
    ]
    return [_safe(cell) if isinstance(cell, str) else cell for cell in cells]


def _safe(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def state_of(one: Learner) -> str:
    """ENROLLED or COMPLETED."""
    return workers_events_pb2.EnrolmentState.Name(one.progress.state).removeprefix(_STATE)


def step_of(words: Words, one: Learner) -> str:
    """The last step somebody reached, in words; empty before the first."""
    return words(f"teach.step_{one.progress.last_step}") if one.progress.last_step else ""


def _meant(form: Form, found: Cohort) -> list[Learner]:
    """Whom a form means: all, those who finished all modules, or those who are ticked. Never who is marked already."""
    if form["who"] == "all":
        return list(found.open_learners)
    if form["who"] == "finished":
        return [one for one in found.open_learners if one.has_finished]
    return [one for one in found.open_learners if form[PICK + one.enrolment_id]]


def _pieces(ids: Sequence[str]) -> list[Sequence[str]]:
    return [ids[start : start + _PAGE] for start in range(0, len(ids), _PAGE)]


def _own_id(request_id: str, place: int) -> str:
    """The request id of one piece; the same form sent twice is the same acts."""
    return request_id if place == 0 else str(uuid5(UUID(request_id), str(place)))


def _page(request: Request, found: Cohort, form: Form, status: int = HTTPStatus.OK) -> Response:
    done = request.query_params.get("done", "")
    return house_of(request).pages.page(
        request,
        "teach/cohort.html",
        int(status),
        found=found,
        cohort=found.cohort,
        form=form,
        home=_home(request),
        title_of=title_of,
        state_of=state_of,
        step_of=step_of,
        pick=PICK,
        done=int(done) if done.isascii() and done.isdecimal() and len(done) <= len(str(_PAGE * PAGES_MAX)) else 0,
    )


async def _read(request: Request) -> Cohort:
    courses, token = person_of(request).client.courses, ""
    cohort_id = str(request.path_params["cohort_id"])
    learners: list[pb.LearnerProgress] = []
    for _ in range(PAGES_MAX):
        asked = pb.ListCohortProgressRequest(cohort_id=cohort_id, page_size=_PAGE, page_token=token)
        answer: pb.ListCohortProgressResponse = await courses.ListCohortProgress(asked)
        learners += answer.learners
        token = answer.next_page_token
        if not token:
            break
    names = await house_of(request).people.accounts.names(one.worker_id for one in learners)
    people = (
        Learner(names.get(one.worker_id) or one.worker_id[:_SHORT_ID], one, answer.cohort.module_count)
        for one in learners
    )
    return Cohort(answer.cohort, tuple(people))


def _home(request: Request) -> str:
    return f"/teach/cohorts/{request.path_params['cohort_id']}"
