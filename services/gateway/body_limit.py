"""How much a request may bring: refused as soon as it is known, whether it says so or just goes on."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FORM_BYTES_MAX: Final = 4 * 1024 * 1024
# A file of 600 MB and what a form puts around it; a form's files lie on the disk.
UPLOAD_BYTES_MAX: Final = 600 * 1024 * 1024 + 64 * 1024
_UPLOADS: Final = re.compile(r"/company/jobs/[^/]+/data|/teach/course/[^/]+/upload")
_LET_IN: Final = "ilgam.let_in"


def let_in(request: HTTPConnection) -> None:
    """Says that whoever asks may use the page: only they may send it files, others a form's worth."""
    request.scope[_LET_IN] = True


class BodyLimit:
    """Stops reading a body that is too large with 413, which the page then puts into words."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        takes_files = _UPLOADS.fullmatch(scope["path"]) is not None
        declared = Headers(scope=scope).get("content-length", "")
        came = int(declared) if declared.isdecimal() else 0

        async def receive_within() -> Message:
            nonlocal came
            most = UPLOAD_BYTES_MAX if takes_files and scope.get(_LET_IN) else FORM_BYTES_MAX
            if came > most:
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            message = await receive()
            if not declared.isdecimal():
                came += len(message.get("body", b""))
            return message

        await self._app(scope, receive_within, send)
