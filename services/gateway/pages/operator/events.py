"""The system: how each service and its events are, and letters that could not be handled."""

from __future__ import annotations

import asyncio
from http import HTTPStatus

from ilgam.events.v1 import events_service_pb2 as pb
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from services.gateway.admission import operator
from services.gateway.asking import answer_or_none, uuid_of
from services.gateway.house import house_of
from services.gateway.pages.operator.asking import ANSWER_SECONDS, ROWS, done, done_of
from services.gateway.pages.operator.health import health_of_all
from services.gateway.visit import person_of


@operator
async def overview(request: Request) -> Response:
    """Each service with its consumers, and its dead letters where it has some."""
    person = person_of(request)
    services = await health_of_all(person)
    letters = await asyncio.gather(
        *(
            answer_or_none(
                person.client.events[service.name].ListDeadLetters(
                    pb.ListDeadLettersRequest(page_size=ROWS), timeout=ANSWER_SECONDS
                )
            )
            for service in services
            if service.told is not None and service.told.dead_letter_count
        )
    )
    names = [service.name for service in services if service.told is not None and service.told.dead_letter_count]
    return house_of(request).pages.page(
        request,
        "operator/events.html",
        services=services,
        letters=[(name, told.dead_letters) for name, told in zip(names, letters, strict=True) if told],
        rows=ROWS,
        done=done_of(request),
        failed=request.query_params.get("done") == "replay_failed",
    )


@operator
async def replay(request: Request) -> Response:
    """Handles a dead letter once more. Handling the same one twice does nothing the second time."""
    stub = person_of(request).client.events.get(request.path_params["service"])
    if stub is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    answer = await stub.ReplayDeadLetter(pb.ReplayDeadLetterRequest(event_id=uuid_of(request, "event_id")))
    return done("/operator/events", "replayed" if answer.handled else "replay_failed")
