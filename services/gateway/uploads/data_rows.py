"""Rows that bring whole data: one JSON object a line, {"key": ..., "data": {...}, "gold": ...}.

For jobs that show more than one text: tables, pairs, several things. `gold` is the known answer, as an annotation
(ilgam.annotation/1), as the list of its marks, or as a label where one choice is asked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

from services.gateway.uploads.encoding import Encoding, encoding_of
from services.gateway.uploads.lines import Lines
from services.gateway.uploads.problems import FileError, Problem, RefusedRow, Row, Wrong
from services.gateway.uploads.rows import KEY_LENGTH_MAX, key_from, shorten, tidy
from services.labelling.document import DocumentError, named_once

FORM: Final = "ilgam.annotation/1"


class DataFile:
    """An open file of whole rows; `encoding`: the letters that it is written in."""

    def __init__(self, file: BinaryIO) -> None:
        """Reads the first line; not on an event loop.

        Raises:
            FileError: it is no such file.
        """
        self.encoding: Encoding = encoding_of(file)
        self._lines = Lines(file, self.encoding)
        first = self._lines.peek().lstrip()
        if not first:
            raise FileError(Wrong.EMPTY)
        if first.startswith("["):
            raise FileError(Wrong.JSON_LIST)
        if not first.startswith("{"):
            raise FileError(Wrong.NO_JSON, line=1)

    def __iter__(self) -> Iterator[Row | RefusedRow]:
        """The rows.

        Raises:
            FileError: the file cannot be read further.
        """
        for text in self._lines:
            self._lines.end_record()
            if text.strip():
                yield data_row(self._lines.number, text)


def data_row(line: int, text: str) -> Row | RefusedRow:
    """One line as a row."""
    try:
        # What is named twice would be lost here, and the service could not say so.
        entry = json.loads(text, object_pairs_hook=named_once)
    except DocumentError:
        return RefusedRow(line, shorten(text), Problem.of(Wrong.NAMED_TWICE, line=line))
    except (ValueError, RecursionError):
        return RefusedRow(line, shorten(text), Problem.of(Wrong.NO_JSON, line=line))
    data = entry.get("data") if isinstance(entry, dict) else None
    if not isinstance(data, dict):
        return RefusedRow(line, shorten(text), Problem.of(Wrong.NO_DATA))
    data_json = json.dumps(data, ensure_ascii=False)
    key = entry.get("key")
    key = tidy(key) if isinstance(key, str) else str(key) if isinstance(key, int) else ""
    key = key or key_from(data_json)
    if len(key) > KEY_LENGTH_MAX:
        return RefusedRow(line, shorten(key), Problem.of(Wrong.KEY_TOO_LONG, most=KEY_LENGTH_MAX))
    if any("\ud800" <= letter <= "\udfff" for letter in data_json) or "\x00" in key:
        return RefusedRow(line, shorten(key), Problem.of(Wrong.LETTERS_BROKEN))
    gold = entry.get("gold")
    known = gold if isinstance(gold, str) else json.dumps(gold, ensure_ascii=False) if gold else ""
    return Row(line, key, key, known, data_json=data_json)


def known_answer(gold: str) -> str:
    """A known answer as an annotation; empty where the text is none."""
    try:
        held: Any = json.loads(gold, object_pairs_hook=named_once)
        marks = held.get("results") if isinstance(held, dict) else held
        if not isinstance(marks, list):
            return ""
        return json.dumps({"schema": FORM, "not_sure": False, "results": marks}, ensure_ascii=False)
    except (ValueError, RecursionError):
        return ""
