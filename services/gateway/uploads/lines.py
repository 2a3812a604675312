"""Lines of a text file, each of a bounded length: a file of 100 MB may be one single line."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO, Final

from services.gateway.uploads.problems import FileError, Wrong

LINE_LETTERS_MAX: Final = 256 * 1024
# A quoted cell may go over many lines; a forgotten quote goes over all that follow.
RECORD_LETTERS_MAX: Final = 1024 * 1024


class Lines:
    """The lines, with their ends.

    Attributes:
        number: how many have been given.
    """

    def __init__(self, file: BinaryIO, encoding: str) -> None:
        file.seek(0)
        self._text = io.TextIOWrapper(file, encoding=encoding, newline="")
        self._next: str | None = None
        self._record_letters = 0
        self.number = 0

    def peek(self) -> str:
        """The next line that holds anything; what is empty before it is passed over."""
        while self._next is None or (self._next and not self._next.strip()):
            if self._next:
                self.number += 1
            self._next = self._read()
        return self._next

    def end_record(self) -> None:
        """Says that a record ended with the line given last."""
        self._record_letters = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        """The next line.

        Raises:
            FileError: it is longer than any line, or the record than any record.
        """
        line = self._read() if self._next is None else self._next
        self._next = None
        if not line:
            raise StopIteration
        self.number += 1
        self._record_letters += len(line)
        if self._record_letters > RECORD_LETTERS_MAX:
            raise FileError(Wrong.LINE_TOO_LONG, line=self.number)
        return line

    def _read(self) -> str:
        line = self._text.readline(LINE_LETTERS_MAX + 1)
        if len(line) > LINE_LETTERS_MAX:
            raise FileError(Wrong.LINE_TOO_LONG, line=self.number + 1)
        return line
