"""People: found by name or e-mail, one by one with what they may do and what they did."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from ilgam.accounts.v1 import accounts_service_pb2 as accounts_pb
from ilgam.payments.v1 import payments_service_pb2 as payments_pb
from ilgam.quality.v1 import quality_service_pb2 as quality_pb
from ilgam.workers.v1 import journeys_service_pb2 as journeys_pb
from ilgam.workers.v1 import workers_service_pb2 as workers_pb
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from services.gateway.admission import operator
from services.gateway.asking import answer_or_none, uuid_of
from services.gateway.certificates import state_of
from services.gateway.forms import empty_form
from services.gateway.house import house_of
from services.gateway.pages.learn.steps import way_next, way_steps
from services.gateway.pages.operator.asking import ROWS, done_of
from services.gateway.pages.operator.names import restriction_name, type_name
from services.gateway.people import Person
from services.gateway.visit import person_of

ROLES = {"worker": accounts_pb.ROLE_WORKER, "company": accounts_pb.ROLE_COMPANY, "operator": accounts_pb.ROLE_OPERATOR}
QUERY_LENGTH_MAX = 254


@operator
async def found(request: Request) -> Response:
    """People by a part of their name or e-mail, newest first."""
    asked = request.query_params
    query, role = asked.get("q", "").strip()[:QUERY_LENGTH_MAX], asked.get("role", "")
    answer = await person_of(request).client.accounts.ListAccounts(
        accounts_pb.ListAccountsRequest(
            query=query,
            role=ROLES.get(role, accounts_pb.ROLE_UNSPECIFIED),
            page_size=ROWS,
            page_token=asked.get("page", ""),
        )
    )
    return house_of(request).pages.page(
        request,
        "operator/people.html",
        form=empty_form(q=query, role=role),
        accounts=answer.accounts,
        roles=list(ROLES),
        role_names=role_names,
        turned="page" in asked,
        next_page=answer.next_page_token,
    )


@operator
async def one(request: Request) -> Response:
    """One person: roles, certificates, skills, restriction, won earned."""
    person, worker_id = person_of(request), uuid_of(request, "account_id")
    client = person.client
    account, profile, skills, balance, journey = await asyncio.gather(
        account_named(person, worker_id),
        answer_or_none(client.workers.GetWorkerProfile(workers_pb.GetWorkerProfileRequest(worker_id=worker_id))),
        answer_or_none(client.quality.GetWorkerSkills(quality_pb.GetWorkerSkillsRequest(worker_id=worker_id))),
        answer_or_none(client.payments.GetBalance(payments_pb.GetBalanceRequest(worker_id=worker_id))),
        answer_or_none(client.journeys.GetJourney(journeys_pb.GetJourneyRequest(worker_id=worker_id))),
    )
    restriction = profile.restriction if profile and profile.HasField("restriction") else None
    return house_of(request).pages.page(
        request,
        "operator/person.html",
        account=account,
        roles=role_names(account),
        profile=profile,
        restriction=restriction,
        last_moment=_last_moment(restriction) if restriction else None,
        skills=skills,
        type_name=type_name,
        restriction_name=restriction_name,
        certificate_state=state_of,
        balance=balance,
        journey=journey,
        way_steps=way_steps,
        way_next=way_next,
        done=done_of(request),
    )


def _last_moment(restriction: workers_pb.Restriction) -> datetime | None:
    """The last moment in which a restriction holds: one to the end of a day is shown with that day's date."""
    if not restriction.HasField("until_time"):
        return None
    return restriction.until_time.ToDatetime(tzinfo=UTC) - timedelta(seconds=1)


def role_names(account: accounts_pb.AccountInfo) -> list[str]:
    """What an account may do, each once: WORKER, COMPANY, TRAINER, OPERATOR."""
    roles = dict.fromkeys(grant.role for grant in account.roles)
    return [accounts_pb.Role.Name(role).removeprefix("ROLE_") for role in roles]


async def account_named(person: Person, account_id: str) -> accounts_pb.AccountInfo:
    """An account by its id.

    Raises:
        HTTPException: 404, there is no such account.
    """
    answer = await person.client.accounts.ListAccounts(accounts_pb.ListAccountsRequest(account_ids=[account_id]))
    if not answer.accounts:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return answer.accounts[0]
