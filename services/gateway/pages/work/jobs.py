"""Finding work, looking at one job, taking items of it and giving them back."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Final

from ilgam.tasks.v1 import tasks_events_pb2 as events_pb
from ilgam.tasks.v1 import tasks_service_pb2 as pb
from ilgam.workers.v1 import workers_service_pb2 as workers_pb
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.gateway.admission import worker
from services.gateway.forms import Form, empty_form, form_of
from services.gateway.house import house_of
from services.gateway.pages.work.labels import schema_of
from services.gateway.pages.work.next_step import known_hourly_krw
from services.gateway.pages.work.shown import ShownJob, number_in, shown_job
from services.gateway.problems import status_of, words_of
from services.gateway.visit import person_of, visit_of
from services.sdk import IlgamError
from services.sdk.claims import claim_items

JOBS_READ: Final = 200
JOBS_PER_PAGE: Final = 24
KINDS: Final = {"text": "TEXT_CHOICE", "image": "IMAGE_CHOICE"}
TAKES: Final = (5, 10, 20)
HELD_MAX: Final = 100
# A certificate just issued is on its way: a page waits this long before it says that it is missing.
ACTIVATION_SECONDS: Final = 3.0
_SHOWN_WITH_WORDS: Final = {HTTPStatus.CONFLICT, HTTPStatus.FORBIDDEN, HTTPStatus.UNPROCESSABLE_ENTITY}


@worker
async def jobs(request: Request) -> Response:
    """Open jobs: those that the person can do first, then the others with what is missing."""
    asked = request.query_params
    answer = await person_of(request).client.tasks.ListAvailableJobs(
        pb.ListAvailableJobsRequest(page_size=JOBS_READ, page_token=asked.get("after", ""))
    )
    found = sorted((shown_job(job) for job in answer.jobs), key=_can_do_first)
    kind = asked.get("kind", "") if asked.get("kind", "") in KINDS else ""
    chosen = [one for one in found if not kind or one.kind == KINDS[kind]]
    pages = max(1, -(-len(chosen) // JOBS_PER_PAGE))
    at = min(max(1, number_in(asked.get("page", "")) or 1), pages)
    return house_of(request).pages.page(
        request,
        "worker/jobs.html",
        jobs=chosen[(at - 1) * JOBS_PER_PAGE : at * JOBS_PER_PAGE],
        total=len(chosen),
        kind=kind,
        counts={name: sum(one.kind == key for one in found) for name, key in KINDS.items()} | {"": len(found)},
        page_number=at,
        page_count=pages,
        after=asked.get("after", ""),
        next_token=answer.next_page_token,
    )


def _can_do_first(one: ShownJob) -> tuple[bool, bool, int, int]:
    return bool(one.missing), not one.job.wanting_count, len(one.missing), -known_hourly_krw(one.job)


@worker
async def job(request: Request) -> Response:
    """One job: what it asks, what it pays and how, and how many to take."""
    return await _job_page(request, empty_form(count=""))


@worker
async def claim(request: Request) -> Response:
    """Takes items of a job, and goes to the bench."""
    form, job_id = await form_of(request), str(request.path_params["job_id"])
    count = form.whole_number("count", 1, HELD_MAX)
    if count is None:
        form.wrong["count"] = visit_of(request).words("work.count_wrong")
        return await _job_page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    wanted = pb.ClaimItemsRequest(request_id=form.request_id, job_id=job_id, count=count)
    try:
        taken = await claim_items(person_of(request).client, wanted, activation_seconds=ACTIVATION_SECONDS)
    except IlgamError as error:
        if status_of(error) not in _SHOWN_WITH_WORDS:
            raise
        form.wrong[""] = words_of(visit_of(request).words, error)
        return await _job_page(request, form, status_of(error))
    to = f"/work/jobs/{job_id}/bench" if taken.assignments else f"/work/jobs/{job_id}?none"
    return RedirectResponse(to, HTTPStatus.SEE_OTHER)


@worker
async def give_back(request: Request) -> Response:
    """Gives back all that the person holds of a job."""
    client, job_id = person_of(request).client, str(request.path_params["job_id"])
    held = await client.tasks.ListAssignments(
        pb.ListAssignmentsRequest(job_id=job_id, state=pb.ASSIGNMENT_STATE_LIVE, page_size=HELD_MAX)
    )
    if held.assignments:
        ids = [one.assignment_id for one in held.assignments]
        await client.tasks.ReturnItems(pb.ReturnItemsRequest(assignment_ids=ids))
    return RedirectResponse(f"/work/jobs/{job_id}?returned={len(held.assignments)}", HTTPStatus.SEE_OTHER)


async def _job_page(request: Request, form: Form, status: int = HTTPStatus.OK) -> Response:
    client, job_id = person_of(request).client, str(request.path_params["job_id"])
    work, profile = await asyncio.gather(
        client.tasks.GetWorkJob(pb.GetWorkJobRequest(job_id=job_id)),
        client.workers.GetWorkerProfile(workers_pb.GetWorkerProfileRequest()),
    )
    asked = request.query_params
    shown = shown_job(work.job)
    return house_of(request).pages.page(
        request,
        "worker/job.html",
        int(status),
        form=form,
        work=work,
        shown=shown,
        state=events_pb.JobState.Name(work.state).removeprefix("JOB_STATE_"),
        labels=schema_of(work.label_schema_json, visit_of(request).words.language).labels,
        instructions=_instructions(work, visit_of(request).words.language),
        takes=takes_of(work.hold_limit - work.live_count),
        restriction=profile.restriction if profile.HasField("restriction") else None,
        skill=next((one for one in profile.skills if one.annotation_type == work.job.annotation_type), None),
        nothing="none" in asked and status == HTTPStatus.OK,
        returned=number_in(asked.get("returned", "")),
    )


def takes_of(free_count: int) -> tuple[int, ...]:
    """How many items one may choose to take at once, when so many more may be held."""
    return tuple(count for count in TAKES if count <= free_count) or ((free_count,) if free_count > 0 else ())


def _instructions(work: pb.GetWorkJobResponse, language: str) -> dict[str, str]:
    """The instructions and their language: the person's, or Korean where there is no English."""
    texts = {"ko": work.instructions.ko, "en": work.instructions.en}
    given = language if texts[language].strip() else "ko" if texts["ko"].strip() else "en"
    return {"language": given, "text": texts[given].strip()}
