"""RPCs on keys for programs and on the keys that sign tokens."""

from __future__ import annotations

from ilgam.accounts.v1 import accounts_service_pb2 as pb

from services.accounts.credentials.tokens import Signer
from services.accounts.entrypoints import convert
from services.accounts.entrypoints.servicer.caller import own_account_id
from services.accounts.entrypoints.stored_forms import without_secret
from services.accounts.store.queries import keys as key_store
from services.accounts.use_cases import api_keys, signing_keys
from services.core.clock import utc_now
from services.core.errors import UnavailableError, invalid_field
from services.runtime.database import Database, Transaction
from services.runtime.middleware import Context
from services.runtime.paging import page_size
from services.runtime.requests import run_once
from services.runtime.wire import uuid_of


class KeysRpcs:
    """The keys' part of AccountsService."""

    _database: Database
    _signer: Signer

    async def CreateApiKey(self, request: pb.CreateApiKeyRequest, _context: Context) -> pb.CreateApiKeyResponse:
        """Makes a key for a program; the secret is told once."""
        if not request.name.strip():
            raise invalid_field("name", "write a name")

        async def act(tx: Transaction) -> pb.CreateApiKeyResponse:
            made = await api_keys.create_api_key(tx, own_account_id(), request.name, utc_now())
            return pb.CreateApiKeyResponse(api_key_id=str(made.api_key_id), secret=made.secret)

        return await run_once(self._database, request, pb.CreateApiKeyResponse, act, stored=without_secret)

    async def ListApiKeys(self, request: pb.ListApiKeysRequest, _context: Context) -> pb.ListApiKeysResponse:
        """Lists the caller's keys, newest first."""
        count, before = page_size(request.page_size), convert.before_of(request.page_token)
        async with self._database.transaction() as tx:
            found = await key_store.live_api_keys_before(tx.connection, own_account_id(), before, count + 1)
        shown = found[:count]
        return pb.ListApiKeysResponse(
            api_keys=[convert.api_key_info(key) for key in shown],
            next_page_token=convert.next_token(shown[-1].api_key_id if len(found) > count else None),
        )

    async def RevokeApiKey(self, request: pb.RevokeApiKeyRequest, _context: Context) -> pb.RevokeApiKeyResponse:
        """Makes a key void."""

        async def act(tx: Transaction) -> pb.RevokeApiKeyResponse:
            await api_keys.revoke_api_key(tx, own_account_id(), uuid_of(request.api_key_id), utc_now())
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
