"""Private signing keys at rest: sealed with AES-256-GCM under the installation's own key."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_FILE = "secret.key"
_KEY_BYTES = 32
_NONCE_BYTES = 12


class Vault:
    """Seals and opens private keys; a sealed key opens only under the id it was sealed with."""

    def __init__(self, key: bytes) -> None:
        if len(key) != _KEY_BYTES:
            raise ValueError(f"{KEY_FILE} must hold {_KEY_BYTES} bytes in base64")
        self._cipher = AESGCM(key)
        # Another key for another purpose, derived from the first one (RFC 5869, one block).
        self._mark_key = hmac.digest(key, b"ilgam request marks\x01", hashlib.sha256)

    @classmethod
    def open(cls, secrets_dir: Path) -> Vault:
        """The vault of an installation.

        Raises:
            OSError: the key file cannot be read.
            ValueError: it does not hold a key.
        """
        text = (secrets_dir / KEY_FILE).read_text(encoding="ascii").strip()
        try:
            return cls(base64.b64decode(text, validate=True))
        except binascii.Error as error:
            raise ValueError(f"{KEY_FILE} must hold {_KEY_BYTES} bytes in base64") from error

    def seal(self, key_id: str, private: bytes) -> bytes:
        """Nonce, cipher text and tag for a private key."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, private, key_id.encode())

    def unseal(self, key_id: str, sealed: bytes) -> bytes:
        """The private key.

        Raises:
            cryptography.exceptions.InvalidTag: it was sealed under another key or id, or changed.
        """
        return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], key_id.encode())

    def mark(self, secret: str) -> str:
        """A keyed mark of a secret: equal for equal secrets, worthless to someone who reads the database."""
        return hmac.digest(self._mark_key, secret.encode(), hashlib.sha256).hex()
