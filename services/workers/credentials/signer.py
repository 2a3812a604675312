"""Signs credentials as JSON Web Tokens (VC-JOSE-COSE) with Ed25519 (RFC 8037)."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.core.ids import new_id
from services.runtime.vault import Vault
from services.workers.domain.credentials import CertificateKey

# The name that verifiers everywhere know. RFC 9864 calls the same thing Ed25519, and our JOSE library signs under that name
# alone; so the signature (RFC 7515, 3.1) is put together here.
ALGORITHM: Final = "EdDSA"
TOKEN_TYPE: Final = "vc+jwt"  # noqa: S105 - a media type
_CACHED_KEYS_MAX = 8


class CredentialSigner:
    """Makes key pairs and signs documents; opened private keys stay in memory only.

    `public_url` is where people reach the pages; it names the issuer.
    """

    def __init__(self, vault: Vault, public_url: str) -> None:
        self.public_url = public_url
        self._vault = vault
        self._opened: dict[str, Ed25519PrivateKey] = {}

    def new_key(self, now: datetime) -> CertificateKey:
        """A new key pair, its private part sealed."""
        key_id = f"certificates-{new_id()}"
        private = Ed25519PrivateKey.generate()
        public = {
            "kty": "OKP",
            "crv": "Ed25519",
            "x": _base64url(private.public_key().public_bytes_raw()),
            "kid": key_id,
            "use": "sig",
            "alg": ALGORITHM,
        }
        sealed = self._vault.seal(key_id, private.private_bytes_raw())
        return CertificateKey(key_id, public, sealed, now)

    def sign(self, key: CertificateKey, document: Mapping[str, Any]) -> str:
        """A document with its claims as a JWT."""
        header = {"alg": ALGORITHM, "kid": key.key_id, "typ": TOKEN_TYPE, "cty": "vc"}
        signed = f"{_json_part(header)}.{_json_part(document)}"
        return f"{signed}.{_base64url(self._open(key).sign(signed.encode()))}"

    def _open(self, key: CertificateKey) -> Ed25519PrivateKey:
        opened = self._opened.get(key.key_id)
        if opened is None:
            opened = Ed25519PrivateKey.from_private_bytes(self._vault.unseal(key.key_id, key.private_sealed))
            if len(self._opened) >= _CACHED_KEYS_MAX:
                self._opened.clear()
            self._opened[key.key_id] = opened
        return opened


def _json_part(value: Mapping[str, Any]) -> str:
    return _base64url(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
