"""The person's certificates, measured accuracy, and a restriction where there is one."""

from __future__ import annotations

from ilgam.workers.v1 import workers_service_pb2 as pb
from starlette.requests import Request
from starlette.responses import Response

from services.gateway.admission import worker
from services.gateway.certificates import ends_soon, state_of, valid_first
from services.gateway.house import house_of
from services.gateway.kinds import kind_of
from services.gateway.visit import person_of


@worker
async def me(request: Request) -> Response:
    """What the person may do and how well they do it."""
    profile = await person_of(request).client.workers.GetWorkerProfile(pb.GetWorkerProfileRequest())
    return house_of(request).pages.page(
        request,
        "worker/me.html",
        certificates=valid_first(profile.certificates),
        skills=profile.skills,
        restriction=profile.restriction if profile.HasField("restriction") else None,
        kind_of=kind_of,
        state_of=state_of,
        ends_soon=ends_soon,
    )
