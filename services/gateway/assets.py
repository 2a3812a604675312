"""Scripts, styles and fonts: their names hold a hash of their content, so a browser may keep them for a year."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

KEEP: Final = "public, max-age=31536000, immutable"


class Assets(StaticFiles):
    """Static files that never change under their name."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, to be kept."""
        response = await super().get_response(path, scope)
        if response.status_code < 400:  # noqa: PLR2004 - below are successes
            response.headers["cache-control"] = KEEP
        return response
