"""RPCs that open accounts, show them and set how pages speak to their owners."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from uuid import UUID

from ilgam.accounts.v1 import accounts_service_pb2 as pb

from services.accounts.credentials.passwords import Passwords
from services.accounts.domain.consents import renewed_documents
from services.accounts.domain.imports import judge_rows
from services.accounts.entrypoints import convert
from services.accounts.entrypoints.freshness import check_fresh
from services.accounts.entrypoints.servicer.caller import own_account_id
from services.accounts.entrypoints.stored_forms import with_marked_rows, without_codes
from services.accounts.store.queries import account_lists as list_store
from services.accounts.store.queries import accounts as account_store
from services.accounts.store.queries import consents as consent_store
from services.accounts.store.queries import organisations as organisation_store
from services.accounts.use_cases import open_accounts
from services.core.clock import utc_now
from services.core.errors import NotFoundError
from services.runtime.auth import current_caller
from services.runtime.database import Database, Transaction
from services.runtime.middleware import Context
from services.runtime.paging import page_size
from services.runtime.requests import run_once
from services.runtime.vault import Vault
from services.runtime.wire import uuid_of

AUDIT_FACTS_PER_MESSAGE = 1000


class AccountsRpcs:
    """The accounts' part of AccountsService."""

    _database: Database
    _passwords: Passwords
    _vault: Vault

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

    async def GetAccount(self, _request: pb.GetAccountRequest, _context: Context) -> pb.GetAccountResponse:
        """Gives the caller's own account."""
        async with self._database.transaction() as tx:
            account = await account_store.account_by_id(tx.connection, own_account_id())
            if account is None:
                raise NotFoundError("account")
            grants = await account_store.grants_of(tx.connection, account.account_id)
            named = sorted({grant.organisation_id for grant in grants if grant.organisation_id})
            organisations = await organisation_store.organisations_among(tx.connection, named) if named else []
            consents = await consent_store.consents_of(tx.connection, account.account_id)
        return convert.account_message(account, grants, organisations, renewed_documents(consents))

    async def SetPreferences(self, request: pb.SetPreferencesRequest, _context: Context) -> pb.SetPreferencesResponse:
        """Stores how the caller wants pages to look and speak; the same twice is the same."""
        preferences = convert.preferences_of(request.preferences)
        async with self._database.transaction() as tx:
            if not await account_store.set_preferences(tx.connection, own_account_id(), preferences):
                raise NotFoundError("account")
        return pb.SetPreferencesResponse(preferences=convert.preferences_message(preferences))

    async def ListAccounts(self, request: pb.ListAccountsRequest, _context: Context) -> pb.ListAccountsResponse:
        """Lists accounts by name, e-mail, role or id, newest first."""
        wanted, count = convert.account_filter_of(request), page_size(request.page_size)
        before = convert.before_of(request.page_token)
        async with self._database.transaction() as tx:
            found = await list_store.accounts_before(tx.connection, wanted, before, count + 1)
            shown = found[:count]
            grants = await list_store.grants_among(tx.connection, [account.account_id for account in shown])
        return pb.ListAccountsResponse(
            accounts=[convert.account_info(account, grants.get(account.account_id, [])) for account in shown],
            next_page_token=convert.next_token(shown[-1].account_id if len(found) > count else None),
        )

    async def ListNames(self, request: pb.ListNamesRequest, _context: Context) -> pb.ListNamesResponse:
        """Tells the web's edge what people and organisations are called."""
        ids = [uuid_of(one) for one in request.ids]
        async with self._database.transaction() as tx:
            found = await list_store.names_among(tx.connection, ids)
        return pb.ListNamesResponse(names=[pb.Name(id=str(one), display_name=name) for one, name in found.items()])

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
