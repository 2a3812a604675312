"""ExportResults: the results of a job as text, in constant memory however many items there are."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

from services.runtime.auth import Caller
from services.runtime.database import Database
from services.tasks.domain.export import csv_header, csv_line, json_line
from services.tasks.store.queries import export
from services.tasks.use_cases.find_job import visible_job

PAGE_ITEMS = 1000
CHUNK_BYTES = 256 * 1024


@dataclass(frozen=True)
class ExportForm:
    """How results are written."""

    csv: bool
    with_answers: bool


async def export_results(database: Database, caller: Caller, job_id: UUID, form: ExportForm) -> AsyncIterator[bytes]:
    """Chunks of whole lines in UTF-8, each of about 256 KiB.

    Raises:
        NotFoundError: the job is not the caller's.
    """
    async with database.transaction() as tx:
        await visible_job(tx.connection, caller, job_id)
        numbers = await export.worker_numbers(tx.connection, job_id) if form.with_answers else {}
    held = bytearray(csv_header(with_answers=form.with_answers).encode() if form.csv else b"")
    after_seq = 0
    while True:
        lines, after_seq = await _page(database, job_id, after_seq, form, numbers)
        for line in lines:
            held += line.encode()
            if len(held) >= CHUNK_BYTES:
                yield bytes(held)
                held.clear()
        if len(lines) < PAGE_ITEMS:
            break
    if held:
        yield bytes(held)


async def _page(
    database: Database, job_id: UUID, after_seq: int, form: ExportForm, numbers: dict[UUID, int]
) -> tuple[list[str], int]:
    async with database.transaction() as tx:
        rows = await export.results_after(tx.connection, job_id, after_seq, PAGE_ITEMS)
        ids = [item_id for _, item_id, _ in rows]
        answers = await export.answers_of_items(tx.connection, ids, numbers) if form.with_answers else {}
    write = csv_line if form.csv else json_line
    lines = [write(item, answers.get(item_id, []) if form.with_answers else None) for _, item_id, item in rows]
    return lines, rows[-1][0] if rows else after_seq
