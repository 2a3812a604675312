"""AccountsService: converts, calls one use case, converts back."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

from ilgam.accounts.v1 import accounts_service_pb2 as pb
from ilgam.accounts.v1 import accounts_service_pb2_grpc as pb_grpc

from services.accounts.credentials.passwords import Passwords
from services.accounts.credentials.tokens import Signer
from services.accounts.credentials.vault import Vault
from services.accounts.domain.accounts import ORGANISATION_ROLES, Role, RoleGrant, name_problem
from services.accounts.domain.imports import judge_rows
from services.accounts.domain.limits import place_of
from services.accounts.entrypoints import convert
from services.accounts.entrypoints.freshness import check_fresh
from services.accounts.entrypoints.stored_forms import (
    with_marked_password,
    with_marked_rows,
    without_codes,
    without_secret,
)
from services.accounts.store.queries import accounts as account_store
from services.accounts.store.queries import keys as key_store
from services.accounts.store.queries import sessions as session_store
from services.accounts.use_cases import api_keys, open_accounts, roles, sessions, signing_keys
from services.accounts.use_cases.refresh_session import refresh_session
from services.accounts.use_cases.sign_in import SignIns
from services.core.clock import utc_now
from services.core.errors import NotFoundError, Reason, UnauthenticatedError, UnavailableError, invalid_field
from services.runtime.auth import current_caller
from services.runtime.database import Database, Transaction
from services.runtime.middleware import Context
from services.runtime.paging import page_size
from services.runtime.requests import run_once
from services.runtime.wire import uuid_of

AUDIT_FACTS_PER_MESSAGE = 1000


@dataclass(frozen=True)
class Credentials:
    """What passwords, tokens and keys are made and checked with."""

    passwords: Passwords
    vault: Vault
    signer: Signer


class AccountsServicer(pb_grpc.AccountsServiceServicer):
    """Accounts, sessions, organisations and keys."""

    def __init__(self, database: Database, credentials: Credentials) -> None:
        self._database = database
        self._passwords = credentials.passwords
        self._vault = credentials.vault
        self._signer = credentials.signer
        self._sign_ins = SignIns(database, credentials.passwords, credentials.signer)

    async def RegisterAccount(
        self, request: pb.RegisterAccountRequest, _context: Context
    ) -> pb.RegisterAccountResponse:
        """Opens an account for a person who will label."""
        problem = name_problem(request.display_name)
        if problem:
            raise invalid_field(*problem.split(": ", 1))
        password_hash = await self._passwords.hash(request.password)
        new = open_accounts.NewAccount(
            request.email, request.display_name, request.language, password_hash, (Role.WORKER,)
        )

        async def act(tx: Transaction) -> pb.RegisterAccountResponse:
            account_id = await open_accounts.register_account(tx, new, utc_now())
            return pb.RegisterAccountResponse(account_id=str(account_id))

        marked = with_marked_password(request, self._vault)
        return await run_once(self._database, marked, pb.RegisterAccountResponse, act)

    async def ImportAccounts(self, request: pb.ImportAccountsRequest, _context: Context) -> pb.ImportAccountsResponse:
        """Opens many accounts at once; a verdict per row."""
        if any(pb.ROLE_OPERATOR in row.roles for row in request.rows):
            check_fresh(current_caller(), time.time())
        judged = judge_rows([convert.import_row_of(row) for row in request.rows])
        with_password = [row.row.password for row in judged if row.row.password and not row.problem]
        hashes = iter(await self._passwords.hash_all(with_password))
        hash_of_row = [next(hashes) if row.row.password and not row.problem else None for row in judged]

        async def act(tx: Transaction) -> pb.ImportAccountsResponse:
            verdicts = await open_accounts.import_accounts(tx, judged, hash_of_row, utc_now())
            return pb.ImportAccountsResponse(verdicts=[convert.verdict_message(verdict) for verdict in verdicts])

        marked = with_marked_rows(request, self._vault)
        return await run_once(self._database, marked, pb.ImportAccountsResponse, act, stored=without_codes)

    async def SignIn(self, request: pb.SignInRequest, _context: Context) -> pb.SignInResponse:
        """Begins a session."""
        if bool(request.password) == bool(request.sign_in_code):
            raise invalid_field("password", "send either password or sign_in_code")
        if request.sign_in_code:
            issued = await self._sign_ins.by_code(request.email, request.sign_in_code)
        else:
            place = place_of(current_caller().peer)
            issued = await self._sign_ins.by_password(request.email, place, request.password)
        return pb.SignInResponse(session=convert.session_message(issued))

    async def Reauthenticate(self, request: pb.ReauthenticateRequest, _context: Context) -> pb.ReauthenticateResponse:
        """Proves once more who is there."""
        account_id, session_id, caller = _account_id(), _session_id(), current_caller()
        issued = await self._sign_ins.reauthenticate(account_id, session_id, place_of(caller.peer), request.password)
        return pb.ReauthenticateResponse(session=convert.session_message(issued))

    async def RefreshSession(self, request: pb.RefreshSessionRequest, _context: Context) -> pb.RefreshSessionResponse:
        """Gives new tokens for a refresh token."""
        async with self._database.transaction() as tx:
            issued = await refresh_session(tx, self._signer, request.refresh_token, utc_now())
        if issued is None:
            raise UnauthenticatedError(Reason.SESSION_ENDED, "the session has ended: sign in again")
        return pb.RefreshSessionResponse(session=convert.session_message(issued))

    async def SignOut(self, _request: pb.SignOutRequest, _context: Context) -> pb.SignOutResponse:
        """Ends the caller's session."""
        account_id, session_id = _account_id(), _session_id()
        async with self._database.transaction() as tx:
            await sessions.end_session(tx, account_id, session_id, utc_now())
        return pb.SignOutResponse()

    async def GetAccount(self, _request: pb.GetAccountRequest, _context: Context) -> pb.GetAccountResponse:
        """Gives the caller's own account."""
        async with self._database.transaction() as tx:
            account = await account_store.account_by_id(tx.connection, _account_id())
            if account is None:
                raise NotFoundError("account")
            grants = await account_store.grants_of(tx.connection, account.account_id)
        return convert.account_message(account, grants)

    async def SetPassword(self, request: pb.SetPasswordRequest, _context: Context) -> pb.SetPasswordResponse:
        """Sets a new password; other sessions end."""
        account_id, session_id = _account_id(), current_caller().session_id
        password_hash = await self._passwords.hash(request.password)

        async def act(tx: Transaction) -> pb.SetPasswordResponse:
            await sessions.set_password(tx, account_id, session_id, password_hash, utc_now())
            return pb.SetPasswordResponse()

        marked = with_marked_password(request, self._vault)
        return await run_once(self._database, marked, pb.SetPasswordResponse, act)

    async def ListSessions(self, request: pb.ListSessionsRequest, _context: Context) -> pb.ListSessionsResponse:
        """Lists the caller's live sessions, newest first."""
        count, before, now = page_size(request.page_size), convert.before_of(request.page_token), utc_now()
        async with self._database.transaction() as tx:
            found = await session_store.live_sessions_before(tx.connection, _account_id(), before, count + 1, now)
        shown, current_id = found[:count], current_caller().session_id
        return pb.ListSessionsResponse(
            sessions=[convert.session_info(session, current_id) for session in shown],
            next_page_token=convert.next_token(shown[-1].session_id if len(found) > count else None),
        )

    async def RevokeSession(self, request: pb.RevokeSessionRequest, _context: Context) -> pb.RevokeSessionResponse:
        """Ends one of the caller's sessions."""

        async def act(tx: Transaction) -> pb.RevokeSessionResponse:
            await sessions.end_session(tx, _account_id(), uuid_of(request.session_id), utc_now())
            return pb.RevokeSessionResponse()

        return await run_once(self._database, request, pb.RevokeSessionResponse, act)

    async def GrantRole(self, request: pb.GrantRoleRequest, _context: Context) -> pb.GrantRoleResponse:
        """Gives an account the role worker or operator."""
        role = convert.role_of(request.role)
        if role is None or role in ORGANISATION_ROLES:
            raise invalid_field("role", "name worker or operator; company and trainer come with AddMember")

        async def act(tx: Transaction) -> pb.GrantRoleResponse:
            await roles.grant_role(tx, uuid_of(request.account_id), RoleGrant(role), utc_now())
            return pb.GrantRoleResponse()

        return await run_once(self._database, request, pb.GrantRoleResponse, act)

    async def CreateOrganisation(
        self, request: pb.CreateOrganisationRequest, _context: Context
    ) -> pb.CreateOrganisationResponse:
        """Opens an organisation."""
        if not request.name.strip():
            raise invalid_field("name", "write a name")

        async def act(tx: Transaction) -> pb.CreateOrganisationResponse:
            organisation_id = await roles.create_organisation(tx, request.name, utc_now())
            return pb.CreateOrganisationResponse(organisation_id=str(organisation_id))

        return await run_once(self._database, request, pb.CreateOrganisationResponse, act)

    async def AddMember(self, request: pb.AddMemberRequest, _context: Context) -> pb.AddMemberResponse:
        """Makes an account a member or trainer of an organisation."""
        organisation_id, role = uuid_of(request.organisation_id), convert.role_of(request.role)
        if not current_caller().may_see_organisation(organisation_id):
            raise NotFoundError("organisation")
        if role is None or role not in ORGANISATION_ROLES:
            raise invalid_field("role", "name company or trainer")
        grant = RoleGrant(role, organisation_id)

        async def act(tx: Transaction) -> pb.AddMemberResponse:
            return pb.AddMemberResponse(account_id=str(await roles.add_member(tx, request.email, grant, utc_now())))

        return await run_once(self._database, request, pb.AddMemberResponse, act)

    async def CreateApiKey(self, request: pb.CreateApiKeyRequest, _context: Context) -> pb.CreateApiKeyResponse:
        """Makes a key for a program; the secret is told once."""
        if not request.name.strip():
            raise invalid_field("name", "write a name")

        async def act(tx: Transaction) -> pb.CreateApiKeyResponse:
            made = await api_keys.create_api_key(tx, _account_id(), request.name, utc_now())
            return pb.CreateApiKeyResponse(api_key_id=str(made.api_key_id), secret=made.secret)

        return await run_once(self._database, request, pb.CreateApiKeyResponse, act, stored=without_secret)

    async def ListApiKeys(self, request: pb.ListApiKeysRequest, _context: Context) -> pb.ListApiKeysResponse:
        """Lists the caller's keys, newest first."""
        count, before = page_size(request.page_size), convert.before_of(request.page_token)
        async with self._database.transaction() as tx:
            found = await key_store.live_api_keys_before(tx.connection, _account_id(), before, count + 1)
        shown = found[:count]
        return pb.ListApiKeysResponse(
            api_keys=[convert.api_key_info(key) for key in shown],
            next_page_token=convert.next_token(shown[-1].api_key_id if len(found) > count else None),
        )

    async def RevokeApiKey(self, request: pb.RevokeApiKeyRequest, _context: Context) -> pb.RevokeApiKeyResponse:
        """Makes a key void."""

        async def act(tx: Transaction) -> pb.RevokeApiKeyResponse:
            await api_keys.revoke_api_key(tx, _account_id(), uuid_of(request.api_key_id), utc_now())
            return pb.RevokeApiKeyResponse()

        return await run_once(self._database, request, pb.RevokeApiKeyResponse, act)

    async def ExchangeApiKey(self, request: pb.ExchangeApiKeyRequest, _context: Context) -> pb.ExchangeApiKeyResponse:
        """Gives an access token for an API key."""
        async with self._database.transaction() as tx:
            issued = await api_keys.exchange_api_key(tx, self._signer, request.secret, utc_now())
        return pb.ExchangeApiKeyResponse(session=convert.session_message(issued))

    async def GetSigningKeys(self, _request: pb.GetSigningKeysRequest, _context: Context) -> pb.GetSigningKeysResponse:
        """Gives the public keys that tokens are checked with."""
        async with self._database.transaction() as tx:
            published = await key_store.published_keys(tx.connection)
        if published is None:
            raise UnavailableError("no signing key yet, try again")
        return pb.GetSigningKeysResponse(jwks_json=published[0], revision=published[1])

    async def RotateSigningKey(
        self, request: pb.RotateSigningKeyRequest, _context: Context
    ) -> pb.RotateSigningKeyResponse:
        """Makes a new signing key."""

        async def act(tx: Transaction) -> pb.RotateSigningKeyResponse:
            return pb.RotateSigningKeyResponse(
                key_id=await signing_keys.rotate_signing_key(tx, self._signer, utc_now())
            )

        return await run_once(self._database, request, pb.RotateSigningKeyResponse, act)

    async def StreamAudit(
        self, _request: pb.StreamAuditRequest, _context: Context
    ) -> AsyncIterator[pb.StreamAuditResponse]:
        """Streams a fact for every account, by id."""
        after = UUID(int=0)
        while True:
            async with self._database.transaction() as tx:
                facts = await account_store.account_facts_after(tx.connection, after, AUDIT_FACTS_PER_MESSAGE)
            if not facts:
                return
            yield pb.StreamAuditResponse(facts=[convert.account_fact(fact) for fact in facts])
            after = facts[-1].account_id


def _account_id() -> UUID:
    """The caller's account; the audience makes sure that there is one."""
    return current_caller().worker_id


def _session_id() -> UUID:
    session_id = current_caller().session_id
    if session_id is None:
        raise UnauthenticatedError(Reason.SESSION_ENDED, "the token names no session: sign in again")
    return session_id
