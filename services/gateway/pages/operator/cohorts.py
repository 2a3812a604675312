"""Cohorts and who applied to them, as operators see them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from http import HTTPStatus
from typing import Final
from uuid import UUID, uuid5

from ilgam.workers.v1 import programmes_service_pb2 as pb
from starlette.requests import Request
from starlette.responses import Response

from services.gateway.admission import operator
from services.gateway.forms import Form, empty_form, form_of
from services.gateway.house import house_of
from services.gateway.pages.open import shown_programmes as shown
from services.gateway.pages.operator.asking import done
from services.gateway.pages.operator.programme_forms import (
    COHORT_FIELDS,
    cohort_count,
    cohort_form,
    cohort_terms,
    weekly,
)
from services.gateway.pages.operator.programmes import done_words, programme_of
from services.gateway.problems import put_on_form, status_of
from services.gateway.visit import person_of, visit_of
from services.gateway.words import in_seoul
from services.sdk import IlgamError

ENROLMENTS_SHOWN: Final = 50
ENROLMENTS_AT_ONCE: Final = 200
PAGES_MAX: Final = 500
REASON_LENGTH_MAX: Final = 500
_COLUMNS: Final = ("order", "name", "state", "waiting_position", "residence", "age_band", "applied", "worker_id")


@operator
async def one(request: Request) -> Response:
    """One cohort with who applied, in the order of arrival."""
    answer = await _cohort_of(request)
    asked = pb.ListEnrolmentsRequest(
        cohort_id=answer.cohort.cohort_id,
        page_size=ENROLMENTS_SHOWN,
        page_token=request.query_params.get("page", ""),
    )
    found = await person_of(request).client.programmes.ListEnrolments(asked)
    return house_of(request).pages.page(
        request,
        "operator/cohort.html",
        cohort=answer.cohort,
        programme=answer.programme,
        enrolments=found.enrolments,
        names=await house_of(request).people.accounts.names(one.worker_id for one in found.enrolments),
        turned="page" in request.query_params,
        next_page=found.next_page_token,
        done=done_words(request),
        shown=shown,
    )


@operator
async def as_file(request: Request) -> Response:
    """All who applied to a cohort, as a table for a spreadsheet."""
    answer = await _cohort_of(request)
    found: list[pb.Enrolment] = []
    token = ""
    for _ in range(PAGES_MAX):
        asked = pb.ListEnrolmentsRequest(
            cohort_id=answer.cohort.cohort_id, page_size=ENROLMENTS_AT_ONCE, page_token=token
        )
        page = await person_of(request).client.programmes.ListEnrolments(asked)
        found += page.enrolments
        token = page.next_page_token
        if not token:
            break
    names = await house_of(request).people.accounts.names(one.worker_id for one in found)
    return Response(
        as_csv(found, names),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="cohort-{answer.cohort.terms.cohort_no}.csv"'},
    )


def as_csv(enrolments: Sequence[pb.Enrolment], names: dict[str, str]) -> bytes:
    """Lines for a spreadsheet, times on Seoul's clock; it begins with a mark by which Excel knows UTF-8."""
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(_COLUMNS)
    for one in enrolments:
        applied = in_seoul(one.apply_time)
        lines.writerow(
            (
                one.enrolment_no,
                _no_formula(names.get(one.worker_id, "")),
                shown.enrolment_state(one),
                one.waiting_position or "",
                shown.residence_state(one),
                shown.age_band_name(one.age_band),
                applied.isoformat(timespec="seconds") if applied else "",
                one.worker_id,
            )
        )
    return text.getvalue().encode("utf-8-sig")


def _no_formula(name: str) -> str:
    """A name that begins like a formula must not become one in a spreadsheet."""
    return f"'{name}" if name[:1] in {"=", "+", "-", "@", "\t"} else name


@operator
async def create(request: Request) -> Response:
    """Makes a cohort, or several, each a week after the one before."""
    programme = await programme_of(request)
    if request.method == "GET":
        cohorts, _ = await shown.all_cohorts(person_of(request).client, programme.programme_id)
        number = max((cohort.terms.cohort_no for cohort in cohorts), default=0) + 1
        return _form_page(request, programme, None, cohort_form(None, number))
    form, words = await form_of(request), visit_of(request).words
    count, terms = cohort_count(form, words), cohort_terms(form, words)
    if terms is None or form.wrong:
        return _form_page(request, programme, None, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        for place, one_of_them in enumerate(weekly(terms, count)):
            # One id for each, made of the form's: sent twice it makes none twice.
            request_id = str(uuid5(UUID(form.request_id), str(place)))
            await person_of(request).client.programmes.CreateCohort(
                pb.CreateCohortRequest(request_id=request_id, programme_id=programme.programme_id, terms=one_of_them)
            )
    except IlgamError as error:
        _say(request, form, error)
        return _form_page(request, programme, None, form, status_of(error))
    return done(f"/operator/programmes/{programme.programme_id}", "cohort")


@operator
async def edit(request: Request) -> Response:
    """Changes what a cohort says of itself."""
    answer = await _cohort_of(request)
    if request.method == "GET":
        return _form_page(request, answer.programme, answer.cohort, cohort_form(answer.cohort))
    form, words = await form_of(request), visit_of(request).words
    terms = cohort_terms(form, words)
    if terms is None:
        return _form_page(request, answer.programme, answer.cohort, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    act = pb.UpdateCohortRequest(request_id=form.request_id, cohort_id=answer.cohort.cohort_id, terms=terms)
    try:
        await person_of(request).client.programmes.UpdateCohort(act)
    except IlgamError as error:
        _say(request, form, error)
        return _form_page(request, answer.programme, answer.cohort, form, status_of(error))
    return done(f"/operator/cohorts/{answer.cohort.cohort_id}", "cohort")


@operator
async def residence(request: Request) -> Response:
    """Says whether a declared residence was found."""
    if request.method == "GET":
        return await _residence_page(request, empty_form())
    form, words = await form_of(request), visit_of(request).words
    if form["decision"] not in {"confirm", "refuse"}:
        form.wrong["decision"] = words("programmes.op_decision_missing")
    if form["decision"] == "refuse" and not form["reason"]:
        form.wrong["reason"] = words("programmes.op_reason_missing")
    elif len(form["reason"]) > REASON_LENGTH_MAX:
        form.wrong["reason"] = words("programmes.op_text_long", count=REASON_LENGTH_MAX)
    if form.wrong:
        return await _residence_page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    act = pb.DecideResidenceRequest(
        request_id=form.request_id,
        enrolment_id=str(request.path_params["enrolment_id"]),
        confirmed=form["decision"] == "confirm",
        reason=form["reason"],
    )
    try:
        answer = await person_of(request).client.programmes.DecideResidence(act)
    except IlgamError as error:
        put_on_form(words, form, error, {"reason": "reason"})
        return await _residence_page(request, form, status_of(error))
    return done(f"/operator/cohorts/{answer.enrolment.cohort_id}", "residence")


async def _residence_page(request: Request, form: Form, status: int = 200) -> Response:
    asked = pb.GetEnrolmentRequest(enrolment_id=str(request.path_params["enrolment_id"]))
    enrolment = (await person_of(request).client.programmes.GetEnrolment(asked)).enrolment
    names = await house_of(request).people.accounts.names([enrolment.worker_id])
    return house_of(request).pages.page(
        request,
        "operator/residence.html",
        int(status),
        enrolment=enrolment,
        name=names.get(enrolment.worker_id) or visit_of(request).words("programmes.op_closed_account"),
        form=form,
        shown=shown,
    )


def _form_page(
    request: Request, programme: pb.Programme, cohort: pb.Cohort | None, form: Form, status: int = 200
) -> Response:
    return house_of(request).pages.page(
        request, "operator/cohort_form.html", int(status), programme=programme, cohort=cohort, form=form
    )


def _say(request: Request, form: Form, error: IlgamError) -> None:
    words = visit_of(request).words
    if any(violation.field == "terms.cohort_no" for violation in error.violations):
        form.wrong["cohort_no"] = words("programmes.op_no_taken")
    elif error.reason == "ENROLMENT_STATE" and "taken_count" in error.metadata:
        form.wrong["seats"] = words("programmes.op_seats_below", count=int(error.metadata["taken_count"]))
    else:
        put_on_form(words, form, error, COHORT_FIELDS)


async def _cohort_of(request: Request) -> pb.GetCohortResponse:
    asked = pb.GetCohortRequest(cohort_id=str(request.path_params["cohort_id"]))
    return await person_of(request).client.programmes.GetCohort(asked)
