"""Pictures, sound and videos: links that are good for a short time and one session, and the bytes behind them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import time
from http import HTTPStatus
from typing import Final
from uuid import UUID

from obstore.store import ObjectStore
from starlette.exceptions import HTTPException
from starlette.responses import Response, StreamingResponse

from services.runtime import media

PATH: Final = "/media"
# A link is good for 15 to 30 minutes: its end lies on a quarter hour, so that it stays the same for a while and the
# browser's copy is used.
QUARTER_SECONDS: Final = 900
_RANGE: Final = re.compile(r"bytes=(\d{0,12})-(\d{0,12})")
# What is opened by itself runs nothing and reaches nothing, whatever its bytes are.
_SANDBOX: Final = "default-src 'none'; sandbox"


class Pictures:
    """Makes and answers links to files."""

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
        """The file behind a link, or the part of it that a Range header (RFC 9110) asks for, in constant memory.

        Raises:
            HTTPException: 404, the link is not of this session or has ended, or there is no such file; 416, no such part.
            UnavailableError: the store cannot be reached.
        """
        right = hmac.compare_digest(self._sign(session_id, name, end).encode(), signature.encode())
        content_type = media.CONTENT_TYPES.get(name.rpartition(".")[2])
        left = end - int(time.time())
        if not right or left <= 0 or content_type is None or self._store is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        size = await media.size_of(self._store, name)
        if size is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        headers = {
            "cache-control": f"private, max-age={left}, immutable",
            "content-disposition": "inline",
            "content-security-policy": _SANDBOX,
            "accept-ranges": "bytes",
        }
        asked = _asked(part, size)
        if asked is None:
            return await _whole(self._store, name, size, content_type, headers)
        first, last = asked
        headers["content-range"] = f"bytes {first}-{last}/{size}"
        headers["content-length"] = str(last - first + 1)
        pieces = media.pieces(self._store, name, first, last)
        return StreamingResponse(pieces, HTTPStatus.PARTIAL_CONTENT, headers, media_type=content_type)

    def _sign(self, session_id: str, name: str, end: int) -> str:
        digest = hmac.new(self._key, f"{session_id}\n{name}\n{end}".encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest[:18]).decode()


async def _whole(store: ObjectStore, name: str, size: int, content_type: str, headers: dict[str, str]) -> Response:
    if size <= media.PIECE_BYTES:
        content = await media.get(store, name)
        if content is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return Response(content, media_type=content_type, headers=headers)
    headers["content-length"] = str(size)
    return StreamingResponse(media.pieces(store, name, 0, size - 1), media_type=content_type, headers=headers)


def _asked(part: str, size: int) -> tuple[int, int] | None:
    """The first and last byte that a Range header asks for; None where it asks for none, or in a way that may be ignored.

    Raises:
        HTTPException: 416, the file has no such part.
    """
    match = _RANGE.fullmatch(part)
    if match is None or not (match[1] or match[2]):
        return None
    if match[1]:
        first, last = int(match[1]), min(int(match[2]) if match[2] else size - 1, size - 1)
        if match[2] and int(match[2]) < first:
            return None
    else:
        first, last = max(0, size - int(match[2])), size - 1
    if first > last or first >= size:
        raise HTTPException(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers={"content-range": f"bytes */{size}"})
    return first, last
