"""Random secrets and their digests. Only digests are stored.

The secrets hold 128 bits or more of randomness, so one SHA-256 is enough (NIST SP 800-63B, section 5.1.2.2); the six
digits that verify an address do not, and are stored under a keyed digest.
"""

from __future__ import annotations

import hashlib
import secrets

API_KEY_PREFIX = "ilg_"
_TOKEN_BYTES = 32
# Crockford's base 32: no I, L, O, U, so that a code can be read out and typed.
_CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# 26 signs of 5 bits hold 130 bits.
_CODE_LENGTH = 26
_CODE_GROUP = 5
_VERIFICATION_DIGITS = 6
_LOOKALIKES = str.maketrans("ILO", "110", "- \t\r\n")


def new_refresh_token() -> str:
    """256 random bits, URL-safe."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def new_api_key() -> str:
    """256 random bits behind a prefix that secret scanners can look for."""
    return API_KEY_PREFIX + secrets.token_urlsafe(_TOKEN_BYTES)


def new_sign_in_code() -> str:
    """130 random bits in groups of five signs, for a person to type once."""
    signs = "".join(secrets.choice(_CODE_ALPHABET) for _ in range(_CODE_LENGTH))
    return "-".join(signs[start : start + _CODE_GROUP] for start in range(0, _CODE_LENGTH, _CODE_GROUP))


def normal_code(code: str) -> str:
    """A typed code in the form it was made in: upper case, look-alikes and separators mended."""
    return code.upper().translate(_LOOKALIKES)


def digest(secret: str) -> bytes:
    """SHA-256 of a secret: what is stored and looked up."""
    return hashlib.sha256(secret.encode()).digest()


def new_verification_code() -> str:
    """Six random digits, for a person to type within minutes; tries are counted."""
    return f"{secrets.randbelow(10**_VERIFICATION_DIGITS):0{_VERIFICATION_DIGITS}d}"
