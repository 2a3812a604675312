"""Access tokens: JSON Web Tokens signed with Ed25519 (RFC 7519, RFC 8037, RFC 9864)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from joserfc import jwt
from joserfc.jwk import OKPKey

from services.accounts.domain.accounts import Role, RoleGrant, organisations_of, role_names
from services.accounts.domain.keys import SigningKey
from services.accounts.domain.sessions import ACCESS_TOKEN_SECONDS
from services.core.ids import new_id
from services.runtime.vault import Vault

# RFC 9864: the fully specified name of EdDSA with Curve25519.
ALGORITHM = "Ed25519"
ISSUER = "ilgam"
AUDIENCE = "ilgam"
_CURVE: Final = "Ed25519"
_CACHED_KEYS_MAX = 8


@dataclass(frozen=True)
class AccessToken:
    """A signed token and when it ends."""

    token: str
    expire_time: datetime


@dataclass(frozen=True)
class Subject:
    """Whom a token speaks of."""

    account_id: UUID
    session_id: UUID
    grants: Sequence[RoleGrant]
    # When the person last proved who they are.
    auth_time: datetime


class Signer:
    """Makes key pairs and signs tokens; opened private keys stay in memory only."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._opened: dict[str, OKPKey] = {}

    def new_key(self, active_time: datetime) -> SigningKey:
        """A new key pair, its private part sealed."""
        key_id = str(new_id())
        pair = OKPKey.generate_key(_CURVE, {"kid": key_id, "use": "sig", "alg": ALGORITHM}, private=True)
        public = {name: str(value) for name, value in pair.as_dict(private=False).items()}
        sealed = self._vault.seal(key_id, json.dumps(pair.as_dict(private=True)).encode())
        return SigningKey(key_id, public, sealed, active_time, None)

    def sign(self, key: SigningKey, subject: Subject, now: datetime) -> AccessToken:
        """An access token, good for 5 minutes from now."""
        issued = int(now.timestamp())
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": str(subject.account_id),
            "sid": str(subject.session_id),
            "roles": role_names(subject.grants),
            "orgs": [str(id_) for id_ in organisations_of(subject.grants, Role.COMPANY)],
            "trainer_orgs": [str(id_) for id_ in organisations_of(subject.grants, Role.TRAINER)],
            "iat": issued,
            "exp": issued + ACCESS_TOKEN_SECONDS,
            "auth_time": int(subject.auth_time.timestamp()),
        }
        token = jwt.encode({"alg": ALGORITHM, "kid": key.key_id}, claims, self._open(key), algorithms=[ALGORITHM])
        return AccessToken(token, datetime.fromtimestamp(issued + ACCESS_TOKEN_SECONDS, UTC))

    def _open(self, key: SigningKey) -> OKPKey:
        opened = self._opened.get(key.key_id)
        if opened is None:
            opened = OKPKey.import_key(json.loads(self._vault.unseal(key.key_id, key.private_sealed)))
            if len(self._opened) >= _CACHED_KEYS_MAX:
                self._opened.clear()
            self._opened[key.key_id] = opened
        return opened
