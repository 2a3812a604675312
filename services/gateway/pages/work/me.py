"""The person's certificates, measured accuracy, and a restriction where there is one."""

from __future__ import annotations

from ilgam.workers.v1 import workers_service_pb2 as pb
from starlette.requests import Request
from starlette.responses import Response

from services.gateway.admission import worker
from services.gateway.house import house_of
from services.gateway.pages.work.home import ENDS_SOON_SECONDS, seconds_until
from services.gateway.pages.work.shown import kind_of
from services.gateway.visit import person_of


@worker
async def me(request: Request) -> Response:
    """What the person may do and how well they do it."""
    profile = await person_of(request).client.workers.GetWorkerProfile(pb.GetWorkerProfileRequest())
    valid_first = sorted(
        profile.certificates,
        key=lambda one: (one.state != pb.CERTIFICATE_STATE_VALID, -one.issue_time.ToNanoseconds()),
    )
    return house_of(request).pages.page(
        request,
        "worker/me.html",
        certificates=valid_first,
        skills=profile.skills,
        restriction=profile.restriction if profile.HasField("restriction") else None,
        kind_of=kind_of,
        state_of=lambda one: pb.CertificateState.Name(one.state).removeprefix("CERTIFICATE_STATE_"),
        ends_soon=lambda one: 0 < seconds_until(one.expire_time) <= ENDS_SOON_SECONDS,
    )
