"""What several pages of companies ask: the company that is looked at, the job in the address, figures that may not be there yet."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TypeVar

from ilgam.accounts.v1 import accounts_service_pb2 as accounts_pb
from ilgam.payments.v1 import payments_service_pb2 as payments_pb
from ilgam.tasks.v1 import tasks_events_pb2 as events_pb
from ilgam.tasks.v1 import tasks_service_pb2 as pb
from ilgam.workers.v1 import consultations_service_pb2 as consultations_pb
from starlette.requests import Request

from services.gateway.asking import answer_or_none
from services.gateway.visit import person_of
from services.sdk import IlgamError

Answer = TypeVar("Answer")

IMPORTING = frozenset({events_pb.JOB_STATE_DRAFT, events_pb.JOB_STATE_OPEN, events_pb.JOB_STATE_PAUSED})
"""States in which a job takes items."""
EDITABLE = IMPORTING | {events_pb.JOB_STATE_FROZEN}
"""States in which a job's terms can be changed."""
PUBLISHABLE = IMPORTING
"""States in which money for a job can be asked for."""


def company_of(request: Request) -> accounts_pb.Organisation | None:
    """The company whose pages are looked at: the one in `?organisation=`, or the person's first; None for none."""
    companies = person_of(request).companies
    wanted = request.query_params.get("organisation", "")
    return next((one for one in companies if one.organisation_id == wanted), companies[0] if companies else None)


def job_id_of(request: Request) -> str:
    """The job in the address."""
    return str(request.path_params["job_id"])


async def job_of(request: Request) -> pb.Job:
    """The job in the address; the same refusal for one that is not there and one of others.

    Raises:
        IlgamError: NOT_FOUND.
    """
    tasks = person_of(request).client.tasks
    return (await tasks.GetJob(pb.GetJobRequest(job_id=job_id_of(request)))).job


async def balance_of(request: Request, organisation_id: str) -> payments_pb.GetBalanceResponse:
    """A company's won; nothing while payments has not heard of the company yet."""
    payments = person_of(request).client.payments
    asked = payments.GetBalance(payments_pb.GetBalanceRequest(organisation_id=organisation_id))
    return await once_known(asked, payments_pb.GetBalanceResponse())


async def once_known(call: Awaitable[Answer], otherwise: Answer) -> Answer:
    """What a service answers, or `otherwise` while it has not heard of the thing yet: services learn by events."""
    try:
        return await call
    except IlgamError as error:
        if error.reason != "NOT_FOUND":
            raise
        return otherwise


async def pool_size(request: Request, organisation_id: str) -> int:
    """How many people are in a company's pool; 0 while that cannot be told."""
    mine = {one.organisation_id for one in person_of(request).companies}
    if organisation_id not in mine:
        return 0
    client = person_of(request).client.consultations
    asked = consultations_pb.ListPoolRequest(organisation_id=organisation_id, page_size=1)
    found = await answer_or_none(client.ListPool(asked))
    return found.member_count if found else 0


def state_name(job: pb.Job) -> str:
    """The key of a state's words."""
    return events_pb.JobState.Name(job.state).removeprefix("JOB_STATE_")
