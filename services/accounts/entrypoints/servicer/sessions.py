"""RPCs that begin, prove, continue and end sessions."""

from __future__ import annotations

from ilgam.accounts.v1 import accounts_service_pb2 as pb

from services.accounts.credentials.passwords import Passwords
from services.accounts.credentials.tokens import Signer
from services.accounts.domain.limits import place_of
from services.accounts.entrypoints import convert
from services.accounts.entrypoints.servicer.caller import own_account_id, own_session_id
from services.accounts.entrypoints.stored_forms import with_marks
from services.accounts.store.queries import sessions as session_store
from services.accounts.use_cases import sessions
from services.accounts.use_cases.continue_session import continue_session
from services.accounts.use_cases.refresh_session import refresh_session
from services.accounts.use_cases.sign_in import SignIns
from services.accounts.use_cases.write_letters import Desk
from services.core.clock import utc_now
from services.core.errors import Reason, UnauthenticatedError, invalid_field
from services.runtime.auth import current_caller
from services.runtime.database import Database, Transaction
from services.runtime.middleware import Context
from services.runtime.paging import page_size
from services.runtime.requests import run_once
from services.runtime.vault import Vault
from services.runtime.wire import uuid_of


class SessionsRpcs:
    """The sessions' part of AccountsService."""

    _database: Database
    _passwords: Passwords
    _vault: Vault
    _signer: Signer
    _sign_ins: SignIns
    _desk: Desk

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
        account_id, session_id, caller = own_account_id(), own_session_id(), current_caller()
        issued = await self._sign_ins.reauthenticate(account_id, session_id, place_of(caller.peer), request.password)
        return pb.ReauthenticateResponse(session=convert.session_message(issued))

    async def RefreshSession(self, request: pb.RefreshSessionRequest, _context: Context) -> pb.RefreshSessionResponse:
        """Gives new tokens for a refresh token."""
        async with self._database.transaction() as tx:
            issued = await refresh_session(tx, self._signer, request.refresh_token, utc_now())
        if issued is None:
            raise UnauthenticatedError(Reason.SESSION_ENDED, "the session has ended: sign in again")
        return pb.RefreshSessionResponse(session=convert.session_message(issued))

    async def ContinueSession(
        self, request: pb.ContinueSessionRequest, _context: Context
    ) -> pb.ContinueSessionResponse:
        """Gives the web's edge an access token of a live session."""
        async with self._database.transaction() as tx:
            issued = await continue_session(tx, self._signer, uuid_of(request.session_id), utc_now())
        return pb.ContinueSessionResponse(session=convert.session_message(issued))

    async def SignOut(self, _request: pb.SignOutRequest, _context: Context) -> pb.SignOutResponse:
        """Ends the caller's session."""
        account_id, session_id = own_account_id(), own_session_id()
        async with self._database.transaction() as tx:
            await sessions.end_session(tx, account_id, session_id, utc_now())
        return pb.SignOutResponse()

    async def SetPassword(self, request: pb.SetPasswordRequest, _context: Context) -> pb.SetPasswordResponse:
        """Sets a new password; other sessions end."""
        account_id, session_id = own_account_id(), current_caller().session_id
        password_hash = await self._passwords.hash(request.password)

        async def act(tx: Transaction) -> pb.SetPasswordResponse:
            new = sessions.NewPassword(account_id, session_id, password_hash)
            await sessions.set_password(tx, self._desk, new, utc_now())
            return pb.SetPasswordResponse()

        marked = with_marks(request, self._vault, "password")
        return await run_once(self._database, marked, pb.SetPasswordResponse, act)

    async def ListSessions(self, request: pb.ListSessionsRequest, _context: Context) -> pb.ListSessionsResponse:
        """Lists the caller's live sessions, newest first."""
        count, before, now = page_size(request.page_size), convert.before_of(request.page_token), utc_now()
        async with self._database.transaction() as tx:
            found = await session_store.live_sessions_before(tx.connection, own_account_id(), before, count + 1, now)
        shown, current_id = found[:count], current_caller().session_id
        return pb.ListSessionsResponse(
            sessions=[convert.session_info(session, current_id) for session in shown],
            next_page_token=convert.next_token(shown[-1].session_id if len(found) > count else None),
        )

    async def RevokeSession(self, request: pb.RevokeSessionRequest, _context: Context) -> pb.RevokeSessionResponse:
        """Ends one of the caller's sessions."""

        async def act(tx: Transaction) -> pb.RevokeSessionResponse:
            await sessions.end_session(tx, own_account_id(), uuid_of(request.session_id), utc_now())
            return pb.RevokeSessionResponse()

        return await run_once(self._database, request, pb.RevokeSessionResponse, act)

    async def RevokeOtherSessions(
        self, request: pb.RevokeOtherSessionsRequest, _context: Context
    ) -> pb.RevokeOtherSessionsResponse:
        """Ends all of the caller's sessions but the one that asks."""
        account_id, session_id = own_account_id(), own_session_id()

        async def act(tx: Transaction) -> pb.RevokeOtherSessionsResponse:
            count = await sessions.end_other_sessions(tx, account_id, session_id, utc_now())
            return pb.RevokeOtherSessionsResponse(ended_count=count)

        return await run_once(self._database, request, pb.RevokeOtherSessionsResponse, act)
