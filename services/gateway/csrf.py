"""Whether a form came from one of our own pages: by where the browser says it comes from, and by a mark in the form."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from urllib.parse import urlsplit

from starlette.requests import Request

_BYTES = 20


class FormMarks:
    """Makes and checks the mark of forms; it holds for one session, or one browser that is not signed in."""

    def __init__(self, web_key: str) -> None:
        self._key = hashlib.sha256(b"form-mark:" + web_key.encode()).digest()

    def mark(self, holder: str) -> str:
        """The mark for a session's or visit's id, in other letters each time.

        Pages are compressed, and what never changes in them could be guessed from their length (BREACH).
        """
        pad = secrets.token_bytes(_BYTES)
        return (pad + _mixed(self._seal(holder), pad)).hex()

    def is_right(self, holder: str, mark: str) -> bool:
        """Whether a mark was made for that holder."""
        try:
            given = bytes.fromhex(mark)
        except ValueError:
            return False
        return len(given) == 2 * _BYTES and hmac.compare_digest(
            _mixed(given[_BYTES:], given[:_BYTES]), self._seal(holder)
        )

    def _seal(self, holder: str) -> bytes:
        return hmac.new(self._key, holder.encode(), hashlib.sha256).digest()[:_BYTES]


def _mixed(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


def is_own_origin(request: Request) -> bool:
    """Whether the browser says that the request comes from a page of ours. Old browsers that say nothing pass here."""
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host", "")
