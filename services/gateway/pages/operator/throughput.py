"""The live page: work and money per minute, what is open, who can do it, and how the system is."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Final

from ilgam.tasks.v1 import tasks_service_pb2 as tasks_pb
from ilgam.workers.v1 import workers_service_pb2 as workers_pb
from starlette.requests import Request
from starlette.responses import Response

from services.gateway.admission import operator
from services.gateway.asking import answer_or_none
from services.gateway.house import house_of
from services.gateway.pages.operator.asking import ANSWER_SECONDS
from services.gateway.pages.operator.health import ServiceHealth, health_of_all
from services.gateway.pages.operator.minutes import SERIES, as_columns, as_csv, by_minute, sums
from services.gateway.pages.operator.names import type_name
from services.gateway.visit import person_of

MINUTES: Final = 60
MINUTES_MAX: Final = 24 * 60


@operator
async def board(request: Request) -> Response:
    """Everything at a glance; a service that is away is named, the rest is shown."""
    client, now = person_of(request).client, datetime.now(UTC)
    ask_throughput = tasks_pb.GetThroughputRequest(minutes=MINUTES)
    throughput, workforce, services = await asyncio.gather(
        answer_or_none(client.tasks.GetThroughput(ask_throughput, timeout=ANSWER_SECONDS)),
        answer_or_none(client.workers.GetWorkforce(workers_pb.GetWorkforceRequest(), timeout=ANSWER_SECONDS)),
        health_of_all(person_of(request)),
    )
    minutes = by_minute(throughput.minutes if throughput else [], now, MINUTES)
    return house_of(request).pages.page(
        request,
        "operator/throughput.html",
        throughput=throughput,
        workforce=workforce,
        services=services,
        minutes=minutes,
        # The present minute is not over: the figures are of the one before.
        latest=minutes[-2],
        sums=sums(minutes),
        columns=as_columns(minutes),
        series=SERIES,
        concerns=concerns(throughput, services),
        type_name=type_name,
    )


def concerns(
    throughput: tasks_pb.GetThroughputResponse | None, services: list[ServiceHealth]
) -> list[tuple[str, str, int]]:
    """What an operator should look at: (what, the service, how many), most pressing first."""
    found = [("down", service.name, 0) for service in services if service.told is None]
    for service in services:
        told = service.told
        counts = (
            {"dead": told.dead_letter_count, "unsent": told.unsent_count, "parked": told.parked_count} if told else {}
        )
        counts["lag"] = service.lag_count
        found += [(wrong, service.name, counts[wrong]) for wrong in service.wrongs if wrong != "down"]
    if throughput is not None and throughput.wanting_count and not throughput.active_worker_count:
        found.append(("idle", "tasks", throughput.wanting_count))
    return found


@operator
async def as_file(request: Request) -> Response:
    """The same per minute as a CSV, up to a day back."""
    asked = request.query_params.get("minutes", "")
    count = min(int(asked[:9]), MINUTES_MAX) if asked.isdecimal() and int(asked[:9]) else MINUTES
    told = await person_of(request).client.tasks.GetThroughput(tasks_pb.GetThroughputRequest(minutes=count))
    now = datetime.now(UTC)
    return Response(
        as_csv(by_minute(told.minutes, now, count)),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": 'attachment; filename="throughput.csv"'},
    )
