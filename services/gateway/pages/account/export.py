"""All that Ilgam holds of a person, as one JSON file, read with the person's own token and sent page by page.

A service that cannot be asked does not spoil the file: what is missing is named under `missing`.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from ilgam.accounts.v1 import accounts_service_pb2 as accounts_pb
from ilgam.accounts.v1 import notices_service_pb2 as notices_pb
from ilgam.payments.v1 import payments_service_pb2 as payments_pb
from ilgam.quality.v1 import quality_service_pb2 as quality_pb
from ilgam.tasks.v1 import tasks_service_pb2 as tasks_pb
from ilgam.workers.v1 import consultations_service_pb2 as consultations_pb
from ilgam.workers.v1 import courses_service_pb2 as courses_pb
from ilgam.workers.v1 import journeys_service_pb2 as journeys_pb
from ilgam.workers.v1 import programmes_service_pb2 as programmes_pb
from ilgam.workers.v1 import workers_service_pb2 as workers_pb
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from services.gateway.admission import signed_in
from services.gateway.people import Person
from services.gateway.visit import person_of
from services.runtime.logs import logger
from services.sdk import Client, IlgamError

PAGES_MAX: Final = 2_000
_EVERYBODY: Final = frozenset({"worker", "company", "trainer", "operator"})
_WORKERS: Final = frozenset({"worker"})
log = logger()


@dataclass(frozen=True)
class Part:
    """One part of the file.

    Attributes:
        name: its name in the file.
        roles: who has such a part.
        call: the RPC of a client.
        request: makes the request of a page, from the token of the page before.
        rows: the repeated field of the answer that holds the rows; empty: the answer is the one row.
    """

    name: str
    roles: frozenset[str]
    call: Callable[[Client], Any]
    request: Callable[[str], Message]
    rows: str = ""


PARTS: Final = (
    Part("account", _EVERYBODY, lambda me: me.accounts.GetAccount, lambda _: accounts_pb.GetAccountRequest()),
    Part(
        "consents",
        _EVERYBODY,
        lambda me: me.accounts.ListConsents,
        lambda _: accounts_pb.ListConsentsRequest(),
        "consents",
    ),
    Part(
        "sessions",
        _EVERYBODY,
        lambda me: me.accounts.ListSessions,
        lambda token: accounts_pb.ListSessionsRequest(page_size=100, page_token=token),
        "sessions",
    ),
    Part(
        "api_keys",
        _EVERYBODY,
        lambda me: me.accounts.ListApiKeys,
        lambda token: accounts_pb.ListApiKeysRequest(page_size=100, page_token=token),
        "api_keys",
    ),
    Part(
        "notices",
        _EVERYBODY,
        lambda me: me.notices.ListNotices,
        lambda token: notices_pb.ListNoticesRequest(page_size=100, page_token=token),
        "notices",
    ),
    Part(
        "work_profile",
        _WORKERS,
        lambda me: me.workers.GetWorkerProfile,
        lambda _: workers_pb.GetWorkerProfileRequest(),
    ),
    Part("journey", _WORKERS, lambda me: me.journeys.GetJourney, lambda _: journeys_pb.GetJourneyRequest()),
    Part(
        "enrolments",
        _WORKERS,
        lambda me: me.programmes.ListEnrolments,
        lambda token: programmes_pb.ListEnrolmentsRequest(page_size=200, page_token=token),
        "enrolments",
    ),
    Part(
        "courses",
        _WORKERS,
        lambda me: me.courses.ListCourses,
        lambda token: courses_pb.ListCoursesRequest(page_size=100, page_token=token),
        "courses",
    ),
    Part(
        "consultations",
        _WORKERS,
        lambda me: me.consultations.ListConsultations,
        lambda token: consultations_pb.ListConsultationsRequest(page_size=200, page_token=token),
        "consultations",
    ),
    Part(
        "offers",
        _WORKERS,
        lambda me: me.consultations.ListOffers,
        lambda token: consultations_pb.ListOffersRequest(page_size=200, page_token=token),
        "offers",
    ),
    Part(
        "assignments",
        _WORKERS,
        lambda me: me.tasks.ListAssignments,
        lambda token: tasks_pb.ListAssignmentsRequest(page_size=200, page_token=token),
        "assignments",
    ),
    Part(
        "verdicts",
        _WORKERS,
        lambda me: me.quality.ListVerdicts,
        lambda token: quality_pb.ListVerdictsRequest(page_size=1000, page_token=token),
        "verdicts",
    ),
    Part(
        "statement_lines",
        _WORKERS,
        lambda me: me.payments.ListStatementLines,
        lambda token: payments_pb.ListStatementLinesRequest(page_size=1000, page_token=token),
        "lines",
    ),
)


@signed_in
async def export(request: Request) -> Response:
    """The file."""
    now = datetime.now(UTC)
    return StreamingResponse(
        _file(person_of(request), now),
        media_type="application/json; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="ilgam-{now:%Y%m%d}.json"', "cache-control": "no-store"},
    )


async def _file(person: Person, now: datetime) -> AsyncIterator[str]:
    """Each piece ends where JSON may go on or end, so that the file is whole whatever a service says."""
    missing: list[dict[str, str]] = []
    yield "{\n" + f'"export_time": {json.dumps(now.isoformat())}'
    for part in PARTS:
        if part.roles & person.roles:
            yield f",\n{json.dumps(part.name)}: ["
            first = True
            async for row in _rows(part, person, missing):
                yield ("\n" if first else ",\n") + json.dumps(row, ensure_ascii=False)
                first = False
            yield "]"
    yield f',\n"missing": {json.dumps(missing)}\n}}\n'


async def _rows(part: Part, person: Person, missing: list[dict[str, str]]) -> AsyncIterator[dict[str, Any]]:
    """The rows of a part, page by page; what could not be read is noted in `missing`.

    Somebody who labels and is also an operator may see others' rows: those are left out.
    """
    token = ""
    for _ in range(PAGES_MAX):
        try:
            answer = await part.call(person.client)(part.request(token))
        except IlgamError as error:
            log.warning("part_of_export_missing", part=part.name, reason=error.reason or error.code.name)
            missing.append({"part": part.name, "reason": error.reason or error.code.name})
            return
        for row in getattr(answer, part.rows) if part.rows else [answer]:
            if getattr(row, "worker_id", "") in {"", person.account_id}:
                yield MessageToDict(row, preserving_proto_field_name=True)
        token = getattr(answer, "next_page_token", "") if part.rows else ""
        if not token:
            return
    missing.append({"part": part.name, "reason": "TOO_LONG"})
