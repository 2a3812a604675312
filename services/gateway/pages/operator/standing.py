"""What an operator does about one person: grant and revoke certificates, restrict, restore."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from http import HTTPStatus
from typing import Final

from google.protobuf.timestamp_pb2 import Timestamp
from ilgam.common.v1 import common_pb2
from ilgam.workers.v1 import workers_events_pb2
from ilgam.workers.v1 import workers_service_pb2 as pb
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from services.gateway.admission import operator
from services.gateway.asking import uuid_of
from services.gateway.forms import Form, empty_form, form_of
from services.gateway.house import house_of
from services.gateway.pages.operator.asking import done
from services.gateway.pages.operator.names import type_name
from services.gateway.pages.operator.people import account_named
from services.gateway.problems import put_on_form, status_of
from services.gateway.visit import person_of, visit_of
from services.gateway.words import SEOUL
from services.sdk import IlgamError

TYPES: Final = {
    "TEXT_CHOICE": common_pb2.ANNOTATION_TYPE_TEXT_CHOICE,
    "IMAGE_CHOICE": common_pb2.ANNOTATION_TYPE_IMAGE_CHOICE,
}
KINDS: Final = {
    "PAUSED": workers_events_pb2.RESTRICTION_KIND_PAUSED,
    "FRAUD": workers_events_pb2.RESTRICTION_KIND_FRAUD,
}
REASON_LENGTH_MAX: Final = 500
UNTIL_DAYS_MAX: Final = 3650


@operator
async def grant(request: Request) -> Response:
    """Gives a certificate without an exam."""
    if request.method == "GET":
        return await _grant_page(request, empty_form())
    form = await form_of(request)
    kind = TYPES.get(form["type"])
    _want_reason(request, form)
    if kind is None:
        form.wrong["type"] = visit_of(request).words("operator.type_missing")
    if kind is None or form.wrong:
        return await _grant_page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        await person_of(request).client.workers.GrantCertificate(
            pb.GrantCertificateRequest(
                request_id=form.request_id,
                worker_ids=[uuid_of(request, "account_id")],
                annotation_type=kind,
                reason=form["reason"],
            )
        )
    except IlgamError as error:
        put_on_form(visit_of(request).words, form, error, {"reason": "reason", "annotation_type": "type"})
        return await _grant_page(request, form, status_of(error))
    return done(_person_path(request), "granted")


async def _grant_page(request: Request, form: Form, status: int = 200) -> Response:
    account = await account_named(person_of(request), uuid_of(request, "account_id"))
    return house_of(request).pages.page(
        request, "operator/grant.html", int(status), account=account, form=form, types=list(TYPES)
    )


@operator
async def revoke(request: Request) -> Response:
    """Makes a certificate void; asks for the password first."""
    if request.method == "GET":
        return await _revoke_page(request, empty_form())
    form = await form_of(request)
    _want_reason(request, form)
    if form.wrong:
        return await _revoke_page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        await person_of(request).client.workers.RevokeCertificate(
            pb.RevokeCertificateRequest(
                request_id=form.request_id,
                certificate_id=uuid_of(request, "certificate_id"),
                reason=form["reason"],
            )
        )
    except IlgamError as error:
        put_on_form(visit_of(request).words, form, error, {"reason": "reason"})
        return await _revoke_page(request, form, status_of(error))
    return done(_person_path(request), "revoked")


async def _revoke_page(request: Request, form: Form, status: int = 200) -> Response:
    person = person_of(request)
    account = await account_named(person, uuid_of(request, "account_id"))
    asked = pb.GetCertificateRequest(certificate_id=uuid_of(request, "certificate_id"))
    certificate = (await person.client.workers.GetCertificate(asked)).certificate
    if certificate.worker_id != account.account_id:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return house_of(request).pages.page(
        request,
        "operator/revoke.html",
        int(status),
        account=account,
        form=form,
        certificate=certificate,
        type_name=type_name,
    )


@operator
async def restrict(request: Request) -> Response:
    """Stops a person's claims, for a while or until restored."""
    if request.method == "GET":
        return await _restrict_page(request, empty_form())
    form, words = await form_of(request), visit_of(request).words
    kind, until = KINDS.get(form["kind"]), until_of(form["until"], datetime.now(UTC))
    if kind is None:
        form.wrong["kind"] = words("operator.kind_missing")
    _want_reason(request, form)
    if form["until"] and until is None:
        form.wrong["until"] = words("operator.until_wrong")
    if kind is None or form.wrong:
        return await _restrict_page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    act = pb.RestrictWorkerRequest(
        request_id=form.request_id,
        worker_id=uuid_of(request, "account_id"),
        kind=kind,
        reason=form["reason"],
        until_time=until,
    )
    try:
        await person_of(request).client.workers.RestrictWorker(act)
    except IlgamError as error:
        put_on_form(words, form, error, {"reason": "reason", "until_time": "until", "kind": "kind"})
        return await _restrict_page(request, form, status_of(error))
    return done(_person_path(request), "restricted")


def until_of(text: str, now: datetime) -> Timestamp | None:
    """The end of a day in Seoul, as a form's date says it; None without a date, or with one that is past or far off."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    if not timedelta(0) <= day - now.astimezone(SEOUL).date() <= timedelta(days=UNTIL_DAYS_MAX):
        return None
    found = Timestamp()
    found.FromDatetime(datetime.combine(day + timedelta(days=1), time(), SEOUL).astimezone(UTC))
    return found


async def _restrict_page(request: Request, form: Form, status: int = 200) -> Response:
    account = await account_named(person_of(request), uuid_of(request, "account_id"))
    return house_of(request).pages.page(
        request,
        "operator/restrict.html",
        int(status),
        account=account,
        form=form,
        kinds=list(KINDS),
        today=datetime.now(SEOUL).date().isoformat(),
    )


@operator
async def restore(request: Request) -> Response:
    """Lifts a restriction."""
    form = await form_of(request)
    act = pb.RestoreWorkerRequest(request_id=form.request_id, worker_id=uuid_of(request, "account_id"))
    await person_of(request).client.workers.RestoreWorker(act)
    return done(_person_path(request), "restored")


def _person_path(request: Request) -> str:
    return f"/operator/people/{uuid_of(request, 'account_id')}"


def _want_reason(request: Request, form: Form) -> None:
    words = visit_of(request).words
    if not form["reason"]:
        form.wrong["reason"] = words("operator.reason_missing")
    elif len(form["reason"]) > REASON_LENGTH_MAX:
        form.wrong["reason"] = words("operator.reason_long", count=REASON_LENGTH_MAX)
