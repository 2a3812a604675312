"""ExportResults: the results of a job as text, in constant memory however many items there are."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

from services.runtime.auth import Caller
from services.runtime.bodies import Bodies
from services.runtime.database import Database
from services.tasks.domain.export import csv_header, csv_line, json_line
from services.tasks.store.queries import export
from services.tasks.use_cases.find_job import schema_of, visible_job
from services.tasks.use_cases.keep_bodies import read_bodies

PAGE_ITEMS = 1000
PAGE_BODIES = 20
CHUNK_BYTES = 256 * 1024


@dataclass(frozen=True)
class ExportForm:
    """How results are written."""

    csv: bool
    with_answers: bool


@dataclass(frozen=True)
class _Export:
    """What is exported. `bodies` is None of a plain choice, whose results are labels."""

    database: Database
    bodies: Bodies | None
    job_id: UUID
    form: ExportForm
    numbers: dict[UUID, int]
    plain: bool

    @property
    def page_items(self) -> int:
        """How many items are held in memory at once: bodies may have 256 KiB each, and answers too."""
        return PAGE_ITEMS if self.plain else PAGE_BODIES


async def export_results(
    database: Database, bodies: Bodies | None, caller: Caller, job_id: UUID, form: ExportForm
) -> AsyncIterator[bytes]:
    """Chunks of whole lines in UTF-8, each of about 256 KiB.

    Raises:
        NotFoundError: the job is not the caller's.
        UnavailableError: results cannot be read just now.
    """
    async with database.transaction() as tx:
        job = await visible_job(tx.connection, caller, job_id)
        plain = (await schema_of(tx.connection, job)).plain is not None
        numbers = await export.worker_numbers(tx.connection, job_id) if form.with_answers else {}
    export_ = _Export(database, bodies, job_id, form, numbers, plain)
    header = csv_header(with_answers=form.with_answers, with_bodies=not plain) if form.csv else ""
    held = bytearray(header.encode())
    after_seq = 0
    while True:
        lines, after_seq = await _page(export_, after_seq)
        for line in lines:
            held += line.encode()
            if len(held) >= CHUNK_BYTES:
                yield bytes(held)
                held.clear()
        if len(lines) < export_.page_items:
            break
    if held:
        yield bytes(held)


async def _page(asked: _Export, after_seq: int) -> tuple[list[str], int]:
    form = asked.form
    async with asked.database.transaction() as tx:
        rows = await export.results_after(tx.connection, asked.job_id, after_seq, asked.page_items)
        ids = [item_id for _, item_id, _ in rows]
        answers = await export.answers_of_items(tx.connection, ids, asked.numbers) if form.with_answers else {}
    results = await read_bodies(asked.bodies, asked.job_id, [item.result_sha256 for _, _, item in rows])
    write = csv_line if form.csv else json_line
    lines = [
        write(
            item,
            answers.get(item_id, []) if form.with_answers else None,
            None if asked.plain else results.get(item.result_sha256, ""),
        )
        for _, item_id, item in rows
    ]
    return lines, rows[-1][0] if rows else after_seq
