"""The published forms that companies' programs are checked by."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from services.gateway.admission import anybody
from services.labelling.form import published_form

# A form with another content has another number in its address; words of it may be mended.
_KEPT: Final = {"cache-control": "public, max-age=3600", "access-control-allow-origin": "*"}


@anybody
async def label_config(_request: Request) -> Response:
    """The JSON Schema of label schemas (ilgam.label-config/1)."""
    return Response(published_form(), media_type="application/schema+json", headers=_KEPT)
