"""All companies' jobs, and the decision on those that are frozen."""

from __future__ import annotations

import asyncio
from collections import Counter
from http import HTTPStatus
from typing import Final

from ilgam.accounts.v1 import accounts_service_pb2 as accounts_pb
from ilgam.payments.v1 import payments_service_pb2 as payments_pb
from ilgam.quality.v1 import quality_events_pb2
from ilgam.quality.v1 import quality_service_pb2 as quality_pb
from ilgam.tasks.v1 import tasks_events_pb2
from ilgam.tasks.v1 import tasks_service_pb2 as tasks_pb
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from services.gateway.admission import operator
from services.gateway.asking import answer_or_none, uuid_of
from services.gateway.forms import form_of
from services.gateway.house import house_of
from services.gateway.pages.operator.asking import ANSWER_SECONDS, ORGANISATIONS_AT_ONCE, ROWS, done, done_of
from services.gateway.pages.operator.names import type_name
from services.gateway.people import Person
from services.gateway.visit import person_of
from services.sdk import IlgamError

DECISIONS: Final = {
    "resume": quality_pb.FREEZE_DECISION_RESUME,
    "accept": quality_pb.FREEZE_DECISION_ACCEPT_PENDING,
}


def state_name(job: tasks_pb.Job) -> str:
    """A job's state as `states` names it."""
    return tasks_events_pb2.JobState.Name(job.state).removeprefix("JOB_STATE_")


async def company_names(person: Person) -> dict[str, str]:
    """The newest companies' names by their ids; empty while accounts does not answer."""
    asked = accounts_pb.ListOrganisationsRequest(page_size=ORGANISATIONS_AT_ONCE)
    answer = await answer_or_none(person.client.accounts.ListOrganisations(asked, timeout=ANSWER_SECONDS))
    return {one.organisation_id: one.name for one in answer.organisations} if answer else {}


@operator
async def listed(request: Request) -> Response:
    """All jobs, newest first."""
    person = person_of(request)
    asked = tasks_pb.ListJobsRequest(page_size=ROWS, page_token=request.query_params.get("page", ""))
    answer, companies = await asyncio.gather(person.client.tasks.ListJobs(asked), company_names(person))
    return house_of(request).pages.page(
        request,
        "operator/jobs.html",
        jobs=answer.jobs,
        companies=companies,
        state_name=state_name,
        type_name=type_name,
        turned="page" in request.query_params,
        next_page=answer.next_page_token,
    )


@operator
async def one(request: Request) -> Response:
    """One job: how far it is, how its answers were judged, its money; the decision when it is frozen."""
    person, job_id = person_of(request), uuid_of(request, "job_id")
    client = person.client
    job, progress, quality, funds, companies = await asyncio.gather(
        client.tasks.GetJob(tasks_pb.GetJobRequest(job_id=job_id)),
        answer_or_none(client.tasks.GetJobProgress(tasks_pb.GetJobProgressRequest(job_id=job_id))),
        answer_or_none(client.quality.GetJobQuality(quality_pb.GetJobQualityRequest(job_id=job_id))),
        answer_or_none(client.payments.GetJobFunds(payments_pb.GetJobFundsRequest(job_id=job_id))),
        company_names(person),
    )
    return house_of(request).pages.page(
        request,
        "operator/job.html",
        job=job.job,
        company=companies.get(job.job.organisation_id, ""),
        state=state_name(job.job),
        type=type_name(job.job.spec),
        progress=progress,
        quality=quality,
        reasons=_reasons(quality) if quality else [],
        freeze_reason=_freeze_reason(quality) if quality and quality.frozen else "",
        funds=funds,
        done=done_of(request),
    )


def _reasons(quality: quality_pb.GetJobQualityResponse) -> list[tuple[str, str, int]]:
    """(the verdict's state, its reason, how often), most frequent first."""
    counts: Counter[tuple[str, str]] = Counter()
    for one in quality.reasons:
        state = quality_events_pb2.VerdictState.Name(one.state).removeprefix("VERDICT_STATE_")
        reason = quality_events_pb2.VerdictReason.Name(one.reason).removeprefix("VERDICT_REASON_")
        counts[state, reason] += one.count
    return [(state, reason, count) for (state, reason), count in counts.most_common()]


def _freeze_reason(quality: quality_pb.GetJobQualityResponse) -> str:
    return quality_events_pb2.FreezeReason.Name(quality.freeze_reason).removeprefix("FREEZE_REASON_")


@operator
async def decide(request: Request) -> Response:
    """Lets a frozen job go on: as it is judged, or with what is pending accepted."""
    form, job_id = await form_of(request), uuid_of(request, "job_id")
    decision = DECISIONS.get(form["decision"])
    if decision is None:
        raise HTTPException(HTTPStatus.BAD_REQUEST)
    act = quality_pb.DecideFreezeRequest(request_id=form.request_id, job_id=job_id, decision=decision)
    try:
        await person_of(request).client.quality.DecideFreeze(act)
    except IlgamError as error:
        if error.reason != "JOB_STATE":
            raise
        return done(f"/operator/jobs/{job_id}", "freeze_gone")
    return done(f"/operator/jobs/{job_id}", f"freeze_{form['decision']}")
