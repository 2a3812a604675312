"""A graduate's consultations: the times that companies have open, the own ones, booking, moving, cancelling."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Final

from ilgam.workers.v1 import consultations_service_pb2 as pb
from ilgam.workers.v1 import workers_events_pb2 as events_pb
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.gateway.admission import worker
from services.gateway.asking import uuid_of
from services.gateway.calendars import by_day, ids_of
from services.gateway.forms import Form, empty_form, form_of
from services.gateway.house import house_of
from services.gateway.pages.consultations import STALE, feed_of, names_of, shown
from services.gateway.problems import put_on_form, status_of
from services.gateway.visit import person_of, visit_of
from services.sdk import IlgamError

HOME: Final = "/learn/consultations"
SLOTS_PER_PAGE: Final = 40
OWN_MAX: Final = 50
EARLIER_MAX: Final = 20
MESSAGE_LENGTH_MAX: Final = 500


@worker
async def listed(request: Request) -> Response:
    """The own consultations and the open times."""
    client, token = person_of(request).client.consultations, request.query_params.get("page", "")
    coming, latest, slots, feed = await asyncio.gather(
        client.ListConsultations(pb.ListConsultationsRequest(only_coming=True, page_size=OWN_MAX)),
        client.ListConsultations(pb.ListConsultationsRequest(page_size=EARLIER_MAX)),
        client.ListSlots(pb.ListSlotsRequest(page_size=SLOTS_PER_PAGE, page_token=token)),
        feed_of(request),
    )
    own = {one.consultation_id for one in coming.consultations}
    now = datetime.now(UTC)
    earlier = [one for one in latest.consultations if one.consultation_id not in own]
    names = await names_of(request, ids_of(coming.consultations, earlier) | ids_of(slots.slots))
    booked_with = {one.organisation_id for one in coming.consultations if one.end_time.ToDatetime(tzinfo=UTC) > now}
    return house_of(request).pages.page(
        request,
        "learn/consultations.html",
        coming=coming.consultations,
        earlier=earlier,
        days=by_day(slots.slots),
        names=names,
        booked_with=booked_with,
        feed=feed,
        next_page=slots.next_page_token,
        later_page=bool(token),
        **shown(request),
    )


@worker
async def book(request: Request) -> Response:
    """Asks once more, with room for a message, and books."""
    if request.method == "GET":
        return _booked() if await _is_own(request) else await _book_page(request, empty_form())
    form = await form_of(request)
    if len(form["message"]) > MESSAGE_LENGTH_MAX:
        form.wrong["message"] = visit_of(request).words("consult.message_long", count=MESSAGE_LENGTH_MAX)
        return await _book_page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    asked = pb.BookConsultationRequest(
        request_id=form.request_id, slot_id=uuid_of(request, "slot_id"), message=form["message"]
    )
    try:
        await person_of(request).client.consultations.BookConsultation(asked)
    except IlgamError as error:
        if error.reason in STALE and await _is_own(request):
            return _booked()
        _put(request, form, error)
        return await _book_page(request, form, status_of(error))
    return _booked()


def _booked() -> Response:
    return RedirectResponse(f"{HOME}?done=booked", HTTPStatus.SEE_OTHER)


async def _is_own(request: Request) -> bool:
    """Whether the person has booked the time of the address, in another tab perhaps."""
    asked = pb.ListConsultationsRequest(only_coming=True, page_size=OWN_MAX)
    coming = (await person_of(request).client.consultations.ListConsultations(asked)).consultations
    slot_id = uuid_of(request, "slot_id")
    return any(one.slot_id == slot_id and one.state == events_pb.CONSULTATION_STATE_BOOKED for one in coming)


async def _book_page(request: Request, form: Form, status: int = HTTPStatus.OK) -> Response:
    client = person_of(request).client.consultations
    slot = (await client.GetSlot(pb.GetSlotRequest(slot_id=uuid_of(request, "slot_id")))).slot
    begun = slot.start_time.ToDatetime(tzinfo=UTC) <= datetime.now(UTC)
    return house_of(request).pages.page(
        request,
        "learn/consultation_book.html",
        int(status),
        slot=slot,
        names=await names_of(request, [slot.organisation_id]),
        form=form,
        is_open=slot.state == pb.SLOT_STATE_OPEN and not begun,
        message_length=MESSAGE_LENGTH_MAX,
        **shown(request),
    )


@worker
async def move(request: Request) -> Response:
    """Chooses another open time of the same company."""
    if request.method == "GET":
        return await _move_page(request, empty_form())
    form = await form_of(request)
    if not form["slot_id"]:
        form.wrong["slot_id"] = visit_of(request).words("consult.choose_time")
        return await _move_page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    asked = pb.MoveConsultationRequest(
        request_id=form.request_id, consultation_id=uuid_of(request, "consultation_id"), slot_id=form["slot_id"]
    )
    try:
        await person_of(request).client.consultations.MoveConsultation(asked)
    except IlgamError as error:
        _put(request, form, error)
        return await _move_page(request, form, status_of(error))
    return RedirectResponse(f"{HOME}?done=moved", HTTPStatus.SEE_OTHER)


async def _move_page(request: Request, form: Form, status: int = HTTPStatus.OK) -> Response:
    consultation = await _own(request)
    client, token = person_of(request).client.consultations, request.query_params.get("page", "")
    asked = pb.ListSlotsRequest(company_id=consultation.organisation_id, page_size=SLOTS_PER_PAGE, page_token=token)
    slots = await client.ListSlots(asked)
    return house_of(request).pages.page(
        request,
        "learn/consultation_move.html",
        int(status),
        one=consultation,
        days=by_day(slots.slots),
        names=await names_of(request, [consultation.organisation_id]),
        form=form,
        next_page=slots.next_page_token,
        later_page=bool(token),
        **shown(request),
    )


@worker
async def cancel(request: Request) -> Response:
    """Asks once more, and cancels."""
    if request.method == "GET":
        return await _cancel_page(request, empty_form())
    form = await form_of(request)
    asked = pb.CancelConsultationRequest(
        request_id=form.request_id, consultation_id=uuid_of(request, "consultation_id")
    )
    try:
        await person_of(request).client.consultations.CancelConsultation(asked)
    except IlgamError as error:
        _put(request, form, error)
        return await _cancel_page(request, form, status_of(error))
    return RedirectResponse(f"{HOME}?done=cancelled", HTTPStatus.SEE_OTHER)


async def _cancel_page(request: Request, form: Form, status: int = HTTPStatus.OK) -> Response:
    consultation = await _own(request)
    return house_of(request).pages.page(
        request,
        "learn/consultation_cancel.html",
        int(status),
        one=consultation,
        names=await names_of(request, [consultation.organisation_id]),
        form=form,
        **shown(request),
    )


async def _own(request: Request) -> pb.Consultation:
    """The consultation in the address, which must be the person's own."""
    person = person_of(request)
    asked = pb.GetConsultationRequest(consultation_id=uuid_of(request, "consultation_id"))
    found = (await person.client.consultations.GetConsultation(asked)).consultation
    if found.worker_id != person.account_id:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return found


def _put(request: Request, form: Form, error: IlgamError) -> None:
    """What is refused because things have changed is said on the form, which shows them as they are now."""
    if error.reason not in STALE | {"CERTIFICATE_MISSING", "FIELD_INVALID"}:
        raise error
    put_on_form(visit_of(request).words, form, error, {"message": "message", "slot_id": "slot_id"})
    if error.reason == "CERTIFICATE_MISSING":
        form.wrong[""] = visit_of(request).words("consult.certificate_missing")
