"""RPCs with which people manage their own account: its name, what they agree to, and its end."""

from __future__ import annotations

from ilgam.accounts.v1 import accounts_service_pb2 as pb

from services.accounts.domain.accounts import name_problem
from services.accounts.domain.consents import Document
from services.accounts.entrypoints import convert
from services.accounts.entrypoints.servicer.agreements import agreements_of
from services.accounts.entrypoints.servicer.caller import own_account_id
from services.accounts.entrypoints.stored_forms import with_marks
from services.accounts.store.queries import accounts as account_store
from services.accounts.store.queries import consents as consent_store
from services.accounts.use_cases import agree, sessions
from services.accounts.use_cases.close_account import close_account
from services.core.clock import utc_now
from services.core.errors import NotFoundError, invalid_field
from services.runtime.database import Database, Transaction
from services.runtime.middleware import Context
from services.runtime.requests import run_once
from services.runtime.vault import Vault


class OwnAccountRpcs:
    """The part of AccountsService for one's own account."""

    _database: Database
    _vault: Vault

    async def SetDisplayName(self, request: pb.SetDisplayNameRequest, _context: Context) -> pb.SetDisplayNameResponse:
        """Changes what the caller is called."""
        problem = name_problem(request.display_name)
        if problem:
            raise invalid_field(*problem.split(": ", 1))

        async def act(tx: Transaction) -> pb.SetDisplayNameResponse:
            await sessions.set_display_name(tx, own_account_id(), request.display_name)
            return pb.SetDisplayNameResponse()

        marked = with_marks(request, self._vault, "display_name")
        return await run_once(self._database, marked, pb.SetDisplayNameResponse, act)

    async def SetKeys(self, request: pb.SetKeysRequest, _context: Context) -> pb.SetKeysResponse:
        """Stores which keys do what for the caller."""
        keys = convert.keys_of(request.keys)

        async def act(tx: Transaction) -> pb.SetKeysResponse:
            if not await account_store.set_keys(tx.connection, own_account_id(), keys):
                raise NotFoundError("account")
            return pb.SetKeysResponse()

        return await run_once(self._database, request, pb.SetKeysResponse, act)

    async def ListConsents(self, _request: pb.ListConsentsRequest, _context: Context) -> pb.ListConsentsResponse:
        """Lists every document with what the caller has said to it."""
        async with self._database.transaction() as tx:
            consents = await consent_store.consents_of(tx.connection, own_account_id())
        return pb.ListConsentsResponse(consents=[convert.consent_message(one, consents) for one in Document])

    async def GiveConsents(self, request: pb.GiveConsentsRequest, _context: Context) -> pb.GiveConsentsResponse:
        """Agrees to the present version of documents."""
        agreed = agreements_of(request.consents)

        async def act(tx: Transaction) -> pb.GiveConsentsResponse:
            await agree.give_consents(tx, own_account_id(), agreed, utc_now())
            return pb.GiveConsentsResponse()

        return await run_once(self._database, request, pb.GiveConsentsResponse, act)

    async def WithdrawConsent(
        self, request: pb.WithdrawConsentRequest, _context: Context
    ) -> pb.WithdrawConsentResponse:
        """Takes back what was agreed to."""
        document = convert.document_of(request.document)
        if document is None:
            raise invalid_field("document", "name a document that is known")

        async def act(tx: Transaction) -> pb.WithdrawConsentResponse:
            await agree.withdraw_consent(tx, own_account_id(), document, utc_now())
            return pb.WithdrawConsentResponse()

        return await run_once(self._database, request, pb.WithdrawConsentResponse, act)

    async def CloseAccount(self, request: pb.CloseAccountRequest, _context: Context) -> pb.CloseAccountResponse:
        """Closes the caller's account for good."""

        async def act(tx: Transaction) -> pb.CloseAccountResponse:
            await close_account(tx, own_account_id(), utc_now())
            return pb.CloseAccountResponse()

        return await run_once(self._database, request, pb.CloseAccountResponse, act)
