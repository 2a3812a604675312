"""The jobs of a company."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from ilgam.tasks.v1 import tasks_service_pb2 as pb
from starlette.requests import Request
from starlette.responses import Response

from services.gateway.admission import company
from services.gateway.house import house_of
from services.gateway.pages.company.asking import balance_of, company_of, state_name
from services.gateway.visit import person_of

JOBS_PER_PAGE = 30


@dataclass(frozen=True)
class ListedJob:
    """One job as the list shows it."""

    job: pb.Job
    state: str

    @property
    def share(self) -> float:
        """How much of it has its result."""
        return self.job.counts.resolved_count / self.job.item_count if self.job.item_count else 0.0


@company
async def our_jobs(request: Request) -> Response:
    """The company's jobs, newest first, and what it has to spend."""
    person, chosen = person_of(request), company_of(request)
    pages = house_of(request).pages
    if chosen is None:
        return pages.page(request, "company/nobody.html")
    token = request.query_params.get("page", "")
    asked = pb.ListJobsRequest(organisation_id=chosen.organisation_id, page_size=JOBS_PER_PAGE, page_token=token)
    listed, balance = await asyncio.gather(
        person.client.tasks.ListJobs(asked), balance_of(request, chosen.organisation_id)
    )
    return pages.page(
        request,
        "company/jobs.html",
        chosen=chosen,
        companies=person.companies,
        jobs=[ListedJob(job, state_name(job)) for job in listed.jobs],
        balance=balance,
        next_page=listed.next_page_token,
        later_page=bool(token),
    )
