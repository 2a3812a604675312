"""Sends the rows of an uploaded file to a job, and counts what becomes of them."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO, Final

from ilgam.tasks.v1 import tasks_service_pb2 as pb

from services.gateway.uploads.archive import PictureArchive, PictureFile
from services.gateway.uploads.problems import FileError, Problem, RefusedRow, Row, Wrong
from services.gateway.uploads.report import Report, Stage
from services.gateway.uploads.rows import RowFile, shorten, tidy
from services.sdk import Client, IlgamError, import_items
from services.sdk.media import put_media

# Pictures on the way at once: a few, of which the largest may have 20 MB.
PICTURES_MAX: Final = 8
PICTURE_BYTES_ON_THE_WAY: Final = 4 * 1024 * 1024
# Rows that are read before they are sent: about as many as the client has on the way at once.
ROWS_MAX: Final = 8_000
ROW_LETTERS_ON_THE_WAY: Final = 4 * 1024 * 1024
_REFUSED_BY_FIELD: Final = {"key": Wrong.NO_KEY, "gold_label": Wrong.GOLD_UNKNOWN}


@dataclass(frozen=True)
class Target:
    """Where rows go.

    Attributes:
        client: calls as the person.
        job_id: the job.
        data_path: the keys that lead to what is shown in an item's data.
        labels: every way to write a label -> the label.
    """

    client: Client
    job_id: str
    data_path: tuple[str, ...]
    labels: dict[str, str]

    def item(self, row: Row) -> pb.ItemRow | RefusedRow:
        """The row as the service takes it."""
        gold = self.labels.get(row.gold.casefold(), "")
        if row.gold and not gold:
            return RefusedRow(row.line, shorten(row.text), Problem.of(Wrong.GOLD_UNKNOWN, label=shorten(row.gold)))
        data: object = row.text
        for name in reversed(self.data_path):
            data = {name: data}
        return pb.ItemRow(key=row.key, data_json=json.dumps(data, ensure_ascii=False), gold_label=gold)


async def import_texts(target: Target, file: RowFile, raw: BinaryIO, size: int, report: Report) -> None:
    """Imports the rows of a CSV or JSONL file."""
    rows = iter(file)
    while (batch := await asyncio.to_thread(_next_rows, target, rows, report)) is not None:
        report.share = min(1.0, raw.tell() / size)
        if batch:
            sent, items = zip(*batch, strict=True)
            await _settle(target, iter(items), deque(sent), report)


async def import_pictures(target: Target, archive: PictureArchive, report: Report) -> None:
    """Stores the pictures of a ZIP file, and imports an item for each."""
    pictures = iter(archive)
    report.gold = 0
    while batch := await asyncio.to_thread(_next_pictures, pictures, report):
        stored = await asyncio.gather(*(_store(target, entry) for entry in batch))
        rows: list[Row] = []
        for entry in stored:
            if isinstance(entry, RefusedRow):
                report.refuse(entry)
            else:
                rows.append(entry)
        await _import_stored(target, rows, report)
        done = report.taken + report.known + report.refused
        report.share = min(1.0, done / archive.count)


async def _import_stored(target: Target, rows: list[Row], report: Report) -> None:
    sent: deque[Row] = deque()
    items: list[pb.ItemRow] = []
    for row in rows:
        item = target.item(row)
        if isinstance(item, RefusedRow):
            report.refuse(RefusedRow(row.line, shorten(row.key), item.problem))
        else:
            sent.append(row)
            items.append(item)
    if items:
        await _settle(target, iter(items), sent, report)


async def _settle(target: Target, items: Iterator[pb.ItemRow], sent: deque[Row], report: Report) -> None:
    """Sends items and notes each verdict on the report. `sent` grows as `items` is read."""
    async for item, verdict in import_items(target.client, target.job_id, items):
        row = sent.popleft()
        if verdict.state == pb.IMPORT_STATE_ACCEPTED:
            report.taken += 1
            report.gold += bool(item.gold_label)
        elif verdict.state == pb.IMPORT_STATE_DUPLICATE:
            report.know(shorten(row.key))
        else:
            wrong = _REFUSED_BY_FIELD.get(verdict.detail.partition(":")[0], Wrong.REFUSED)
            report.refuse(RefusedRow(row.line, shorten(row.text), Problem.of(wrong, label=shorten(row.gold))))


def _next_rows(target: Target, rows: Iterator[Row | RefusedRow], report: Report) -> list[tuple[Row, pb.ItemRow]] | None:
    """The items of the next rows; None after the last. Not on an event loop: rows may all be refused, with no end in sight."""
    batch: list[tuple[Row, pb.ItemRow]] = []
    read, size = 0, 0
    try:
        for read, row in enumerate(islice(rows, ROWS_MAX), start=1):  # noqa: B007 - asked after the loop
            item = row if isinstance(row, RefusedRow) else target.item(row)
            if isinstance(item, RefusedRow):
                report.refuse(item)
            elif isinstance(row, Row):
                batch.append((row, item))
                size += len(item.data_json)
            if size >= ROW_LETTERS_ON_THE_WAY:
                break
    except FileError as error:  # what stands before it is still sent, and its verdicts are waited for
        report.problem = error.problem
        return batch
    return batch if read else None


def _next_pictures(pictures: Iterator[PictureFile | RefusedRow], report: Report) -> list[PictureFile | RefusedRow]:
    batch: list[PictureFile | RefusedRow] = []
    size = 0
    try:
        for entry in islice(pictures, PICTURES_MAX):
            batch.append(entry)
            size += len(entry.content) if isinstance(entry, PictureFile) else 0
            if size >= PICTURE_BYTES_ON_THE_WAY:
                break
    except FileError as error:  # what stands before it is still stored
        report.problem = error.problem
    return batch


async def _store(target: Target, entry: PictureFile | RefusedRow) -> Row | RefusedRow:
    if isinstance(entry, RefusedRow):
        return entry
    try:
        stored = await put_media(target.client, target.job_id, entry.content)
    except IlgamError as error:
        if error.reason != "MEDIA_INVALID":
            raise
        return RefusedRow(entry.line, shorten(entry.key), Problem.of(Wrong.PICTURE_REFUSED))
    return Row(entry.line, entry.key, stored.media_id, tidy(entry.gold))


async def finish(report: Report, work: Awaitable[None]) -> None:
    """Waits for the work of an upload and notes how it ended."""
    try:
        await work
        report.stage, report.share = (Stage.STOPPED if report.problem else Stage.DONE), 1.0
    except IlgamError as error:
        report.stage, report.reason = Stage.STOPPED, error.reason or "UNAVAILABLE"
        report.reason_values = dict(error.metadata)
    except BaseException:
        report.stage, report.reason = Stage.STOPPED, "INTERNAL"
        raise
