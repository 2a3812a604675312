"""Who is at a page: a session's id becomes a person with an access token, asked of accounts once in five minutes."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

import grpc
from ilgam.accounts.v1 import accounts_service_pb2 as pb
from ilgam.accounts.v1.accounts_service_pb2_grpc import AccountsServiceStub

from services.gateway.cookies import TEXT_SIZE_DEFAULT, Look
from services.gateway.edge_calendars import EdgeCalendars
from services.gateway.words import DEFAULT_LANGUAGE
from services.sdk import Client, IlgamError
from services.sdk.channels import Channels
from services.sdk.retries import Patience

# A page says that something is down rather than let people wait.
PAGE_PATIENCE = Patience(overall_seconds=5.0, attempt_seconds=4.0, wait_seconds_max=0.5)
RENEW_BEFORE_SECONDS = 30.0
HELD_MAX = 20_000
ENDED_REASONS = frozenset({"SESSION_ENDED", "TOKEN_EXPIRED", "TOKEN_INVALID", "TOKEN_MISSING"})
_CALL_SECONDS = 5.0
_NAMES_AT_ONCE = 200
_ROLE_NAMES = {
    pb.ROLE_WORKER: "worker",
    pb.ROLE_COMPANY: "company",
    pb.ROLE_TRAINER: "trainer",
    pb.ROLE_OPERATOR: "operator",
}


@dataclass(frozen=True)
class Person:
    """Somebody who is signed in.

    Attributes:
        session_id: the session that the browser showed.
        account_id: whose it is.
        name: how the person is called.
        roles: worker, company, trainer, operator.
        companies: organisations whose jobs the person may see, in the order of the grants.
        teaches_for: organisations for which the person is a trainer.
        look: how pages shall look, as the account remembers it.
        keys: what each act has as its key, as the account remembers it; None where nothing was ever chosen.
        client: calls the services as this person.
        email_verified: the owner has proved that the address is theirs.
        must_agree: a document that they agreed to has a newer version.
    """

    session_id: str
    account_id: str
    name: str
    roles: frozenset[str]
    companies: tuple[pb.Organisation, ...]
    teaches_for: tuple[pb.Organisation, ...]
    look: Look
    client: Client
    email_verified: bool = True
    must_agree: bool = False
    keys: Mapping[str, str] | None = None


class EdgeAccounts:
    """Calls accounts as the web's edge: proves that it is, and says which address the person's browser has."""

    def __init__(self, channels: Channels, edge_key: str) -> None:
        self._stub = AccountsServiceStub(channels["accounts"])
        self._edge_key = edge_key

    async def sign_in(self, email: str, password: str, address: str) -> pb.Session:
        """Begins a session; raises IlgamError."""
        request = pb.SignInRequest(email=email, password=password)
        try:
            answer = await self._stub.SignIn(request, metadata=self._metadata(address), timeout=_CALL_SECONDS)
        except grpc.aio.AioRpcError as error:
            raise IlgamError.of(error) from None
        session: pb.Session = answer.session
        return session

    async def register(self, request: pb.RegisterAccountRequest, address: str) -> None:
        """Opens an account; raises IlgamError."""
        try:
            await self._stub.RegisterAccount(request, metadata=self._metadata(address), timeout=_CALL_SECONDS)
        except grpc.aio.AioRpcError as error:
            raise IlgamError.of(error) from None

    async def ask_for_reset(self, request: pb.RequestPasswordResetRequest, address: str) -> None:
        """Asks for a link for a new password; raises IlgamError."""
        try:
            await self._stub.RequestPasswordReset(request, metadata=self._metadata(address), timeout=_CALL_SECONDS)
        except grpc.aio.AioRpcError as error:
            raise IlgamError.of(error) from None

    async def reset(self, request: pb.ResetPasswordRequest, address: str) -> None:
        """Sets a new password with a link; raises IlgamError."""
        try:
            await self._stub.ResetPassword(request, metadata=self._metadata(address), timeout=_CALL_SECONDS)
        except grpc.aio.AioRpcError as error:
            raise IlgamError.of(error) from None

    async def go_on(self, session_id: str) -> pb.Session:
        """An access token for a session; raises IlgamError."""
        request = pb.ContinueSessionRequest(session_id=session_id)
        try:
            answer = await self._stub.ContinueSession(request, metadata=self._metadata(""), timeout=_CALL_SECONDS)
        except grpc.aio.AioRpcError as error:
            raise IlgamError.of(error) from None
        session: pb.Session = answer.session
        return session

    async def names(self, ids: Iterable[str]) -> dict[str, str]:
        """What people and organisations are called, by id; unknown and closed ones are absent. Raises IlgamError."""
        found: dict[str, str] = {}
        wanted = list(dict.fromkeys(ids))
        for start in range(0, len(wanted), _NAMES_AT_ONCE):
            request = pb.ListNamesRequest(ids=wanted[start : start + _NAMES_AT_ONCE])
            try:
                answer = await self._stub.ListNames(request, metadata=self._metadata(""), timeout=_CALL_SECONDS)
            except grpc.aio.AioRpcError as error:
                raise IlgamError.of(error) from None
            found.update((name.id, name.display_name) for name in answer.names)
        return found

    def _metadata(self, address: str) -> tuple[tuple[str, str], ...]:
        proof = ("ilgam-edge-key", self._edge_key)
        return (proof, ("ilgam-client-address", address)) if address else (proof,)


class EdgeTokens:
    """The access token of one session (`services.sdk.calls.Tokens`)."""

    def __init__(self, accounts: EdgeAccounts, session_id: str) -> None:
        self._accounts = accounts
        self._session_id = session_id
        self._lock = asyncio.Lock()
        self._token = ""
        self._good_until = 0.0

    async def token(self) -> str:
        """A token that is good now."""
        if time.monotonic() >= self._good_until:
            await self.renew(self._token)
        return self._token

    async def renew(self, used: str) -> None:
        """Replaces that token, unless another call has done so."""
        async with self._lock:
            if self._token == used:
                session = await self._accounts.go_on(self._session_id)
                lasts = session.access_expire_time.ToMicroseconds() / 1e6 - time.time()
                self._good_until = time.monotonic() + max(RENEW_BEFORE_SECONDS, lasts) - RENEW_BEFORE_SECONDS
                self._token = session.access_token

    def drop(self) -> None:
        """Asks for another token with the next call: the session has been proved meanwhile."""
        self._good_until = 0.0

    async def prove(self, used: str) -> None:
        """Only the person can: the page asks for the password."""
        raise IlgamError(
            grpc.StatusCode.PERMISSION_DENIED, "SIGN_IN_NOT_FRESH", f"the password is needed ({len(used)} characters)"
        )


@dataclass
class _Held:
    client: Client
    tokens: EdgeTokens
    person: Person | None = None
    known_at: float = 0.0


class People:
    """The people at the pages of this process. What it holds is a copy that may be dropped at any time."""

    KNOWN_SECONDS = 270.0

    def __init__(self, channels: Channels, edge_key: str) -> None:
        self._channels = channels
        self.accounts = EdgeAccounts(channels, edge_key)
        self.calendars = EdgeCalendars(channels, edge_key)
        # Calls what is open to anybody.
        self.nobody = Client(channels, None, PAGE_PATIENCE)
        self._held: OrderedDict[str, _Held] = OrderedDict()

    async def person_of(self, session_id: UUID) -> Person:
        """The person of a session.

        Raises:
            IlgamError: the session has ended (one of ENDED_REASONS), or accounts is not there.
        """
        key = str(session_id)
        held = self._held.get(key)
        if held is None:
            tokens = EdgeTokens(self.accounts, key)
            held = _Held(Client(self._channels, None, PAGE_PATIENCE, tokens=tokens), tokens)
            self._held[key] = held
            if len(self._held) > HELD_MAX:
                self._held.popitem(last=False)
        if held.person is None or time.monotonic() - held.known_at > self.KNOWN_SECONDS:
            try:
                account = await held.client.accounts.GetAccount(pb.GetAccountRequest())
            except IlgamError as error:
                if error.reason in ENDED_REASONS:
                    self.forget(key)
                raise
            held.person, held.known_at = _person(key, account, held.client), time.monotonic()
        return held.person

    async def prove(self, person: Person, password: str) -> None:
        """Proves once more who is there; what asks for a fresh sign-in is then open to them for 5 minutes.

        Raises:
            IlgamError: the password is wrong, or was wrong too often.
        """
        await person.client.accounts.Reauthenticate(pb.ReauthenticateRequest(password=password))
        held = self._held.get(person.session_id)
        if held is not None:
            held.tokens.drop()

    def forget(self, session_id: str) -> None:
        """Asks anew next time: the session has ended, or the account has changed."""
        self._held.pop(session_id, None)


def _person(session_id: str, account: pb.GetAccountResponse, client: Client) -> Person:
    names = {organisation.organisation_id: organisation for organisation in account.organisations}
    companies = [grant.organisation_id for grant in account.roles if grant.role == pb.ROLE_COMPANY]
    teaching = [grant.organisation_id for grant in account.roles if grant.role == pb.ROLE_TRAINER]
    chosen = account.preferences
    return Person(
        session_id=session_id,
        account_id=account.account_id,
        name=account.display_name,
        roles=frozenset(_ROLE_NAMES[grant.role] for grant in account.roles if grant.role in _ROLE_NAMES),
        companies=tuple(names.get(one, pb.Organisation(organisation_id=one)) for one in companies),
        teaches_for=tuple(names.get(one, pb.Organisation(organisation_id=one)) for one in teaching),
        look=Look(
            chosen.language or account.language or DEFAULT_LANGUAGE,
            chosen.text_size or TEXT_SIZE_DEFAULT,
            chosen.high_contrast,
            chosen.single_keys_off,
        ),
        client=client,
        email_verified=account.email_verified,
        must_agree=bool(account.renewed_documents),
        keys={one.act: one.chord for one in account.keys.choices} if account.HasField("keys") else None,
    )
