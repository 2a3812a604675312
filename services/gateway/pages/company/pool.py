"""A company's pool: who belongs to it, offering them jobs, and parting."""

from __future__ import annotations

from datetime import UTC
from http import HTTPStatus
from typing import Final

from ilgam.workers.v1 import consultations_service_pb2 as pb
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.gateway.admission import company
from services.gateway.asking import uuid_of
from services.gateway.forms import Form, empty_form, form_of
from services.gateway.house import house_of
from services.gateway.pages.company.asking import company_of
from services.gateway.pages.company.offer_form import OFFERED_MAX, chosen_jobs, offered_jobs
from services.gateway.pages.consultations import names_of
from services.gateway.problems import put_on_form, status_of
from services.gateway.visit import person_of, visit_of
from services.sdk import IlgamError

HOME: Final = "/company/pool"
MEMBERS_PER_PAGE: Final = 50
TEXT_LENGTH_MAX: Final = 500


@company
async def members(request: Request) -> Response:
    """The members, newest first."""
    chosen, token = company_of(request), request.query_params.get("page", "")
    if chosen is None:
        return house_of(request).pages.page(request, "company/nobody.html")
    asked = pb.ListPoolRequest(organisation_id=chosen.organisation_id, page_size=MEMBERS_PER_PAGE, page_token=token)
    found = await person_of(request).client.consultations.ListPool(asked)
    return house_of(request).pages.page(
        request,
        "company/pool.html",
        chosen=chosen,
        companies=person_of(request).companies,
        members=[(one, _days_to_claim(one)) for one in found.members],
        member_count=found.member_count,
        names=await names_of(request, [one.worker_id for one in found.members]),
        done=request.query_params.get("done", ""),
        next_page=found.next_page_token,
        later_page=bool(token),
    )


def _days_to_claim(member: pb.PoolMember) -> int | None:
    """Days from the admission to the first claim; None before it, or where work came first."""
    if not member.first_claim_time.seconds:
        return None
    gap = member.first_claim_time.ToDatetime(tzinfo=UTC) - member.admit_time.ToDatetime(tzinfo=UTC)
    return gap.days if gap.days >= 0 else None


@company
async def offer(request: Request) -> Response:
    """Offers jobs to a member."""
    chosen = _company(request)
    if request.method == "GET":
        return await _member_page(request, "company/pool_offer.html", empty_form())
    form, words = await form_of(request), visit_of(request).words
    job_ids = chosen_jobs(words, form)
    if not job_ids:
        form.wrong.setdefault("jobs", words("consult.wrong_choose"))
    if len(form["offer_message"]) > TEXT_LENGTH_MAX:
        form.wrong["offer_message"] = words("consult.message_long", count=TEXT_LENGTH_MAX)
    if form.wrong:
        return await _member_page(request, "company/pool_offer.html", form, HTTPStatus.UNPROCESSABLE_ENTITY)
    asked = pb.OfferJobsRequest(
        request_id=form.request_id,
        organisation_id=chosen,
        worker_id=uuid_of(request, "worker_id"),
        job_ids=job_ids,
        message=form["offer_message"],
    )
    try:
        await person_of(request).client.consultations.OfferJobs(asked)
    except IlgamError as error:
        put_on_form(words, form, error, {"message": "offer_message", "job_ids": "jobs"})
        return await _member_page(request, "company/pool_offer.html", form, status_of(error))
    return RedirectResponse(f"{HOME}?organisation={chosen}&done=offered", HTTPStatus.SEE_OTHER)


@company
async def remove(request: Request) -> Response:
    """Takes a member out of the pool, with the reason."""
    chosen = _company(request)
    if request.method == "GET":
        return await _member_page(request, "company/pool_remove.html", empty_form())
    form, words = await form_of(request), visit_of(request).words
    if not form["reason"]:
        form.wrong["reason"] = words("consult.wrong_reason")
    elif len(form["reason"]) > TEXT_LENGTH_MAX:
        form.wrong["reason"] = words("consult.message_long", count=TEXT_LENGTH_MAX)
    if form.wrong:
        return await _member_page(request, "company/pool_remove.html", form, HTTPStatus.UNPROCESSABLE_ENTITY)
    asked = pb.RemoveFromPoolRequest(
        request_id=form.request_id,
        organisation_id=chosen,
        worker_id=uuid_of(request, "worker_id"),
        reason=form["reason"],
    )
    try:
        await person_of(request).client.consultations.RemoveFromPool(asked)
    except IlgamError as error:
        put_on_form(words, form, error, {"reason": "reason"})
        return await _member_page(request, "company/pool_remove.html", form, status_of(error))
    return RedirectResponse(f"{HOME}?organisation={chosen}&done=removed", HTTPStatus.SEE_OTHER)


def _company(request: Request) -> str:
    """The company in the address's query, which must be one of the person's."""
    chosen = company_of(request)
    if chosen is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return chosen.organisation_id


async def _member_page(request: Request, template: str, form: Form, status: int = HTTPStatus.OK) -> Response:
    worker_id, organisation_id = uuid_of(request, "worker_id"), _company(request)
    # The id is the address's: only of a member may the company know the name.
    asked = pb.ListPoolRequest(organisation_id=organisation_id, worker_id=worker_id, page_size=1)
    if not (await person_of(request).client.consultations.ListPool(asked)).members:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    names = await names_of(request, [worker_id])
    return house_of(request).pages.page(
        request,
        template,
        int(status),
        worker_id=worker_id,
        organisation_id=organisation_id,
        name=names.get(worker_id, ""),
        form=form,
        jobs=await offered_jobs(request, organisation_id) if template.endswith("offer.html") else [],
        offered_max=OFFERED_MAX,
    )
