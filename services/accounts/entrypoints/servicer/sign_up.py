"""RPCs of people who have no account yet, or cannot sign in: signing up, verifying an address, a new password."""

from __future__ import annotations

from ilgam.accounts.v1 import accounts_service_pb2 as pb

from services.accounts.credentials.passwords import Passwords
from services.accounts.domain.accounts import Role, name_problem
from services.accounts.domain.limits import CountedAct, place_of
from services.accounts.entrypoints.servicer.agreements import agreements_of
from services.accounts.entrypoints.servicer.caller import own_account_id
from services.accounts.entrypoints.stored_forms import with_marks
from services.accounts.use_cases import reset_password, verify_email
from services.accounts.use_cases.open_accounts import NewAccount
from services.accounts.use_cases.sign_up import count_at_place, sign_up
from services.accounts.use_cases.write_letters import Desk
from services.core.clock import utc_now
from services.core.errors import invalid_field
from services.runtime.auth import current_caller
from services.runtime.database import Database, Transaction
from services.runtime.middleware import Context
from services.runtime.requests import run_once
from services.runtime.vault import Vault


class SignUpRpcs:
    """The part of AccountsService for people who are not signed in yet."""

    _database: Database
    _passwords: Passwords
    _vault: Vault
    _desk: Desk

    async def RegisterAccount(
        self, request: pb.RegisterAccountRequest, _context: Context
    ) -> pb.RegisterAccountResponse:
        """Opens an account for a person who will label."""
        problem = name_problem(request.display_name)
        if problem:
            raise invalid_field(*problem.split(": ", 1))
        agreed = agreements_of(request.consents)
        await count_at_place(self._database, CountedAct.REGISTER, place_of(current_caller().peer), utc_now())
        password_hash = await self._passwords.hash(request.password)
        new = NewAccount(request.email, request.display_name, request.language, password_hash, (Role.WORKER,))

        async def act(tx: Transaction) -> pb.RegisterAccountResponse:
            account_id = await sign_up(tx, self._desk, new, agreed, utc_now())
            return pb.RegisterAccountResponse(account_id=str(account_id))

        marked = with_marks(request, self._vault, "email", "password", "display_name")
        return await run_once(self._database, marked, pb.RegisterAccountResponse, act)

    async def SendVerification(
        self, request: pb.SendVerificationRequest, _context: Context
    ) -> pb.SendVerificationResponse:
        """Writes a new code to the caller's address."""

        async def act(tx: Transaction) -> pb.SendVerificationResponse:
            sent = await verify_email.send_verification(tx, self._desk, own_account_id(), utc_now())
            return pb.SendVerificationResponse(verified_already=not sent)

        return await run_once(self._database, request, pb.SendVerificationResponse, act)

    async def VerifyEmail(self, request: pb.VerifyEmailRequest, _context: Context) -> pb.VerifyEmailResponse:
        """Proves with a code that the address is the caller's."""
        account_id = own_account_id()
        await verify_email.check_code(self._database, self._desk, account_id, request.code, utc_now())

        async def act(tx: Transaction) -> pb.VerifyEmailResponse:
            await verify_email.set_verified(tx, account_id, utc_now())
            return pb.VerifyEmailResponse()

        return await run_once(self._database, with_marks(request, self._vault, "code"), pb.VerifyEmailResponse, act)

    async def RequestPasswordReset(
        self, request: pb.RequestPasswordResetRequest, _context: Context
    ) -> pb.RequestPasswordResetResponse:
        """Writes a link for a new password; the answer is the same for every address."""
        await count_at_place(self._database, CountedAct.ASK_FOR_RESET, place_of(current_caller().peer), utc_now())

        async def act(tx: Transaction) -> pb.RequestPasswordResetResponse:
            await reset_password.request_reset(tx, self._desk, request.email, utc_now())
            return pb.RequestPasswordResetResponse()

        marked = with_marks(request, self._vault, "email")
        return await run_once(self._database, marked, pb.RequestPasswordResetResponse, act)

    async def ResetPassword(self, request: pb.ResetPasswordRequest, _context: Context) -> pb.ResetPasswordResponse:
        """Sets a new password with a link."""
        place = place_of(current_caller().peer)
        async with self._database.transaction() as tx:
            is_good = await reset_password.account_of_token(tx, request.token, utc_now()) is not None
        # Hashing costs: only for a link that is good. The transaction looks again.
        password_hash = await self._passwords.hash(request.password) if is_good else ""

        async def act(tx: Transaction) -> pb.ResetPasswordResponse:
            reset = reset_password.Reset(request.token if is_good else "", password_hash, place)
            await reset_password.reset_password(tx, self._desk, reset, utc_now())
            return pb.ResetPasswordResponse()

        marked = with_marks(request, self._vault, "token", "password")
        return await run_once(self._database, marked, pb.ResetPasswordResponse, act)
