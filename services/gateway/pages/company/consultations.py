"""A company's consultations: its calendar, opening times, one talk, and what came of it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, time
from http import HTTPStatus
from typing import Final

from google.protobuf.timestamp_pb2 import Timestamp
from ilgam.workers.v1 import consultations_service_pb2 as pb
from ilgam.workers.v1 import workers_events_pb2 as events_pb
from ilgam.workers.v1 import workers_service_pb2 as workers_pb
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.gateway.admission import company
from services.gateway.asking import uuid_of
from services.gateway.calendars import by_day
from services.gateway.forms import Form, empty_form, form_of
from services.gateway.house import house_of
from services.gateway.kinds import kind_of
from services.gateway.pages.company.asking import company_of
from services.gateway.pages.company.offer_form import OFFERED_MAX, chosen_jobs, offered_jobs
from services.gateway.pages.company.slot_form import BEGINNING, FIELD_OF, WEEKDAYS, read_slots, venue_of
from services.gateway.pages.consultations import STALE, feed_of, names_of, shown
from services.gateway.problems import put_on_form, status_of
from services.gateway.visit import person_of, visit_of
from services.gateway.words import SEOUL
from services.sdk import IlgamError

HOME: Final = "/company/consultations"
SLOTS_PER_PAGE: Final = 60
EARLIER_MAX: Final = 30
NOTE_LENGTH_MAX: Final = 1000
OFFER_LENGTH_MAX: Final = 500
OUTCOMES: Final = {
    "ADMITTED": events_pb.CONSULTATION_STATE_ADMITTED,
    "NOT_ADMITTED": events_pb.CONSULTATION_STATE_NOT_ADMITTED,
    "MISSED": events_pb.CONSULTATION_STATE_MISSED,
}
CERTIFICATE_STATES: Final = {
    workers_pb.CERTIFICATE_STATE_VALID: "VALID",
    workers_pb.CERTIFICATE_STATE_EXPIRED: "EXPIRED",
    workers_pb.CERTIFICATE_STATE_REVOKED: "REVOKED",
}


@company
async def calendar(request: Request) -> Response:
    """The company's days from today on, and the talks whose outcome is still to be recorded."""
    chosen, client = company_of(request), person_of(request).client.consultations
    if chosen is None:
        return house_of(request).pages.page(request, "company/nobody.html")
    token, organisation_id = request.query_params.get("page", ""), chosen.organisation_id
    slots, latest, pool, feed = await asyncio.gather(
        client.ListSlots(
            pb.ListSlotsRequest(
                organisation_id=organisation_id, from_time=_today(), page_size=SLOTS_PER_PAGE, page_token=token
            )
        ),
        client.ListConsultations(pb.ListConsultationsRequest(organisation_id=organisation_id, page_size=200)),
        client.ListPool(pb.ListPoolRequest(organisation_id=organisation_id, page_size=1)),
        feed_of(request, organisation_id),
    )
    now = datetime.now(UTC)
    begun = [one for one in latest.consultations if one.start_time.ToDatetime(tzinfo=UTC) <= now]
    booked = events_pb.CONSULTATION_STATE_BOOKED
    by_id = {one.consultation_id: one for one in latest.consultations}
    return house_of(request).pages.page(
        request,
        "company/consultations.html",
        chosen=chosen,
        companies=person_of(request).companies,
        days=by_day([slot for slot in slots.slots if slot.state != pb.SLOT_STATE_WITHDRAWN]),
        begun_slots={slot.slot_id for slot in slots.slots if slot.start_time.ToDatetime(tzinfo=UTC) <= now},
        by_id=by_id,
        unrecorded=[one for one in begun if one.state == booked],
        earlier=[one for one in begun if one.state != booked][:EARLIER_MAX],
        names=await names_of(request, {one.worker_id for one in latest.consultations}),
        pool_count=pool.member_count,
        feed=feed,
        next_page=slots.next_page_token,
        later_page=bool(token),
        **shown(request),
    )


def _today() -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(datetime.combine(datetime.now(SEOUL).date(), time(), SEOUL).astimezone(UTC))
    return stamp


@company
async def open_times(request: Request) -> Response:
    """Opens many slots by a small form."""
    chosen = company_of(request)
    if chosen is None:
        return house_of(request).pages.page(request, "company/nobody.html")
    if request.method == "GET":
        return _open_page(request, empty_form(**BEGINNING))
    form, words = await form_of(request), visit_of(request).words
    starts = read_slots(words, form, datetime.now(UTC))
    if form.wrong:
        return _open_page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    asked = pb.OpenSlotsRequest(
        request_id=form.request_id,
        organisation_id=chosen.organisation_id,
        start_times=starts,
        duration_minutes=form.whole_number("minutes", 5, 480) or 0,
        venue=venue_of(form),
        note=form["note"],
        parallel=form["parallel"] == "on",
    )
    try:
        await person_of(request).client.consultations.OpenSlots(asked)
    except IlgamError as error:
        put_on_form(words, form, error, FIELD_OF)
        if error.reason == "SLOT_OVERLAPS":
            form.wrong = {"parallel": words("consult.wrong_overlaps")}
        return _open_page(request, form, status_of(error))
    return RedirectResponse(f"{HOME}?organisation={chosen.organisation_id}&done=opened", HTTPStatus.SEE_OTHER)


def _open_page(request: Request, form: Form, status: int = HTTPStatus.OK) -> Response:
    return house_of(request).pages.page(
        request,
        "company/consultation_open.html",
        int(status),
        chosen=company_of(request),
        form=form,
        weekdays=WEEKDAYS,
        today=datetime.now(SEOUL).date().isoformat(),
    )


@company
async def withdraw(request: Request) -> Response:
    """Takes an open slot back; one that was booked meanwhile stays, and the calendar shows it."""
    form, client = await form_of(request), person_of(request).client.consultations
    slot_id, done = uuid_of(request, "slot_id"), "withdrawn"
    try:
        await client.WithdrawSlot(pb.WithdrawSlotRequest(request_id=form.request_id, slot_id=slot_id))
    except IlgamError as error:
        if error.reason != "SLOT_TAKEN":
            raise
        done = "booked_meanwhile"
    return RedirectResponse(f"{HOME}?organisation={form['organisation_id'][:36]}&done={done}", HTTPStatus.SEE_OTHER)


@company
async def one(request: Request) -> Response:
    """One talk: who comes, what they can do, what they wrote; after it, the form for what came of it."""
    if request.method == "GET":
        return await _one_page(request, empty_form())
    form, words = await form_of(request), visit_of(request).words
    outcome = OUTCOMES.get(form["outcome"])
    if outcome is None:
        form.wrong["outcome"] = words("consult.wrong_choose")
    job_ids = chosen_jobs(words, form) if form["outcome"] == "ADMITTED" else []
    for name, most in (("note", NOTE_LENGTH_MAX), ("offer_message", OFFER_LENGTH_MAX)):
        if len(form[name]) > most:
            form.wrong[name] = words("consult.message_long", count=most)
    if outcome is None or form.wrong:
        return await _one_page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    asked = pb.RecordConsultationOutcomeRequest(
        request_id=form.request_id,
        consultation_id=uuid_of(request, "consultation_id"),
        outcome=outcome,
        note=form["note"],
        job_ids=job_ids,
        offer_message=form["offer_message"] if job_ids else "",
    )
    try:
        await person_of(request).client.consultations.RecordConsultationOutcome(asked)
    except IlgamError as error:
        put_on_form(words, form, error, {"note": "note", "outcome": "outcome"})
        return await _one_page(request, form, status_of(error))
    return RedirectResponse(f"{request.url.path}?done=recorded", HTTPStatus.SEE_OTHER)


async def _one_page(request: Request, form: Form, status: int = HTTPStatus.OK) -> Response:
    answer = await _theirs(request)
    found = answer.consultation
    latest = answer.certificates
    return house_of(request).pages.page(
        request,
        "company/consultation.html",
        int(status),
        one=found,
        in_pool=answer.in_pool,
        certificates=[(kind_of(one.annotation_type), CERTIFICATE_STATES.get(one.state, ""), one) for one in latest],
        skills=[(kind_of(one.annotation_type), one.interval) for one in answer.skills],
        names=await names_of(request, [found.worker_id]),
        form=form,
        outcomes=list(OUTCOMES),
        jobs=await offered_jobs(request, found.organisation_id) if _is_due(found) else [],
        is_due=_is_due(found),
        offered_max=OFFERED_MAX,
        **shown(request),
    )


@company
async def cancel(request: Request) -> Response:
    """Cancels a talk, with the reason that the graduate reads."""
    if request.method == "GET":
        return await _cancel_page(request, empty_form())
    form, words = await form_of(request), visit_of(request).words
    if not form["reason"]:
        form.wrong["reason"] = words("consult.wrong_reason")
    elif len(form["reason"]) > OFFER_LENGTH_MAX:
        form.wrong["reason"] = words("consult.message_long", count=OFFER_LENGTH_MAX)
    if form.wrong:
        return await _cancel_page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    asked = pb.CancelConsultationRequest(
        request_id=form.request_id, consultation_id=uuid_of(request, "consultation_id"), reason=form["reason"]
    )
    try:
        await person_of(request).client.consultations.CancelConsultation(asked)
    except IlgamError as error:
        if error.reason not in STALE | {"FIELD_INVALID"}:
            raise
        put_on_form(words, form, error, {"reason": "reason"})
        return await _cancel_page(request, form, status_of(error))
    return RedirectResponse(f"{request.url.path.removesuffix('/cancel')}?done=cancelled", HTTPStatus.SEE_OTHER)


async def _cancel_page(request: Request, form: Form, status: int = HTTPStatus.OK) -> Response:
    found = (await _theirs(request)).consultation
    return house_of(request).pages.page(
        request,
        "company/consultation_cancel.html",
        int(status),
        one=found,
        names=await names_of(request, [found.worker_id]),
        form=form,
        **shown(request),
    )


def _is_due(consultation: pb.Consultation) -> bool:
    """Whether the outcome can be recorded now."""
    begun = consultation.start_time.ToDatetime(tzinfo=UTC) <= datetime.now(UTC)
    return begun and consultation.state == events_pb.CONSULTATION_STATE_BOOKED


async def _theirs(request: Request) -> pb.GetConsultationResponse:
    """The consultation in the address, which must be one of the person's companies'."""
    person = person_of(request)
    asked = pb.GetConsultationRequest(consultation_id=uuid_of(request, "consultation_id"))
    answer = await person.client.consultations.GetConsultation(asked)
    if answer.consultation.organisation_id not in {one.organisation_id for one in person.companies}:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return answer
