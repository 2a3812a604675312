"""The demo's people: found or made, signed in, certified."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from ilgam.accounts.v1 import accounts_service_pb2 as accounts_pb
from ilgam.common.v1 import common_pb2
from ilgam.workers.v1 import workers_service_pb2 as workers_pb

from services.cli.market.company import once_known, open_company
from services.cli.running import CommandError
from services.cli.seed.catalogue import companies
from services.cli.seed.graduates import GRADUATES, Graduate
from services.sdk import Client, Password, new_request_id
from services.sdk.demo import APPLICANT, COMPANY, DOMAIN, OPERATOR, PASSWORD, TRAINER, WORKER

PAGE_SIZE = 200
SIGN_INS_AT_ONCE = 4
TYPES = tuple(one for one in common_pb2.AnnotationType.values() if one)
TEXT_CHOICE = common_pb2.ANNOTATION_TYPE_TEXT_CHOICE
IMAGE_CHOICE = common_pb2.ANNOTATION_TYPE_IMAGE_CHOICE
REASON = "AI 데이터 라벨링 교육 1기 수료"
NAMES = {COMPANY.email: COMPANY.name, f"company2@{DOMAIN}": "한무등"}
"""The companies' members, in the companies' order."""


@dataclass(frozen=True)
class Company:
    """A company with a member who is signed in."""

    name: str
    organisation_id: str
    client: Client


@dataclass(frozen=True)
class Worker:
    """A graduate who is signed in.

    Attributes:
        graduate: how they work.
        client: calls as they.
        rng: their chance.
    """

    graduate: Graduate
    client: Client
    rng: random.Random


@dataclass(frozen=True)
class People:
    """All of them.

    Attributes:
        companies: by name; the first one teaches.
        trainer: of the company that teaches.
        workers: the simulated graduates.
        demo_worker: whom a visitor plays.
    """

    companies: dict[str, Company]
    trainer: Client
    workers: list[Worker]
    demo_worker: Worker


async def find_people(operator: Client, seed: int) -> People:
    """Open the accounts and organisations that are missing, and sign everybody in.

    Args:
        operator: signed in as an operator.
        seed: makes graduates answer the same way again.
    """
    accounts = await _accounts(operator)
    organisations = await _organisations(operator)
    await _join(operator, organisations, accounts)
    members, staff = list(NAMES), [_email(place) for place in range(len(GRADUATES))]
    clients = await _sign_in(operator, [WORKER.email, TRAINER.email, *members, *staff])
    return People(
        {
            name: Company(name, organisations[name], clients[email])
            for name, email in zip(companies(), members, strict=True)
        },
        clients[TRAINER.email],
        [
            Worker(graduate, clients[email], random.Random(f"{seed}/{graduate.name}"))  # noqa: S311  (a repeatable demo, not a secret)
            for graduate, email in zip(GRADUATES, staff, strict=True)
        ],
        Worker(Graduate(WORKER.name, 0.97), clients[WORKER.email], random.Random(f"{seed}/{WORKER.name}")),  # noqa: S311  (as above)
    )


async def certify(operator: Client, people: People) -> None:
    """See to it that everybody may work: who has not passed an exam is certified by an operator's word."""
    everybody = [worker.client.account_id for worker in [*people.workers, people.demo_worker]]
    for annotation_type in TYPES:
        # Who has a valid certificate keeps that one.
        grant = workers_pb.GrantCertificateRequest(
            request_id=new_request_id(), worker_ids=everybody, annotation_type=annotation_type, reason=REASON
        )
        await once_known(lambda grant=grant: operator.workers.GrantCertificate(grant))  # type: ignore[misc]  # bound at once


def _email(place: int) -> str:
    return f"g{place + 1:02}@{DOMAIN}"


async def _accounts(operator: Client) -> dict[str, accounts_pb.AccountInfo]:
    """The demo's accounts by address, after opening those that are missing."""
    worker, operates = accounts_pb.ROLE_WORKER, accounts_pb.ROLE_OPERATOR
    wanted = [
        _row(WORKER.email, WORKER.name, worker),
        _row(APPLICANT.email, APPLICANT.name, worker),
        _row(OPERATOR.email, OPERATOR.name, operates),
        _row(TRAINER.email, TRAINER.name),
        *(_row(email, name) for email, name in NAMES.items()),
        *(_row(_email(place), graduate.name, worker) for place, graduate in enumerate(GRADUATES)),
    ]
    found = {account.email: account async for account in _listed_accounts(operator)}
    missing = [row for row in wanted if row.email not in found]
    if missing:
        request = accounts_pb.ImportAccountsRequest(request_id=new_request_id(), rows=missing)
        for verdict in (await operator.accounts.ImportAccounts(request)).verdicts:
            if verdict.state == accounts_pb.IMPORT_STATE_REFUSED:
                raise CommandError(f"an account of the demo was refused: {verdict.detail}")
    return found


def _row(email: str, name: str, *roles: accounts_pb.Role.ValueType) -> accounts_pb.ImportAccountRow:
    return accounts_pb.ImportAccountRow(email=email, display_name=name, roles=roles, password=PASSWORD)


async def _listed_accounts(operator: Client) -> AsyncIterator[accounts_pb.AccountInfo]:
    token = ""
    while True:
        request = accounts_pb.ListAccountsRequest(query=f"@{DOMAIN}", page_size=PAGE_SIZE, page_token=token)
        page = await operator.accounts.ListAccounts(request)
        for account in page.accounts:
            yield account
        token = page.next_page_token
        if not token:
            return


async def _organisations(operator: Client) -> dict[str, str]:
    """Name -> id, after opening those that are missing."""
    found: dict[str, str] = {}
    token = ""
    while True:
        request = accounts_pb.ListOrganisationsRequest(page_size=PAGE_SIZE, page_token=token)
        page = await operator.accounts.ListOrganisations(request)
        found |= {one.name: one.organisation_id for one in page.organisations}
        token = page.next_page_token
        if not token:
            break
    for name in companies():
        if name not in found:
            found[name] = await open_company(operator, name)
    return found


async def _join(operator: Client, organisations: dict[str, str], before: dict[str, accounts_pb.AccountInfo]) -> None:
    """The companies' members, and a trainer for the company that teaches."""
    wanted = [(name, email, accounts_pb.ROLE_COMPANY) for name, email in zip(companies(), NAMES, strict=True)]
    for name, email, role in [*wanted, (companies()[0], TRAINER.email, accounts_pb.ROLE_TRAINER)]:
        held = before[email].roles if email in before else ()
        if any(grant.organisation_id == organisations[name] for grant in held):
            continue
        request = accounts_pb.AddMemberRequest(
            request_id=new_request_id(), organisation_id=organisations[name], email=email, role=role
        )
        await operator.accounts.AddMember(request)


async def _sign_in(operator: Client, emails: Sequence[str]) -> dict[str, Client]:
    gate = asyncio.Semaphore(SIGN_INS_AT_ONCE)

    async def one(email: str) -> Client:
        async with gate:
            return await operator.sibling(Password(email, PASSWORD))

    return dict(zip(emails, await asyncio.gather(*(one(email) for email in emails)), strict=True))
