"""Applying for a seat, and what becomes of it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from ilgam.workers.v1 import programmes_service_pb2 as pb
from ilgam.workers.v1 import workers_events_pb2 as events_pb
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.gateway.admission import worker
from services.gateway.forms import Form, empty_form, form_of
from services.gateway.house import house_of
from services.gateway.pages.open import shown_programmes as shown
from services.gateway.problems import put_on_form, status_of
from services.gateway.visit import person_of, visit_of
from services.sdk import IlgamError

ENROLMENTS_SHOWN: Final = 50
# When thousands apply at once, everybody's turn comes; nobody is told meanwhile that something is down.
IN_LINE_SECONDS: Final = 60.0
_ENDABLE: Final = (
    events_pb.ENROLMENT_STATE_ENROLLED,
    events_pb.ENROLMENT_STATE_WAITING,
    events_pb.ENROLMENT_STATE_OFFERED,
)


@worker
async def apply(request: Request) -> Response:
    """The form for a seat, and the application."""
    if request.method == "GET":
        return await _apply_page(request, empty_form())
    form = await form_of(request)
    act = pb.EnrolInCohortRequest(
        request_id=form.request_id,
        cohort_id=_cohort_id(request),
        residence_declared=form["residence"] == "yes",
        age_band=_age_band_of(form),
    )
    try:
        answer = await person_of(request).client.programmes.EnrolInCohort(act, timeout=IN_LINE_SECONDS)
    except IlgamError as error:
        _say_refusal(request, form, error)
        return await _apply_page(request, form, status_of(error))
    return RedirectResponse(f"/learn/enrolments/{answer.enrolment.enrolment_id}?new=1", HTTPStatus.SEE_OTHER)


@worker
async def remind(request: Request) -> Response:
    """Keeps that the person wants to be told before registration opens."""
    form, cohort_id = await form_of(request), _cohort_id(request)
    back = f"/programmes/{request.path_params['programme_id']}"
    try:
        await person_of(request).client.programmes.RemindMe(
            pb.RemindMeRequest(request_id=form.request_id, cohort_id=cohort_id)
        )
    except IlgamError as error:
        if error.reason != "REGISTRATION_CLOSED":
            raise
        # It has opened meanwhile: the page says so, and has the way in.
        return RedirectResponse(back, HTTPStatus.SEE_OTHER)
    return RedirectResponse(f"{back}?reminded={cohort_id}", HTTPStatus.SEE_OTHER)


@worker
async def listed(request: Request) -> Response:
    """One's own enrolments, the newest first."""
    asked = pb.ListEnrolmentsRequest(
        worker_id=person_of(request).account_id,
        page_size=ENROLMENTS_SHOWN,
        page_token=request.query_params.get("page", ""),
    )
    answer = await person_of(request).client.programmes.ListEnrolments(asked)
    return house_of(request).pages.page(
        request,
        "programmes/enrolments.html",
        enrolments=answer.enrolments,
        next_page=answer.next_page_token,
        turned="page" in request.query_params,
        shown=shown,
    )


@worker
async def one(request: Request) -> Response:
    """One enrolment: what is certain, and what comes next."""
    return await _enrolment_page(request, empty_form())


@worker
async def accept(request: Request) -> Response:
    """Takes an offered seat."""
    form, enrolment_id = await form_of(request), _enrolment_id(request)
    act = pb.AcceptSeatRequest(request_id=form.request_id, enrolment_id=enrolment_id)
    try:
        await person_of(request).client.programmes.AcceptSeat(act)
    except IlgamError as error:
        put_on_form(visit_of(request).words, form, error, {})
        return await _enrolment_page(request, form, status_of(error))
    return RedirectResponse(f"/learn/enrolments/{enrolment_id}?new=1", HTTPStatus.SEE_OTHER)


@worker
async def cancel(request: Request) -> Response:
    """Gives a place up, after asking whether that is meant."""
    enrolment_id = _enrolment_id(request)
    if request.method == "GET":
        enrolment, _ = await _own(request)
        if enrolment.state not in _ENDABLE:
            return RedirectResponse(f"/learn/enrolments/{enrolment_id}", HTTPStatus.SEE_OTHER)
        return house_of(request).pages.page(request, "programmes/cancel.html", enrolment=enrolment, shown=shown)
    form = await form_of(request)
    act = pb.CancelEnrolmentRequest(request_id=form.request_id, enrolment_id=enrolment_id)
    try:
        await person_of(request).client.programmes.CancelEnrolment(act)
    except IlgamError as error:
        put_on_form(visit_of(request).words, form, error, {})
        return await _enrolment_page(request, form, status_of(error))
    return RedirectResponse(f"/learn/enrolments/{enrolment_id}", HTTPStatus.SEE_OTHER)


async def _apply_page(request: Request, form: Form, status: int = 200) -> Response:
    asked = pb.GetCohortRequest(cohort_id=_cohort_id(request))
    answer = await person_of(request).client.programmes.GetCohort(asked)
    if answer.cohort.programme_id != str(request.path_params["programme_id"]):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return house_of(request).pages.page(
        request,
        "programmes/apply.html",
        int(status),
        cohort=answer.cohort,
        programme=answer.programme,
        now=answer.now,
        mine=await shown.live_enrolment(visit_of(request), answer.cohort.programme_id),
        form=form,
        shown=shown,
    )


def _say_refusal(request: Request, form: Form, error: IlgamError) -> None:
    """What an applicant can do about a refusal: the box to tick, else what the page itself now says of the cohort."""
    words = visit_of(request).words
    if error.reason == "RESIDENCE_MISSING":
        form.wrong["residence"] = words("programmes.residence_wrong")
    else:
        put_on_form(words, form, error, {})


async def _enrolment_page(request: Request, form: Form, status: int = 200) -> Response:
    enrolment, answer = await _own(request)
    return house_of(request).pages.page(
        request,
        "programmes/enrolment.html",
        int(status),
        enrolment=enrolment,
        now=answer.now,
        form=form,
        new="new" in request.query_params,
        may_cancel=enrolment.state in _ENDABLE,
        shown=shown,
    )


async def _own(request: Request) -> tuple[pb.Enrolment, pb.GetEnrolmentResponse]:
    """The enrolment, where it is the person's own: as a trainer one may see others', but not act for them."""
    person = person_of(request)
    answer = await person.client.programmes.GetEnrolment(pb.GetEnrolmentRequest(enrolment_id=_enrolment_id(request)))
    if answer.enrolment.worker_id != person.account_id:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return answer.enrolment, answer


def _age_band_of(form: Form) -> events_pb.AgeBand.ValueType:
    number = form.whole_number("age_band", 0, max(shown.AGE_BANDS)) or 0
    return events_pb.AgeBand.ValueType(number)


def _cohort_id(request: Request) -> str:
    return str(request.path_params["cohort_id"])


def _enrolment_id(request: Request) -> str:
    return str(request.path_params["enrolment_id"])
