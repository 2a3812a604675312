"""One item of a company's job: what is shown, the result, and every answer."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from services.gateway.admission import company
from services.gateway.pages.company.asking import job_id_of, job_of
from services.gateway.pages.company.item_examples import item_page
from services.gateway.pages.item_view import read_item


@company
async def one(request: Request) -> Response:
    """The page of an item."""
    job, view = await asyncio.gather(
        job_of(request), read_item(request, job_id_of(request), str(request.path_params["item_id"]))
    )
    return await item_page(request, job, view)
