"""Before a job opens: what it may cost at most, what people earn by it, and whether the funds are there."""

from __future__ import annotations

import asyncio
from http import HTTPStatus

from ilgam.tasks.v1 import tasks_service_pb2 as pb
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.gateway.admission import company
from services.gateway.forms import empty_form, form_of
from services.gateway.house import house_of
from services.gateway.pages.company.asking import PUBLISHABLE, balance_of, job_id_of, job_of, state_name
from services.gateway.problems import put_on_form, status_of
from services.gateway.visit import person_of, visit_of
from services.sdk import IlgamError


@company
async def publish(request: Request) -> Response:
    """Shows the estimate; asks for the money when the person says so."""
    if request.method == "GET":
        return await _page(request)
    form = await form_of(request)
    asked = pb.PublishJobRequest(request_id=form.request_id, job_id=job_id_of(request))
    try:
        await person_of(request).client.tasks.PublishJob(asked)
    except IlgamError as error:
        put_on_form(visit_of(request).words, form, error, {})
        if error.code.name == "NOT_FOUND":
            raise
        return await _page(request, form.wrong[""], status_of(error))
    return RedirectResponse(f"/company/jobs/{asked.job_id}", HTTPStatus.SEE_OTHER)


async def _page(request: Request, wrong: str = "", status: int = HTTPStatus.OK) -> Response:
    tasks = person_of(request).client.tasks
    job, estimate = await asyncio.gather(
        job_of(request), tasks.EstimateJob(pb.EstimateJobRequest(job_id=job_id_of(request)))
    )
    balance = await balance_of(request, job.organisation_id)
    form = empty_form()
    if wrong:
        form.wrong[""] = wrong
    return house_of(request).pages.page(
        request,
        "company/publish.html",
        int(status),
        form=form,
        job=job,
        state=state_name(job),
        publishable=job.state in PUBLISHABLE and estimate.budget_krw > 0,
        estimate=estimate,
        balance=balance,
        missing_krw=max(0, estimate.budget_krw - balance.available_krw),
    )
