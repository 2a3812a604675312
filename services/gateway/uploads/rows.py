"""Rows of a CSV or JSONL file, one at a time: files are larger than what may be held in memory.

Columns are found by name: what is shown, and optionally `key` and `gold`. Texts are put into Unicode's NFC once, so that
Hangul from a Mac is the same Hangul as from anywhere else.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO, Final

from services.gateway.letters import nfc
from services.gateway.uploads.encoding import Encoding, encoding_of
from services.gateway.uploads.lines import LINE_LETTERS_MAX, Lines
from services.gateway.uploads.problems import FileError, Problem, RefusedRow, Row, Wrong
from services.labelling.document import DocumentError, named_once

TEXT_BYTES_MAX: Final = 200 * 1024
KEY_LENGTH_MAX: Final = 2000
SHOWN_LENGTH_MAX: Final = 120
COLUMNS_SHOWN_MAX: Final = 20
KEY_COLUMN: Final = "key"
GOLD_COLUMN: Final = "gold"
_TEXT_COLUMNS: Final = ("text", "문장", "본문", "내용", "텍스트")
_KEY_FROM_TEXT_MAX: Final = 160
_DELIMITERS: Final = (",", "\t", ";")


@dataclass(frozen=True)
class Columns:
    """Where the parts of a row stand: names as the file has them; empty where the file has no such column."""

    text: str
    key: str
    gold: str


class RowFile:
    """An open file of rows.

    Attributes:
        encoding: the letters that it is written in.
        found: the names of its columns.
        columns: which of them are read.
    """

    def __init__(self, file: BinaryIO, text_column: str = "", *, key_column: str = KEY_COLUMN) -> None:
        """Reads as far as the names of the columns. Goes over the whole file once, so not on an event loop.

        Args:
            file: an open binary file that can be read from its beginning.
            text_column: the column that holds what is shown; empty: "text" or the first one.
            key_column: the column that holds the key, where there is one.

        Raises:
            FileError: it is no such file, or the column is not there.
        """
        self.encoding: Encoding = encoding_of(file)
        self._lines = Lines(file, self.encoding)
        first = self._lines.peek().lstrip()
        if first.startswith("["):
            raise FileError(Wrong.JSON_LIST)
        self._is_json = first.startswith("{")
        self._reader: Iterator[list[str]] = iter(())
        self.found = self._json_columns(first) if self._is_json else self._csv_columns(first)
        self.columns = choose_columns(self.found, text_column, key_column)
        if self._is_json:  # objects need not all have the same names
            self.columns = replace(
                self.columns, key=self.columns.key or key_column, gold=self.columns.gold or GOLD_COLUMN
            )

    def __iter__(self) -> Iterator[Row | RefusedRow]:
        """The rows.

        Raises:
            FileError: the file cannot be read further.
        """
        return self._json_rows() if self._is_json else self._csv_rows()

    def _json_columns(self, first: str) -> tuple[str, ...]:
        try:
            entry = json.loads(first)
        except (ValueError, RecursionError):
            raise FileError(Wrong.NO_JSON, line=1) from None
        return tuple(entry)

    def _csv_columns(self, first: str) -> tuple[str, ...]:
        csv.field_size_limit(LINE_LETTERS_MAX)
        delimiter = max(_DELIMITERS, key=first.count)
        self._reader = csv.reader(self._lines, delimiter=delimiter)
        try:
            names = next(row for row in self._reader if any(cell.strip() for cell in row))
        except (StopIteration, csv.Error):
            raise FileError(Wrong.EMPTY) from None
        self._lines.end_record()
        return tuple(tidy(name) for name in names)

    def _csv_rows(self) -> Iterator[Row | RefusedRow]:
        places = {name: self.found.index(name) for name in vars(self.columns).values() if name}
        while True:
            line = self._lines.number + 1
            try:
                cells = next(self._reader, None)
            except csv.Error:
                self._lines.end_record()
                yield RefusedRow(line, "", Problem.of(Wrong.CELL_TOO_LONG))
                continue
            self._lines.end_record()
            if cells is None:
                return
            if any(cell.strip() for cell in cells):
                yield self._csv_row(line, cells, places)

    def _csv_row(self, line: int, cells: list[str], places: dict[str, int]) -> Row | RefusedRow:
        wanted = len(self.found)
        if len(cells) < wanted or any(cell.strip() for cell in cells[wanted:]):
            shown = shorten(" | ".join(cells))
            return RefusedRow(line, shown, Problem.of(Wrong.CELLS, found=len(cells), wanted=wanted))
        at = {name: cells[place] for name, place in places.items()}
        return self._row(line, at)

    def _json_rows(self) -> Iterator[Row | RefusedRow]:
        for text in self._lines:
            self._lines.end_record()
            line = self._lines.number
            if not text.strip():
                continue
            wrong = Wrong.NO_JSON
            try:
                entry = json.loads(text, object_pairs_hook=named_once)
            except DocumentError:
                entry, wrong = None, Wrong.NAMED_TWICE
            except (ValueError, RecursionError):
                entry = None
            if isinstance(entry, dict):
                yield self._row(line, {name: _as_text(value) for name, value in entry.items()})
            else:
                yield RefusedRow(line, shorten(text), Problem.of(wrong, line=line))

    def _row(self, line: int, at: dict[str, str]) -> Row | RefusedRow:
        text = tidy(at.get(self.columns.text, ""))
        key = tidy(at.get(self.columns.key, ""))
        if not key and (self._is_json or not self.columns.key):
            key = key_from(text)
        row = Row(line, key, text, tidy(at.get(self.columns.gold, "")))
        problem = problem_of(row)
        return RefusedRow(line, shorten(text or key), problem) if problem else row


def choose_columns(found: Sequence[str], text_column: str, key_column: str = KEY_COLUMN) -> Columns:
    """Which columns are read: the named one, or one that is called text, or the first that is neither key nor gold.

    Raises:
        FileError: the named column is not there, or a column is there twice.
    """
    known = [name.casefold() for name in found]
    taken = tuple(name for name in (key_column, GOLD_COLUMN) if name in known)
    wanted = tidy(text_column).casefold()
    others = [name for name in known if name not in taken]
    text = wanted or next((name for name in _TEXT_COLUMNS if name in known), others[0] if others else "")
    if text not in known or not text:
        listed = ", ".join(shorten(name) for name in found[:COLUMNS_SHOWN_MAX])
        raise FileError(Wrong.COLUMN_MISSING, column=shorten(text_column or "text"), found=listed)
    for name in (text, *taken):
        if known.count(name) > 1:
            raise FileError(Wrong.COLUMN_TWICE, column=shorten(name))
    names = {name: found[known.index(name)] for name in (text, *taken)}
    return Columns(names[text], names.get(key_column, ""), names.get(GOLD_COLUMN, ""))


def problem_of(row: Row) -> Problem | None:
    """What keeps a row from being an item, as far as one can tell without asking."""
    if not row.text:
        return Problem.of(Wrong.NO_TEXT)
    if _is_broken(row.text + row.key + row.gold):
        return Problem.of(Wrong.LETTERS_BROKEN)
    if len(row.text.encode()) > TEXT_BYTES_MAX:
        return Problem.of(Wrong.TEXT_TOO_LONG)
    if not row.key:
        return Problem.of(Wrong.NO_KEY)
    return Problem.of(Wrong.KEY_TOO_LONG, most=KEY_LENGTH_MAX) if len(row.key) > KEY_LENGTH_MAX else None


def _is_broken(text: str) -> bool:
    """Whether there are letters that nobody can store: NUL, or halves of a pair (JSON may name one alone)."""
    return "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text)


def key_from(text: str) -> str:
    """The key of a row that brings none: the text itself, so that the same text is known again; a long one is cut."""
    if len(text) <= _KEY_FROM_TEXT_MAX:
        return text
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
    return f"{text[:_KEY_FROM_TEXT_MAX]}… #{digest}"


def tidy(text: str) -> str:
    """A cell in NFC, without the space around it."""
    return nfc(text).strip().removeprefix("\ufeff")


def shorten(text: str) -> str:
    """As much of a text as is shown in a report, on one line."""
    plain = " ".join(text[: SHOWN_LENGTH_MAX * 2].replace("\x00", "").split())
    return plain if len(plain) <= SHOWN_LENGTH_MAX else f"{plain[:SHOWN_LENGTH_MAX]}…"


def write_csv_line(cells: Sequence[str]) -> str:
    """A line of CSV whose cells no spreadsheet takes for a formula."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow([_safe(cell) for cell in cells])
    return line.getvalue()


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else cell


def _as_text(value: object) -> str:
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""
