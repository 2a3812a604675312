"""Signs credentials as JSON Web Tokens (VC-JOSE-COSE) with Ed25519 (RFC 8037)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from joserfc import jws
from joserfc.jwk import OKPKey

from services.core.ids import new_id
from services.runtime.vault import Vault
from services.workers.domain.credentials import CertificateKey

# The name that verifiers everywhere know; RFC 9864 calls the same thing Ed25519.
ALGORITHM: Final = "EdDSA"
TOKEN_TYPE: Final = "vc+jwt"  # noqa: S105 - a media type
_CURVE: Final = "Ed25519"
_CACHED_KEYS_MAX = 8


class CredentialSigner:
    """Makes key pairs and signs documents; opened private keys stay in memory only.

    `public_url` is where people reach the pages; it names the issuer.
    """

    def __init__(self, vault: Vault, public_url: str) -> None:
        self.public_url = public_url
        self._vault = vault
        self._opened: dict[str, OKPKey] = {}

    def new_key(self, now: datetime) -> CertificateKey:
        """A new key pair, its private part sealed."""
        key_id = f"certificates-{new_id()}"
        pair = OKPKey.generate_key(_CURVE, {"kid": key_id, "use": "sig", "alg": ALGORITHM}, private=True)
        public = {name: str(value) for name, value in pair.as_dict(private=False).items()}
        sealed = self._vault.seal(key_id, json.dumps(pair.as_dict(private=True)).encode())
        return CertificateKey(key_id, public, sealed, now)

    def sign(self, key: CertificateKey, document: Mapping[str, Any]) -> str:
        """A document with its claims as a JWT."""
        header = {"alg": ALGORITHM, "kid": key.key_id, "typ": TOKEN_TYPE, "cty": "vc"}
        payload = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
        return jws.serialize_compact(header, payload, self._open(key), algorithms=[ALGORITHM])

    def _open(self, key: CertificateKey) -> OKPKey:
        opened = self._opened.get(key.key_id)
        if opened is None:
            opened = OKPKey.import_key(json.loads(self._vault.unseal(key.key_id, key.private_sealed)))
            if len(self._opened) >= _CACHED_KEYS_MAX:
                self._opened.clear()
            self._opened[key.key_id] = opened
        return opened
