"""One job of a company: how far it is, what it costs, how good it is, and what can be done with it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any, Final

from ilgam.payments.v1 import payments_service_pb2 as payments_pb
from ilgam.quality.v1 import quality_events_pb2 as quality_events_pb
from ilgam.quality.v1 import quality_service_pb2 as quality_pb
from ilgam.tasks.v1 import tasks_service_pb2 as pb
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.gateway.admission import company
from services.gateway.forms import form_of
from services.gateway.house import house_of
from services.gateway.kinds import kind_of
from services.gateway.pages.company.asking import EDITABLE, IMPORTING, job_id_of, job_of, once_known, state_name
from services.gateway.pages.item_view import results_in_words
from services.gateway.people import Person
from services.gateway.problems import status_of, words_of
from services.gateway.visit import person_of, visit_of
from services.sdk import IlgamError

ITEMS_PER_PAGE: Final = 20
PROBLEMS_SHOWN: Final = 5


@company
async def job(request: Request) -> Response:
    """The job's page; it reads itself again when something happens."""
    return await _page(request)


@company
async def close(request: Request) -> Response:
    """Asks once more before a job ends: that cannot be taken back."""
    asked = await job_of(request)
    progress = await person_of(request).client.tasks.GetJobProgress(pb.GetJobProgressRequest(job_id=asked.job_id))
    return house_of(request).pages.page(
        request, "company/close.html", job=asked, state=state_name(asked), progress=progress
    )


@company
async def act(request: Request) -> Response:
    """Does what a button of the page says. A page that is out of date gets words and the page as it is now."""
    wanted = _ACTS.get(request.path_params["act"])
    if wanted is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    form = await form_of(request)
    try:
        await wanted(person_of(request), form.request_id, job_id_of(request))
    except IlgamError as error:
        if error.reason not in {"JOB_STATE", "JOB_EMPTY", "CONFLICT"}:
            raise
        return await _page(request, words_of(visit_of(request).words, error), status_of(error))
    return RedirectResponse(f"/company/jobs/{job_id_of(request)}", HTTPStatus.SEE_OTHER)


def _cancel_publish(person: Person, request_id: str, job_id: str) -> Awaitable[object]:
    return person.client.tasks.CancelPublish(pb.CancelPublishRequest(request_id=request_id, job_id=job_id))


def _pause(person: Person, request_id: str, job_id: str) -> Awaitable[object]:
    return person.client.tasks.PauseJob(pb.PauseJobRequest(request_id=request_id, job_id=job_id))


def _resume(person: Person, request_id: str, job_id: str) -> Awaitable[object]:
    return person.client.tasks.ResumeJob(pb.ResumeJobRequest(request_id=request_id, job_id=job_id))


def _close(person: Person, request_id: str, job_id: str) -> Awaitable[object]:
    return person.client.tasks.CloseJob(pb.CloseJobRequest(request_id=request_id, job_id=job_id))


_ACTS: Final[dict[str, Callable[[Person, str, str], Awaitable[object]]]] = {
    "cancel-publish": _cancel_publish,
    "pause": _pause,
    "resume": _resume,
    "close": _close,
}


async def _page(request: Request, wrong: str = "", status: int = HTTPStatus.OK) -> Response:
    """The page, from six questions that are asked together."""
    job_id, client, words = job_id_of(request), person_of(request).client, visit_of(request).words
    token = request.query_params.get("page", "")
    asked, progress, items, problems, funds, quality = await asyncio.gather(
        job_of(request),
        client.tasks.GetJobProgress(pb.GetJobProgressRequest(job_id=job_id)),
        client.tasks.ListItems(pb.ListItemsRequest(job_id=job_id, page_size=ITEMS_PER_PAGE, page_token=token)),
        client.tasks.ListProblems(pb.ListProblemsRequest(job_id=job_id, page_size=PROBLEMS_SHOWN)),
        once_known(
            client.payments.GetJobFunds(payments_pb.GetJobFundsRequest(job_id=job_id)),
            payments_pb.GetJobFundsResponse(),
        ),
        once_known(
            client.quality.GetJobQuality(quality_pb.GetJobQualityRequest(job_id=job_id)),
            quality_pb.GetJobQualityResponse(),
        ),
    )
    return house_of(request).pages.page(
        request,
        "company/job.html",
        int(status),
        wrong=wrong,
        job=asked,
        state=state_name(asked),
        editable=asked.state in EDITABLE,
        importing=asked.state in IMPORTING,
        progress=progress,
        share=progress.resolved_count / progress.item_count if progress.item_count else 0.0,
        items=items.items,
        next_page=items.next_page_token,
        later_page=bool(token),
        problems=[(problem, _problem_name(problem)) for problem in problems.problems],
        problem_count=problems.problem_count,
        funds=funds,
        reasons=_reasons(quality),
        kind=kind_of(asked.spec.annotation_type),
        result_of=results_in_words(asked.spec.label_schema_json, words.language),
        home=f"/company/jobs/{job_id}",
    )


def _problem_name(problem: pb.Problem) -> str:
    return pb.ProblemKind.Name(problem.kind).removeprefix("PROBLEM_KIND_")


def _reasons(quality: quality_pb.GetJobQualityResponse) -> list[dict[str, Any]]:
    """How often each reason decided, most often first; only those that have decided."""
    found = [
        {
            "state": quality_events_pb.VerdictState.Name(reason.state).removeprefix("VERDICT_STATE_"),
            "reason": quality_events_pb.VerdictReason.Name(reason.reason).removeprefix("VERDICT_REASON_"),
            "count": reason.count,
        }
        for reason in quality.reasons
        if reason.count
    ]
    return sorted(found, key=lambda reason: -reason["count"])
