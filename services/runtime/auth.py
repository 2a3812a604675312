"""Who calls: access tokens are checked here, with public keys that accounts publishes.

A token is a JWT (RFC 7519) signed with Ed25519 (RFC 9864), good for 5 minutes, with these claims: iss and aud "ilgam",
sub account, sid session, roles, orgs (companies), trainer_orgs, iat, exp, auth_time (when the person last proved who
they are). Checked tokens are remembered until they end, so a busy caller costs one signature check in 5 minutes.
"""

from __future__ import annotations

import base64
import json
import time
from collections import OrderedDict
from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from ilgam.accounts.v1 import accounts_events_pb2
from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jwk import KeySet
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.core.errors import Reason, UnauthenticatedError, UnavailableError
from services.runtime.database import Database, Transaction
from services.runtime.inbox import Park

ISSUER = "ilgam"
TOKEN_ALGORITHM = "Ed25519"  # noqa: S105 - the name of an algorithm
FRESH_SECONDS = 300
_REMEMBERED_MAX = 20_000
_RELOAD_SECONDS = 0.5
_TOKEN_LENGTH_MAX = 8_000

_KEYS = text("SELECT revision, jwks_json FROM signing_key_set WHERE singleton = 1")

_STORE_KEYS = text("""
    INSERT INTO signing_key_set (singleton, revision, jwks_json)
    VALUES (1, :revision, :jwks_json)
    ON CONFLICT (singleton) DO UPDATE
    SET revision = excluded.revision, jwks_json = excluded.jwks_json
    WHERE signing_key_set.revision < excluded.revision
""")


@dataclass(frozen=True)
class Caller:
    """Who makes a call. Nobody in particular has no account_id."""

    account_id: UUID | None = None
    roles: frozenset[str] = frozenset()
    organisation_ids: frozenset[UUID] = frozenset()
    trainer_organisation_ids: frozenset[UUID] = frozenset()
    session_id: UUID | None = None
    auth_time: float = 0.0
    expire_time: float = 0.0
    # The address the call came from, for limits only.
    peer: str = ""

    @property
    def is_operator(self) -> bool:
        """Whether the caller is an operator of the city or platform."""
        return "operator" in self.roles

    @property
    def worker_id(self) -> UUID:
        """The caller's account, where the RPC's audience makes sure that there is one."""
        if self.account_id is None:
            raise UnauthenticatedError(Reason.TOKEN_MISSING, "sign in first")
        return self.account_id

    def may_see_organisation(self, organisation_id: UUID) -> bool:
        """Whether what belongs to an organisation may be shown to the caller."""
        return self.is_operator or organisation_id in self.organisation_ids


_caller: ContextVar[Caller] = ContextVar("caller")
NOBODY = Caller()


def current_caller() -> Caller:
    """The caller of the RPC that is being worked on."""
    return _caller.get(NOBODY)


def set_caller(caller: Caller) -> None:
    """Says who the caller is; the middleware does, once per call."""
    _caller.set(caller)


class Authenticator:
    """Turns access tokens into callers."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._keys = KeySet([])
        self._revision = 0
        self._loaded_at = 0.0
        self._remembered: OrderedDict[str, Caller] = OrderedDict()

    async def load_keys(self) -> int:
        """Reads the public keys again. Gives their revision, 0 when none are known."""
        async with self._database.transaction() as tx:
            row = (await tx.connection.execute(_KEYS)).one_or_none()
        if row is not None and row[0] != self._revision:
            self._revision = int(row[0])
            self._keys = KeySet.import_key_set(json.loads(row[1]))
            self._remembered.clear()
        self._loaded_at = time.monotonic()
        return self._revision

    async def caller_of(self, token: str, peer: str) -> Caller:
        """The caller that a token names, calling from `peer`.

        Raises:
            UnauthenticatedError: TOKEN_INVALID or TOKEN_EXPIRED.
            UnavailableError: KEY_UNKNOWN, when its key has not arrived here yet.
        """
        caller = self._remembered.get(token)
        if caller is None:
            if len(token) > _TOKEN_LENGTH_MAX:
                raise UnauthenticatedError(Reason.TOKEN_INVALID, "the token is not one of ours")
            caller = _caller_from(await self._claims(token))
            self._remembered[token] = caller
            if len(self._remembered) > _REMEMBERED_MAX:
                self._remembered.popitem(last=False)
        if caller.expire_time <= time.time():
            self._remembered.pop(token, None)
            raise UnauthenticatedError(Reason.TOKEN_EXPIRED, "the token has ended, refresh the session")
        # What is remembered is the token's; where this call came from is the call's.
        return replace(caller, peer=peer)

    async def _claims(self, token: str) -> dict[str, Any]:
        if not self._knows(token) and time.monotonic() - self._loaded_at > _RELOAD_SECONDS:
            await self.load_keys()
        if not self._knows(token):
            raise UnavailableError("the key of this token is not known here yet, try again", Reason.KEY_UNKNOWN)
        try:
            claims = jwt.decode(token, self._keys, algorithms=[TOKEN_ALGORITHM]).claims
            jwt.JWTClaimsRegistry(
                iss={"essential": True, "value": ISSUER},
                aud={"essential": True, "value": ISSUER},
                sub={"essential": True},
                exp={"essential": True},
            ).validate(claims)
        except ExpiredTokenError:
            raise UnauthenticatedError(Reason.TOKEN_EXPIRED, "the token has ended, refresh the session") from None
        except (JoseError, ValueError):
            raise UnauthenticatedError(Reason.TOKEN_INVALID, "the token is not one of ours") from None
        return claims

    def _knows(self, token: str) -> bool:
        """Whether the token's key is here; a token that names none, or no JWT at all, is invalid."""
        try:
            kid = _header_of(token)["kid"]
        except (KeyError, TypeError, ValueError, JoseError):
            raise UnauthenticatedError(Reason.TOKEN_INVALID, "the token is not one of ours") from None
        return any(key.kid == kid for key in self._keys.keys)


def _header_of(token: str) -> dict[str, Any]:
    part = token.split(".", 1)[0]
    header: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return header


def _caller_from(claims: dict[str, Any]) -> Caller:
    try:
        return Caller(
            account_id=UUID(claims["sub"]),
            roles=frozenset(str(role) for role in claims.get("roles", ())),
            organisation_ids=frozenset(UUID(org) for org in claims.get("orgs", ())),
            trainer_organisation_ids=frozenset(UUID(org) for org in claims.get("trainer_orgs", ())),
            session_id=UUID(claims["sid"]) if claims.get("sid") else None,
            auth_time=float(claims.get("auth_time", 0)),
            expire_time=float(claims["exp"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise UnauthenticatedError(Reason.TOKEN_INVALID, "the token is not one of ours") from None


async def store_keys(connection: AsyncConnection, revision: int, jwks_json: str) -> None:
    """Keeps the public keys, unless newer ones are kept already."""
    await connection.execute(_STORE_KEYS, {"revision": revision, "jwks_json": jwks_json})


async def on_signing_keys_changed(
    tx: Transaction, events: Sequence[accounts_events_pb2.SigningKeysChanged]
) -> Sequence[Park]:
    """Keeps the newest of the published key sets."""
    newest = max(events, key=lambda event: event.revision)
    await store_keys(tx.connection, newest.revision, newest.jwks_json)
    return []
