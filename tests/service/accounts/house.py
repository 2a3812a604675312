"""Accounts under test, spoken to by people with the tokens that accounts itself gave them."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import Any

from ilgam.accounts.v1 import accounts_service_pb2 as pb
from ilgam.accounts.v1 import accounts_service_pb2_grpc as pb_grpc
from joserfc.jwk import OKPKey
from sqlalchemy import text

from services.core.ids import new_id
from tests.support.identity import KEY, TestCaller
from tests.support.mailbox import Mailbox
from tests.support.service import ServiceUnderTest

OPERATOR_EMAIL = "Operator@ilgam.localhost"
OPERATOR_PASSWORD = "a long operator password"
PASSWORD = "correct horse battery"
EDGE_KEY = "the key of the web's edge"


def request_id() -> str:
    """The id of a new request."""
    return str(new_id())


def claims_of(session: pb.Session) -> dict[str, Any]:
    """What an access token says, unchecked."""
    return _part(session, 1)


def key_id_of(session: pb.Session) -> str:
    """Which key an access token is signed with."""
    return str(_part(session, 0)["kid"])


def _part(session: pb.Session, place: int) -> dict[str, Any]:
    part = session.access_token.split(".")[place]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


@dataclass(frozen=True)
class HeldSession(TestCaller):
    """Somebody who holds a session that accounts gave."""

    session: pb.Session = field(default_factory=pb.Session)

    def token(self, key: OKPKey = KEY, **changed: object) -> str:  # noqa: ARG002 - the token is made already
        return self.session.access_token


@dataclass(frozen=True)
class Edge(HeldSession):
    """The web's edge: with its key, and with the session of the person it speaks for, if it speaks for one."""

    key: str = EDGE_KEY
    address: str = ""

    @property
    def metadata(self) -> tuple[tuple[str, str], ...]:
        token = super().metadata if self.session.access_token else ()
        address = (("ilgam-client-address", self.address),) if self.address else ()
        return (*token, ("ilgam-edge-key", self.key), *address)


class House:
    """A running accounts service."""

    def __init__(self, service: ServiceUnderTest) -> None:
        self.service = service
        self.mailbox = Mailbox(service.process.settings.mail_dir)
        self.open: pb_grpc.AccountsServiceAsyncStub = service.stub(pb_grpc.AccountsServiceStub)

    def as_caller(self, caller: TestCaller) -> pb_grpc.AccountsServiceAsyncStub:
        """The stub as somebody with a token made by the tests."""
        return self.service.stub(pb_grpc.AccountsServiceStub, caller)

    def signed_in(self, session: pb.Session) -> pb_grpc.AccountsServiceAsyncStub:
        """The stub with the access token of a session."""
        return self.as_caller(HeldSession(session=session))

    async def continued(self, session: pb.Session, edge: Edge | None = None) -> pb.Session:
        """The session as the web's edge continues it."""
        request = pb.ContinueSessionRequest(session_id=session.session_id)
        return (await self.as_caller(edge or Edge()).ContinueSession(request)).session

    async def sign_in(self, email: str, password: str = PASSWORD) -> pb.Session:
        """A session by password."""
        return (await self.open.SignIn(pb.SignInRequest(email=email, password=password))).session

    async def operator(self) -> pb_grpc.AccountsServiceAsyncStub:
        """The first operator, just signed in."""
        return self.signed_in(await self.sign_in(OPERATOR_EMAIL, OPERATOR_PASSWORD))

    async def register(self, email: str, name: str = "김일감") -> str:
        """A new account of a worker; gives its id."""
        request = pb.RegisterAccountRequest(request_id=request_id(), email=email, password=PASSWORD, display_name=name)
        return (await self.open.RegisterAccount(request)).account_id

    async def import_rows(self, *rows: pb.ImportAccountRow) -> list[pb.ImportAccountVerdict]:
        """Rows imported by the operator; gives their verdicts."""
        operator = await self.operator()
        answer = await operator.ImportAccounts(pb.ImportAccountsRequest(request_id=request_id(), rows=rows))
        return list(answer.verdicts)

    async def run(self, statement: str, **parameters: object) -> list[Any]:
        """Rows of a statement on the service's own database."""
        async with self.service.database.transaction() as tx:
            result = await tx.connection.execute(text(statement), parameters)
            return list(result.all()) if result.returns_rows else []
