"""The person's money: what is earned, what waits, and every line that made it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Final

from ilgam.payments.v1 import payments_service_pb2 as pb
from ilgam.tasks.v1 import tasks_service_pb2 as tasks_pb
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from services.gateway.admission import worker
from services.gateway.house import house_of
from services.gateway.pages.work.shown import titles_of
from services.gateway.pages.work.statement import BYTE_ORDER_MARK, csv_line, csv_time, days_of, line_name
from services.gateway.people import Person
from services.gateway.visit import person_of, visit_of
from services.gateway.words import SEOUL, Words

LINES_PER_PAGE: Final = 60
CSV_LINES_MAX: Final = 10_000
CSV_LINES_PER_CALL: Final = 1_000


@worker
async def money(request: Request) -> Response:
    """What is earned, what waits for a verdict, and the lines by days."""
    client, after = person_of(request).client, request.query_params.get("after", "")
    balance, summary, statement = await asyncio.gather(
        client.payments.GetBalance(pb.GetBalanceRequest()),
        client.tasks.GetWorkSummary(tasks_pb.GetWorkSummaryRequest()),
        client.payments.ListStatementLines(pb.ListStatementLinesRequest(page_size=LINES_PER_PAGE, page_token=after)),
    )
    return house_of(request).pages.page(
        request,
        "worker/money.html",
        balance=balance,
        summary=summary,
        days=days_of(statement.lines, begins_list=not after, ends_list=not statement.next_page_token),
        titles=await titles_of(client, (line.job_id for line in statement.lines)),
        first=not after,
        next_token=statement.next_page_token,
        csv_lines_max=CSV_LINES_MAX,
        now=datetime.now(SEOUL),
    )


@worker
async def money_csv(request: Request) -> Response:
    """The newest lines for a spreadsheet, read and sent page by page."""
    person, words = person_of(request), visit_of(request).words
    # The first page is read before anything is sent, so that a refusal is still a page with words.
    first = await person.client.payments.ListStatementLines(pb.ListStatementLinesRequest(page_size=CSV_LINES_PER_CALL))
    name = f"ilgam-{datetime.now(SEOUL):%Y%m%d}.csv"
    return StreamingResponse(
        _csv(person, words, first),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


async def _csv(person: Person, words: Words, page: pb.ListStatementLinesResponse) -> AsyncIterator[str]:
    titles: dict[str, str] = {}
    columns = [words(f"work.csv_{name}") for name in ("time", "job", "kind", "won", "answer")]
    yield BYTE_ORDER_MARK + csv_line(columns)
    for left in reversed(range(CSV_LINES_MAX // CSV_LINES_PER_CALL)):
        titles |= await titles_of(person.client, {line.job_id for line in page.lines} - titles.keys())
        yield "".join(_csv_line(words, titles, line) for line in page.lines)
        if not left or not page.next_page_token:
            return
        page = await person.client.payments.ListStatementLines(
            pb.ListStatementLinesRequest(page_size=CSV_LINES_PER_CALL, page_token=page.next_page_token)
        )


def _csv_line(words: Words, titles: dict[str, str], line: pb.StatementLine) -> str:
    name = words(f"work.line_{line_name(line, correction=line.amount_krw < 0)}")
    return csv_line([csv_time(line), titles.get(line.job_id, ""), name, line.amount_krw, line.answer_id])
