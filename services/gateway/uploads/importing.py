"""Sends the rows of an uploaded file to a job, and counts what becomes of them."""

from __future__ import annotations

import asyncio
import io
import json
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import BinaryIO, Final

from ilgam.tasks.v1 import tasks_service_pb2 as pb

from services.gateway.uploads.archive import MediaArchive, MediaFile
from services.gateway.uploads.data_rows import DataFile, known_answer
from services.gateway.uploads.problems import FileError, Problem, RefusedRow, Row, Wrong
from services.gateway.uploads.report import Report, Stage
from services.gateway.uploads.rows import RowFile, shorten, tidy
from services.gateway.uploads.showing import Showing, held_at, put_at
from services.sdk import Client, IlgamError, import_items
from services.sdk.media import put_media

# Files on the way at once: a few pictures, of which the largest may have 20 MB, or one recording, which lies on the disk.
FILES_MAX: Final = 8
FILE_BYTES_ON_THE_WAY: Final = 4 * 1024 * 1024
# Rows that are read before they are sent: about as many as the client has on the way at once.
ROWS_MAX: Final = 8_000
ROW_LETTERS_ON_THE_WAY: Final = 4 * 1024 * 1024
MEDIA_BEGINS: Final = "media:"
_REFUSED_BY_RULE: Final = {"no_key": Wrong.NO_KEY, "gold_unknown": Wrong.GOLD_UNKNOWN}


@dataclass(frozen=True)
class Target:
    """Where rows go.

    Attributes:
        client: calls as the person.
        job_id: the job.
        data_path: the keys that lead to what is shown in an item's data.
        labels: every way to write a label -> the label.
        plain: known answers are labels; otherwise annotations.
    """

    client: Client
    job_id: str
    data_path: tuple[str, ...]
    labels: dict[str, str]
    plain: bool = True

    def item(self, row: Row) -> pb.ItemRow | RefusedRow:
        """The row as the service takes it."""
        item = pb.ItemRow(key=row.key, data_json=row.data_json or self._data(row))
        if row.gold and self.plain:
            item.gold_label = self.labels.get(row.gold.casefold(), "")
            if not item.gold_label:
                return RefusedRow(row.line, shorten(row.text), Problem.of(Wrong.GOLD_UNKNOWN, label=shorten(row.gold)))
        elif row.gold:
            item.gold_answer_json = known_answer(row.gold)
            if not item.gold_answer_json:
                return RefusedRow(row.line, shorten(row.text), Problem.of(Wrong.GOLD_BROKEN))
        return item

    def _data(self, row: Row) -> str:
        data: object = row.text
        for name in reversed(self.data_path):
            data = {name: data}
        return json.dumps(data, ensure_ascii=False)


async def import_texts(target: Target, file: RowFile | DataFile, raw: BinaryIO, size: int, report: Report) -> None:
    """Imports the rows of a CSV or JSONL file."""
    rows = iter(file)
    while (batch := await asyncio.to_thread(_next_rows, target, rows, report)) is not None:
        report.share = min(1.0, raw.tell() / size)
        if batch:
            sent, items = zip(*batch, strict=True)
            await _settle(target, iter(items), deque(sent), report)


async def import_media(target: Target, archive: MediaArchive, report: Report) -> None:
    """Stores the pictures, sound and videos of a ZIP file, and imports an item for each."""
    files = iter(archive)
    report.gold = 0
    while batch := await asyncio.to_thread(_next_files, files, report):
        done = report.taken + report.known + report.refused

        def show(progress: float, done: int = done) -> None:
            report.share = min(1.0, (done + progress) / archive.count)

        stored = await asyncio.gather(*(_store(target, entry, show) for entry in batch))
        rows: list[Row] = []
        for entry in stored:
            if isinstance(entry, RefusedRow):
                report.refuse(entry)
            else:
                rows.append(entry)
        await _import_stored(target, rows, report)
        report.share = min(1.0, (done + len(batch)) / archive.count)


async def import_sheet(target: Target, archive: MediaArchive, showing: Showing, report: Report) -> None:
    """Stores the files of a ZIP file, then imports the rows of its items.jsonl, which name them."""
    files = iter(archive)
    stored: dict[str, str] = {}
    while batch := await asyncio.to_thread(_next_files, files, report):
        for entry in await asyncio.gather(*(_store(target, one, _untold) for one in batch)):
            if isinstance(entry, RefusedRow):
                report.refuse(entry)
            else:
                stored[entry.key] = entry.text
        report.share = min(0.9, (len(stored) + report.refused) / archive.count)
    rows = [naming(row, showing, stored) for row in DataFile(io.BytesIO(archive.sheet))]
    for row in rows:
        if isinstance(row, RefusedRow):
            report.refuse(row)
    await _import_stored(target, [row for row in rows if isinstance(row, Row)], report)


def _untold(_progress: float) -> None:
    """How far one of many files is, nobody asks."""


def naming(row: Row | RefusedRow, showing: Showing, stored: dict[str, str]) -> Row | RefusedRow:
    """A row whose data name stored files where they named files of the archive."""
    if isinstance(row, RefusedRow):
        return row
    data = json.loads(row.data_json)
    for _, path in showing.media:
        named = held_at(data, path)
        media_id = stored.get(tidy(named)) if isinstance(named, str) else None
        if media_id is None:
            return RefusedRow(
                row.line, shorten(row.key), Problem.of(Wrong.FILE_MISSING, file=shorten(str(named or "-")))
            )
        put_at(data, path, media_id)
    return replace(row, data_json=json.dumps(data, ensure_ascii=False))


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
            report.gold += bool(item.gold_label or item.gold_answer_json)
        elif verdict.state == pb.IMPORT_STATE_DUPLICATE:
            report.know(shorten(row.key))
        else:
            # A file is known by its name in the archive, not by the one that it is stored under.
            shown = row.key if row.text.startswith(MEDIA_BEGINS) else row.text
            report.refuse(RefusedRow(row.line, shorten(shown), _refused(row, verdict)))


def _refused(row: Row, verdict: pb.ItemVerdict) -> Problem:
    """Why the service refused a row: its rule by name, with the service's own words for a rule that has no others."""
    wrong = _REFUSED_BY_RULE.get(verdict.rule)
    if wrong is not None:
        return Problem.of(wrong, label=shorten(row.gold))
    return Problem.of(
        Wrong.RULE_BROKEN,
        rule=verdict.detail[:300],
        code=verdict.rule,
        place=verdict.place[:100],
        most=verdict.most,
        answer_rule=verdict.answer_rule,
        mark_no=verdict.mark_no,
    )


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


def _next_files(files: Iterator[MediaFile | RefusedRow], report: Report) -> list[MediaFile | RefusedRow]:
    batch: list[MediaFile | RefusedRow] = []
    size = 0
    try:
        for entry in islice(files, FILES_MAX):
            batch.append(entry)
            if isinstance(entry, MediaFile):
                size += len(entry.content) if isinstance(entry.content, bytes) else FILE_BYTES_ON_THE_WAY
            if size >= FILE_BYTES_ON_THE_WAY:
                break
    except FileError as error:  # what stands before it is still stored
        report.problem = error.problem
    return batch


async def _store(target: Target, entry: MediaFile | RefusedRow, progress: Callable[[float], None]) -> Row | RefusedRow:
    if isinstance(entry, RefusedRow):
        return entry
    try:
        stored = await put_media(target.client, target.job_id, entry.content, progress)
    except IlgamError as error:
        if error.reason != "MEDIA_INVALID":
            raise
        return RefusedRow(entry.line, shorten(entry.key), media_problem(error))
    finally:
        if not isinstance(entry.content, bytes):
            entry.content.close()
    return Row(entry.line, entry.key, stored.media_id, tidy(entry.gold))


def media_problem(error: IlgamError) -> Problem:
    """Why a file was not taken."""
    flaw = f"media_{error.metadata.get('flaw', '')}"
    known = Wrong(flaw) if flaw in set(Wrong) else Wrong.MEDIA_KIND
    return Problem.of(known, most=f"{int(error.metadata.get('most', '0')):,}")


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
