"""The person's certificates: to look at, to print, to keep as a file that anybody can check."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Final

from ilgam.accounts.v1 import accounts_service_pb2 as accounts_pb
from ilgam.workers.v1 import workers_service_pb2 as pb
from starlette.requests import Request
from starlette.responses import Response

from services.gateway.admission import worker
from services.gateway.certificates import ends_soon, state_of, valid_first
from services.gateway.house import house_of
from services.gateway.kinds import kind_of
from services.gateway.papers.certificate import Paper, certificate_pdf
from services.gateway.papers.qr import qr_svg
from services.gateway.visit import person_of, visit_of

_PRIVATE: Final = {"cache-control": "private, no-store"}


@worker
async def certificates(request: Request) -> Response:
    """The person's certificates, valid ones first."""
    profile = await person_of(request).client.workers.GetWorkerProfile(pb.GetWorkerProfileRequest())
    return house_of(request).pages.page(
        request,
        "learn/certificates.html",
        certificates=valid_first(profile.certificates),
        kind_of=kind_of,
        state_of=state_of,
        ends_soon=ends_soon,
    )


@worker
async def certificate(request: Request) -> Response:
    """One certificate with everything on it, and the files."""
    found = await _certificate(request)
    address = verify_address(request, found.number)
    return house_of(request).pages.page(
        request,
        "learn/certificate.html",
        one=found,
        kind=kind_of(found.annotation_type),
        state=state_of(found),
        ends_soon=ends_soon(found),
        address=address,
        qr=qr_svg(address),
    )


@worker
async def pdf(request: Request) -> Response:
    """The certificate on paper, with the holder's name."""
    found = await _certificate(request)
    account = await person_of(request).client.accounts.GetAccount(accounts_pb.GetAccountRequest())
    words = visit_of(request).words
    paper = Paper(
        name=account.display_name,
        kind=kind_of(found.annotation_type),
        number=found.number,
        issue_time=found.issue_time,
        expire_time=found.expire_time,
        score=found.score if found.HasField("score") else None,
        state=state_of(found),
        address=verify_address(request, found.number),
    )
    data = await asyncio.to_thread(certificate_pdf, paper, house_of(request).pages.words)
    name = f"{found.number}-{words.language}.pdf"
    headers = _PRIVATE | {"content-disposition": f'inline; filename="{name}"'}
    return Response(data, media_type="application/pdf", headers=headers)


@worker
async def credential(request: Request) -> Response:
    """The certificate as a signed credential (.jwt), or what it says (.json)."""
    asked = pb.GetCredentialRequest(certificate_id=str(request.path_params["certificate_id"]))
    given = await person_of(request).client.workers.GetCredential(asked)
    if request.path_params["form"] == "json":
        headers = _PRIVATE | {"content-disposition": 'inline; filename="credential.json"'}
        return Response(given.credential_json, media_type="application/json", headers=headers)
    headers = _PRIVATE | {"content-disposition": 'attachment; filename="credential.jwt"'}
    return Response(given.jwt, HTTPStatus.OK, media_type="application/vc+jwt", headers=headers)


async def _certificate(request: Request) -> pb.Certificate:
    asked = pb.GetCertificateRequest(certificate_id=str(request.path_params["certificate_id"]))
    return (await person_of(request).client.workers.GetCertificate(asked)).certificate


def verify_address(request: Request, number: str) -> str:
    """Where anybody checks a certificate."""
    return f"{house_of(request).settings.public_url}/verify/{number}"
