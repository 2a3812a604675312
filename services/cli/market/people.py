"""Gets people in: accounts, sessions, certificates."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from ilgam.accounts.v1 import accounts_service_pb2 as accounts_pb
from ilgam.common.v1 import common_pb2
from ilgam.workers.v1 import workers_service_pb2 as workers_pb

from services.cli.running import CommandError
from services.sdk import Client, SignInCode, new_request_id

ROWS_PER_REQUEST = 1000
SIGN_INS_AT_ONCE = 8
Row = TypeVar("Row")


@dataclass(frozen=True)
class Person:
    """A worker who is signed in."""

    name: str
    client: Client

    @property
    def worker_id(self) -> str:
        """Their account."""
        return self.client.account_id


async def bring_in(operator: Client, names: Sequence[str], domain: str) -> list[Person]:
    """Open an account for each name and sign them in.

    Args:
        operator: signed in as an operator.
        names: at most 80 characters each.
        domain: of their e-mail addresses, which must be new.

    Raises:
        CommandError: an account was refused.
    """
    emails = [f"w{number:06}@{domain}" for number in range(len(names))]
    codes: list[str] = []
    for rows in _cut(list(zip(emails, names, strict=True))):
        codes += await _import(operator, rows)
    gate = asyncio.Semaphore(SIGN_INS_AT_ONCE)

    async def sign_in(email: str, code: str) -> Client:
        async with gate:
            return await operator.sibling(SignInCode(email, code))

    clients = await asyncio.gather(*(sign_in(*pair) for pair in zip(emails, codes, strict=True)))
    return [Person(name, client) for name, client in zip(names, clients, strict=True)]


async def _import(operator: Client, rows: Sequence[tuple[str, str]]) -> list[str]:
    """The sign-in codes of new accounts, in order."""
    request = accounts_pb.ImportAccountsRequest(
        request_id=new_request_id(),
        rows=[
            accounts_pb.ImportAccountRow(email=email, display_name=name, roles=[accounts_pb.ROLE_WORKER])
            for email, name in rows
        ],
    )
    answer = await operator.accounts.ImportAccounts(request)
    for verdict, (email, _) in zip(answer.verdicts, rows, strict=True):
        if verdict.state != accounts_pb.IMPORT_STATE_ACCEPTED or not verdict.sign_in_code:
            raise CommandError(f"the account {email} was not made: {verdict.detail or 'it is there already'}")
    return [verdict.sign_in_code for verdict in answer.verdicts]


async def certify(
    operator: Client, people: Sequence[Person], annotation_type: common_pb2.AnnotationType.ValueType, reason: str
) -> None:
    """Grant each a certificate; those that have a valid one keep it."""
    for part in _cut(people):
        await operator.workers.GrantCertificate(
            workers_pb.GrantCertificateRequest(
                request_id=new_request_id(),
                worker_ids=[person.worker_id for person in part],
                annotation_type=annotation_type,
                reason=reason,
            )
        )


def _cut(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    for start in range(0, len(rows), ROWS_PER_REQUEST):
        yield rows[start : start + ROWS_PER_REQUEST]
