"""Whether a form came from one of our own pages: by where the browser says it comes from, and by a mark in the form."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from urllib.parse import urlsplit

from starlette.requests import Request

_BYTES = 20
_OWNER_BYTES = 12


class FormMarks:
    """Makes and checks the mark of forms; it holds for one session, or one browser that is not signed in.

    It also says whose page the form was on: what somebody typed is shown again to nobody else.
    """

    def __init__(self, web_key: str) -> None:
        self._key = hashlib.sha256(b"form-mark:" + web_key.encode()).digest()

    def mark(self, holder: str, account_id: str = "") -> str:
        """The mark for a session's or visit's id, and whose it is, in other letters each time.

        Pages are compressed, and what never changes in them could be guessed from their length (BREACH).
        """
        pad = secrets.token_bytes(_BYTES + _OWNER_BYTES)
        return (pad + _mixed(self._seal(holder) + self._owner(account_id), pad)).hex()

    def is_right(self, holder: str, mark: str) -> bool:
        """Whether a mark was made for that holder."""
        return hmac.compare_digest(_opened(mark)[:_BYTES], self._seal(holder))

    def is_of(self, account_id: str, mark: str) -> bool:
        """Whether a mark, of whichever session, was made for a page of that account."""
        return hmac.compare_digest(_opened(mark)[_BYTES:], self._owner(account_id))

    def _seal(self, holder: str) -> bytes:
        return hmac.new(self._key, holder.encode(), hashlib.sha256).digest()[:_BYTES]

    def _owner(self, account_id: str) -> bytes:
        return hmac.new(self._key, b"account:" + account_id.encode(), hashlib.sha256).digest()[:_OWNER_BYTES]


def _opened(mark: str) -> bytes:
    """What a mark holds; nothing where it is none."""
    try:
        given = bytes.fromhex(mark)
    except ValueError:
        return b""
    half = _BYTES + _OWNER_BYTES
    return _mixed(given[half:], given[:half]) if len(given) == 2 * half else b""


def _mixed(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


def is_own_origin(request: Request) -> bool:
    """Whether the browser says that the request comes from a page of ours. Old browsers that say nothing pass here."""
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("origin")
    try:
        return origin is None or urlsplit(origin).netloc == request.headers.get("host", "")
    except ValueError:  # it is no address at all
        return False
