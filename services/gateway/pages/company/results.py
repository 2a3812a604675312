"""A job's results as a file. They are passed on as they come: no file is ever held here."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Final, cast
from urllib.parse import quote

from ilgam.tasks.v1 import tasks_service_pb2 as pb
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from services.gateway.admission import company
from services.gateway.pages.company.asking import job_id_of, job_of
from services.gateway.visit import person_of

_FORMATS: Final = {
    "csv": (pb.EXPORT_FORMAT_CSV, "text/csv; charset=utf-8"),
    "jsonl": (pb.EXPORT_FORMAT_JSONL, "application/x-ndjson"),
}
# Korean spreadsheets take UTF-8 for CP949 unless a file begins with this.
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_NOT_IN_NAMES: Final = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')


@company
async def results(request: Request) -> Response:
    """The results in the form that the address names, with every answer where asked."""
    form = request.path_params["form"]
    if form not in _FORMATS:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    job = await job_of(request)
    number, media_type = _FORMATS[form]
    with_answers = "answers" in request.query_params
    asked = pb.ExportResultsRequest(job_id=job_id_of(request), format=number, with_answers=with_answers)
    chunks = cast("AsyncIterator[pb.ExportResultsResponse]", person_of(request).client.tasks.ExportResults(asked))
    # A refusal comes with the first piece: while it can still become words.
    first = await anext(aiter(chunks), pb.ExportResultsResponse())

    async def body() -> AsyncIterator[bytes]:
        yield (BYTE_ORDER_MARK if form == "csv" else b"") + first.chunk
        async for piece in chunks:
            yield piece.chunk

    return StreamingResponse(body(), media_type=media_type, headers=attachment(f"{job.spec.title}.{form}"))


def attachment(name: str) -> dict[str, str]:
    """The header that makes a browser keep an answer as a file of that name (RFC 6266)."""
    clean = _NOT_IN_NAMES.sub(" ", name).strip() or "file"
    return {"content-disposition": f"attachment; filename*=UTF-8''{quote(clean, safe='')}"}
