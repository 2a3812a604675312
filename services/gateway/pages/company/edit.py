"""Making a job, and changing one."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Final

from ilgam.tasks.v1 import tasks_service_pb2 as pb
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.gateway.admission import company
from services.gateway.forms import Form, empty_form, form_of
from services.gateway.house import house_of
from services.gateway.pages.company.asking import EDITABLE, company_of, job_of, pool_size, state_name
from services.gateway.pages.company.kind_form import AS_JSON, KINDS, TOOLS, type_options
from services.gateway.pages.company.preview import data_of, preview_of
from services.gateway.pages.company.spec_form import BEGINNING, FIELD_OF, read_spec, write_spec
from services.gateway.problems import put_on_form, status_of
from services.gateway.visit import person_of, visit_of
from services.gateway.words import SEOUL
from services.sdk import IlgamError

PREVIEW: Final = "preview"


@company
async def new(request: Request) -> Response:
    """The form of a new job; it becomes a draft, and its data is asked for next."""
    if request.method == "GET":
        return await _page(request, empty_form(**BEGINNING))
    form, words = await form_of(request), visit_of(request).words
    mine = {one.organisation_id for one in person_of(request).companies}
    spec = read_spec(words, form, None, datetime.now(SEOUL).date())
    if spec is not None and form["act"] == PREVIEW:
        return await _page(request, form, spec=spec)
    if form["organisation_id"] not in mine:
        form.wrong["organisation_id"] = words("company.wrong_choose")
    if spec is None or form.wrong:
        return await _page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    asked = pb.CreateJobRequest(request_id=form.request_id, organisation_id=form["organisation_id"], spec=spec)
    try:
        job = (await person_of(request).client.tasks.CreateJob(asked)).job
    except IlgamError as error:
        put_on_form(words, form, error, FIELD_OF)
        return await _page(request, form, status_of(error))
    return RedirectResponse(f"/company/jobs/{job.job_id}/data", HTTPStatus.SEE_OTHER)


@company
async def edit(request: Request) -> Response:
    """The form of a job that is there; a change made meanwhile by somebody else is told, not written over."""
    job = await job_of(request)
    if request.method == "GET":
        return await _page(request, write_spec(job.spec), job=job)
    form, words = await form_of(request), visit_of(request).words
    spec = read_spec(words, form, job.spec, datetime.now(SEOUL).date())
    if spec is None:
        return await _page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY, job=job)
    if form["act"] == PREVIEW:
        return await _page(request, form, job=job, spec=spec)
    revision = form.whole_number("revision", 1, 2**62) or job.revision
    asked = pb.UpdateJobRequest(request_id=form.request_id, job_id=job.job_id, revision=revision, spec=spec)
    try:
        await person_of(request).client.tasks.UpdateJob(asked)
    except IlgamError as error:
        put_on_form(words, form, error, FIELD_OF)
        if error.reason == "CONFLICT":
            form.wrong[""] = words("company.edit_conflict")
            form.values["revision"] = ""
        return await _page(request, form, status_of(error), job=await job_of(request))
    return RedirectResponse(f"/company/jobs/{job.job_id}", HTTPStatus.SEE_OTHER)


async def _page(
    request: Request,
    form: Form,
    status: int = HTTPStatus.OK,
    *,
    job: pb.Job | None = None,
    spec: pb.JobSpec | None = None,
) -> Response:
    """The form, and what it makes of the bench where `spec` is to be previewed. It keeps the revision that it was opened on; after a conflict, sending it again is meant for the newest."""
    chosen = company_of(request)
    company_id = form["organisation_id"] or (job.organisation_id if job else chosen.organisation_id if chosen else "")
    words = visit_of(request).words
    preview = preview_of(words, spec, house_of(request).pages.asset) if spec else None
    return house_of(request).pages.page(
        request,
        "company/job_form.html",
        int(status),
        preview=preview,
        data=data_of(words, preview) if preview else None,
        kinds=[*KINDS, AS_JSON],
        tools=TOOLS,
        types=[(name, words(f"states.{name}")) for name, _ in type_options()],
        form=form,
        job=job,
        revision=form["revision"] or (job.revision if job else ""),
        state=state_name(job) if job else "",
        editable=job is None or job.state in EDITABLE,
        published=bool(job and job.publish_no),
        companies=person_of(request).companies,
        company_options=[(one.organisation_id, one.name) for one in person_of(request).companies],
        chosen=company_id,
        pool_count=await pool_size(request, company_id),
        today=datetime.now(SEOUL).date().isoformat(),
    )
