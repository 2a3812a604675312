"""Pictures and videos: links that are good for a short time and one session, and the bytes behind them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
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
# Videos are asked for part by part; no part is larger than this.
PART_BYTES_MAX: Final = 2 * 1024 * 1024
_RANGE: Final = re.compile(r"bytes=(\d{1,12})-(\d{0,12})")


class Pictures:
    """Makes and answers links to pictures."""

    def __init__(self, web_key: str, media_url: str) -> None:
        self._key = hashlib.sha256(b"picture:" + web_key.encode()).digest()
        self._store = media.open_store(media_url) if media_url else None

    def link(self, session_id: str, owner_id: str, media_id: str) -> str:
        """Where a browser of that session finds a file of a job or a course.

        Raises:
            ValueError: it is no media id.
        """
        name = media.object_path(UUID(owner_id), media_id)
        end = (int(time.time()) // QUARTER_SECONDS + 2) * QUARTER_SECONDS
        return f"{PATH}/{end}/{self._sign(session_id, name, end)}/{name}"

    async def answer(self, session_id: str, end: int, signature: str, name: str, part: str = "") -> Response:
        """The file behind a link, or the part of it that a Range header (RFC 9110) asks for.

        Raises:
            HTTPException: 404, the link is not of this session or has ended, or there is no such file; 416, no such part.
            UnavailableError: the store cannot be reached.
        """
        right = hmac.compare_digest(self._sign(session_id, name, end).encode(), signature.encode())
        content_type = media.CONTENT_TYPES.get(name.rpartition(".")[2])
        left = end - int(time.time())
        if not right or left <= 0 or content_type is None or self._store is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        headers = {
            "cache-control": f"private, max-age={left}, immutable",
            "content-disposition": "inline",
            "accept-ranges": "bytes",
        }
        if asked := _RANGE.fullmatch(part):
            return await self._part(name, asked, content_type, headers)
        data = await media.get(self._store, name)
        if data is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return Response(data, media_type=content_type, headers=headers)

    async def _part(self, name: str, asked: re.Match[str], content_type: str, headers: dict[str, str]) -> Response:
        size = await media.size_of(self._store, name) if self._store is not None else None
        if self._store is None or size is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        first = int(asked[1])
        last = min(int(asked[2]) if asked[2] else size - 1, size - 1, first + PART_BYTES_MAX - 1)
        if first > last:
            raise HTTPException(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
        headers["content-range"] = f"bytes {first}-{last}/{size}"
        data = await media.get_part(self._store, name, first, last)
        return Response(data, HTTPStatus.PARTIAL_CONTENT, headers, media_type=content_type)

    def _sign(self, session_id: str, name: str, end: int) -> str:
        digest = hmac.new(self._key, f"{session_id}\n{name}\n{end}".encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest[:18]).decode()
