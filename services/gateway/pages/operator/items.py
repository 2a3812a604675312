"""Items of a job as operators look at them, and one of them with every answer."""

from __future__ import annotations

import asyncio
from typing import Final

from ilgam.tasks.v1 import tasks_service_pb2 as pb
from starlette.requests import Request
from starlette.responses import Response

from services.gateway.admission import operator
from services.gateway.asking import uuid_of
from services.gateway.house import house_of
from services.gateway.pages.item_view import data_of, read_item, results_in_words
from services.gateway.visit import person_of, visit_of

ITEMS_PER_PAGE: Final = 50


@operator
async def listed(request: Request) -> Response:
    """The items of a job, in order of import."""
    client, job_id = person_of(request).client, uuid_of(request, "job_id")
    token = request.query_params.get("page", "")
    found, items = await asyncio.gather(
        client.tasks.GetJob(pb.GetJobRequest(job_id=job_id)),
        client.tasks.ListItems(pb.ListItemsRequest(job_id=job_id, page_size=ITEMS_PER_PAGE, page_token=token)),
    )
    return house_of(request).pages.page(
        request,
        "operator/items.html",
        job=found.job,
        items=items.items,
        result_of=results_in_words(found.job.spec.label_schema_json, visit_of(request).words.language),
        turned=bool(token),
        next_page=items.next_page_token,
    )


@operator
async def one(request: Request) -> Response:
    """The page of an item."""
    job_id, item_id = uuid_of(request, "job_id"), uuid_of(request, "item_id")
    found, view = await asyncio.gather(
        person_of(request).client.tasks.GetJob(pb.GetJobRequest(job_id=job_id)), read_item(request, job_id, item_id)
    )
    return house_of(request).pages.page(
        request, "operator/item.html", job=found.job, view=view, data=data_of(visit_of(request).words, view)
    )
