"""What can be wrong with an uploaded file or one of its rows; pages have words for each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Wrong(StrEnum):
    """What is wrong; `company.upload_<value>` are its words."""

    # With the whole file.
    EMPTY = "empty"
    LETTERS_UNKNOWN = "letters_unknown"
    SPREADSHEET = "spreadsheet"
    IS_ARCHIVE = "is_archive"
    NO_ARCHIVE = "no_archive"
    ARCHIVE_BROKEN = "archive_broken"
    ARCHIVE_TOO_MANY = "archive_too_many"
    ARCHIVE_TOO_LARGE = "archive_too_large"
    NO_MEDIA = "no_media"
    NO_SHEET = "no_sheet"
    JSON_LIST = "json_list"
    COLUMN_MISSING = "column_missing"
    COLUMN_TWICE = "column_twice"
    LINE_TOO_LONG = "line_too_long"
    # With one row.
    CELLS = "cells"
    CELL_TOO_LONG = "cell_too_long"
    NO_JSON = "no_json"
    NAMED_TWICE = "named_twice"
    NO_TEXT = "no_text"
    TEXT_TOO_LONG = "text_too_long"
    NO_KEY = "no_key"
    KEY_TOO_LONG = "key_too_long"
    LETTERS_BROKEN = "letters_broken"
    GOLD_UNKNOWN = "gold_unknown"
    GOLD_BROKEN = "gold_broken"
    NO_DATA = "no_data"
    FILE_MISSING = "file_missing"
    RULE_BROKEN = "rule_broken"
    PICTURE_TOO_LARGE = "picture_too_large"
    PICTURE_BROKEN = "picture_broken"
    MEDIA_EMPTY = "media_empty"
    MEDIA_KIND = "media_kind"
    MEDIA_BROKEN = "media_broken"
    MEDIA_TOO_LARGE = "media_too_large"
    MEDIA_TOO_MANY_PIXELS = "media_too_many_pixels"
    MEDIA_MOVING = "media_moving"
    MEDIA_SILENT = "media_silent"
    MEDIA_TOO_LONG = "media_too_long"
    MEDIA_TOO_SLOW = "media_too_slow"
    MEDIA_TOO_HEAVY = "media_too_heavy"
    MEDIA_CODING = "media_coding"
    MEDIA_TOO_MANY = "media_too_many"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, with the values that its words need."""

    wrong: Wrong
    values: tuple[tuple[str, str | int], ...] = ()

    @classmethod
    def of(cls, wrong: Wrong, **values: str | int) -> Problem:
        """A problem with values by name."""
        return cls(wrong, tuple(values.items()))


class FileError(Exception):
    """The file cannot be read, or not further."""

    def __init__(self, wrong: Wrong, **values: str | int) -> None:
        super().__init__(wrong.value)
        self.problem = Problem.of(wrong, **values)


@dataclass(frozen=True, slots=True)
class Row:
    """One item to label: the line where it stands, its key, what is shown, and the known answer (empty: none).

    Where the row brought whole data, `data_json` is that, and `text` what a report shows of it.
    """

    line: int
    key: str
    text: str
    gold: str = ""
    data_json: str = ""


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """One row that cannot become an item: the line, what can be shown of it, and why."""

    line: int
    shown: str
    problem: Problem
