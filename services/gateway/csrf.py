"""Whether a form came from one of our own pages: by where the browser says it comes from, and by a mark in the form."""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import urlsplit

from starlette.requests import Request


class FormMarks:
    """Makes and checks the mark of forms; it holds for one session, or one browser that is not signed in."""

    def __init__(self, web_key: str) -> None:
        self._key = hashlib.sha256(b"form-mark:" + web_key.encode()).digest()

    def mark(self, holder: str) -> str:
        """The mark for a session's or visit's id."""
        return hmac.new(self._key, holder.encode(), hashlib.sha256).hexdigest()[:40]

    def is_right(self, holder: str, mark: str) -> bool:
        """Whether a mark was made for that holder."""
        return hmac.compare_digest(self.mark(holder), mark)


def is_own_origin(request: Request) -> bool:
    """Whether the browser says that the request comes from a page of ours. Old browsers that say nothing pass here."""
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host", "")
