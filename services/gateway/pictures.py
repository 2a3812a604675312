"""Pictures of items: links that are good for a short time and one session, and the bytes behind them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from http import HTTPStatus
from typing import Final
from uuid import UUID

from starlette.exceptions import HTTPException
from starlette.responses import Response

from services.runtime import media

PATH: Final = "/media"
# A link is good for 15 to 30 minutes: its end lies on a quarter hour, so that it stays the same for a while and the
# browser's copy is used.
QUARTER_SECONDS: Final = 900


class Pictures:
    """Makes and answers links to pictures."""

    def __init__(self, web_key: str, media_url: str) -> None:
        self._key = hashlib.sha256(b"picture:" + web_key.encode()).digest()
        self._store = media.open_store(media_url) if media_url else None

    def link(self, session_id: str, job_id: str, media_id: str) -> str:
        """Where a browser of that session finds a picture.

        Raises:
            ValueError: it is no media id.
        """
        name = media.object_path(UUID(job_id), media_id)
        end = (int(time.time()) // QUARTER_SECONDS + 2) * QUARTER_SECONDS
        return f"{PATH}/{end}/{self._sign(session_id, name, end)}/{name}"

    async def answer(self, session_id: str, end: int, signature: str, name: str) -> Response:
        """The picture behind a link.

        Raises:
            HTTPException: 404, the link is not of this session or has ended, or there is no such picture.
            UnavailableError: the store cannot be reached.
        """
        right = hmac.compare_digest(self._sign(session_id, name, end).encode(), signature.encode())
        content_type = media.CONTENT_TYPES.get(name.rpartition(".")[2])
        left = end - int(time.time())
        if not right or left <= 0 or content_type is None or self._store is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        data = await media.get(self._store, name)
        if data is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        headers = {"cache-control": f"private, max-age={left}, immutable", "content-disposition": "inline"}
        return Response(data, media_type=content_type, headers=headers)

    def _sign(self, session_id: str, name: str, end: int) -> str:
        digest = hmac.new(self._key, f"{session_id}\n{name}\n{end}".encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest[:18]).decode()
