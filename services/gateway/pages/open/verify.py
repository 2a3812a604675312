"""Anybody checks a certificate by its number or QR code, and learns nothing of the person."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from ilgam.workers.v1 import workers_service_pb2 as pb
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.gateway.admission import address_of, anybody
from services.gateway.certificates import state_of
from services.gateway.forms import Form, empty_form
from services.gateway.house import house_of
from services.gateway.kinds import kind_of
from services.gateway.pages.open.addresses import CallsByAddress
from services.gateway.problems import reason_words
from services.gateway.visit import visit_of
from services.sdk import Client, IlgamError

NUMBER_LENGTH_MAX: Final = 40
_NO_INDEX: Final = {"x-robots-tag": "noindex"}
_calls: Final = CallsByAddress()


@anybody
async def form(request: Request) -> Response:
    """Where a number is typed in."""
    typed = request.query_params.get("number", "").strip()
    if not typed:
        asked = empty_form()
        if "number" in request.query_params:
            asked.wrong["number"] = visit_of(request).words("exams.verify_empty")
        return _form_page(request, asked, 422 if asked.wrong else 200)
    if len(typed) > NUMBER_LENGTH_MAX:
        asked = empty_form(number=typed[:NUMBER_LENGTH_MAX])
        asked.wrong["number"] = visit_of(request).words("exams.verify_long")
        return _form_page(request, asked, HTTPStatus.UNPROCESSABLE_ENTITY)
    return RedirectResponse(f"/verify/{quote(typed, safe='')}", HTTPStatus.SEE_OTHER)


@anybody
async def number(request: Request) -> Response:
    """What a number stands for: valid, ended, revoked, or unknown."""
    typed = request.path_params["number"]
    waiting = _calls.seconds_to_wait(address_of(request, house_of(request).settings.proxy_hops))
    if waiting:
        asked = empty_form(number=typed[:NUMBER_LENGTH_MAX])
        asked.wrong[""] = reason_words(visit_of(request).words, "TOO_MANY", {"retry_seconds": str(waiting)})
        answer = _form_page(request, asked, HTTPStatus.TOO_MANY_REQUESTS)
        answer.headers["retry-after"] = str(waiting)
        return answer
    found = await _found(house_of(request).people.nobody, typed)
    page = house_of(request).pages.page(
        request,
        "open/certificate.html",
        200 if found else 404,
        found=found,
        typed=typed[:NUMBER_LENGTH_MAX],
        kind=kind_of(found.annotation_type) if found else "",
        state=state_of(found) if found else "UNKNOWN",
    )
    page.headers.update(_NO_INDEX)
    return page


async def _found(client: Client, typed: str) -> pb.VerifyCertificateResponse | None:
    if len(typed) > NUMBER_LENGTH_MAX:
        return None
    try:
        return await client.workers.VerifyCertificate(pb.VerifyCertificateRequest(number=typed))
    except IlgamError as error:
        if error.reason in {"NOT_FOUND", "FIELD_INVALID"}:
            return None
        raise


def _form_page(request: Request, asked: Form, status: int) -> Response:
    page = house_of(request).pages.page(request, "open/verify.html", int(status), form=asked)
    page.headers.update(_NO_INDEX)
    return page
