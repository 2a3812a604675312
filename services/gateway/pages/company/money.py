"""A company's funds: what is free, what its jobs hold, and every line that made it so."""

from __future__ import annotations

import asyncio

from ilgam.payments.v1 import payments_service_pb2 as pb
from ilgam.tasks.v1 import tasks_service_pb2 as tasks_pb
from starlette.requests import Request
from starlette.responses import Response

from services.gateway.admission import company
from services.gateway.house import house_of
from services.gateway.pages.company.asking import balance_of, company_of, once_known
from services.gateway.visit import person_of

LINES_PER_PAGE = 50


@company
async def funds(request: Request) -> Response:
    """Balance and statement."""
    person, chosen = person_of(request), company_of(request)
    pages = house_of(request).pages
    if chosen is None:
        return pages.page(request, "company/nobody.html")
    token = request.query_params.get("page", "")
    asked = pb.ListStatementLinesRequest(
        organisation_id=chosen.organisation_id, page_size=LINES_PER_PAGE, page_token=token
    )
    balance, listed = await asyncio.gather(
        balance_of(request, chosen.organisation_id),
        once_known(person.client.payments.ListStatementLines(asked), pb.ListStatementLinesResponse()),
    )
    return pages.page(
        request,
        "company/money.html",
        chosen=chosen,
        companies=person.companies,
        balance=balance,
        lines=[(line, pb.JournalKind.Name(line.kind).removeprefix("JOURNAL_KIND_")) for line in listed.lines],
        titles=await _titles(request, {line.job_id for line in listed.lines if line.job_id}),
        next_page=listed.next_page_token,
        later_page=bool(token),
    )


async def _titles(request: Request, job_ids: set[str]) -> dict[str, str]:
    if not job_ids:
        return {}
    asked = tasks_pb.ListJobTitlesRequest(job_ids=sorted(job_ids))
    found = await person_of(request).client.tasks.ListJobTitles(asked)
    return {title.job_id: title.title for title in found.titles}
