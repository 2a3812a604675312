"""A worker's money as lines: days with their sums, corrections, and cells that are safe in spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from ilgam.payments.v1 import payments_service_pb2 as pb

from services.gateway.words import in_seoul

_RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r", "\n")
BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True)
class ShownLine:
    """One line; a correction takes won back, or gives them again for an answer that they were taken back for."""

    line: pb.StatementLine
    correction: bool

    @property
    def name(self) -> str:
        """What it is, as the words are keyed."""
        return line_name(self.line, correction=self.correction)


@dataclass(frozen=True)
class Day:
    """The lines of one Korean day, newest first.

    Attributes:
        first_line: for its date in words.
        lines: at least one.
        sum_krw: what the day brought; None where only a part of the day is on the page.
    """

    first_line: pb.StatementLine
    lines: tuple[ShownLine, ...]
    sum_krw: int | None


def days_of(lines: Sequence[pb.StatementLine], *, begins_list: bool, ends_list: bool) -> list[Day]:
    """A page of lines (newest first) by days.

    Args:
        lines: of one page.
        begins_list: no newer line is on a page before.
        ends_list: no older line is on a page after.
    """
    corrected = {line.answer_id for line in lines if line.amount_krw < 0}
    days = [list(day) for _, day in groupby(lines, key=_korean_day)]
    return [
        Day(
            first_line=day[0],
            lines=tuple(ShownLine(line, _is_correction(line, corrected)) for line in day),
            sum_krw=sum(line.amount_krw for line in day) if _is_whole(at, len(days), begins_list, ends_list) else None,
        )
        for at, day in enumerate(days)
    ]


def _is_whole(at: int, day_count: int, begins_list: bool, ends_list: bool) -> bool:
    return (at > 0 or begins_list) and (at < day_count - 1 or ends_list)


def _is_correction(line: pb.StatementLine, corrected: set[str]) -> bool:
    return line.amount_krw < 0 or (line.revision > 1 and line.answer_id in corrected)


def _korean_day(line: pb.StatementLine) -> date | None:
    at = in_seoul(line.line_time)
    return at.date() if at else None


def line_name(line: pb.StatementLine, *, correction: bool) -> str:
    """What a line is, as the words are keyed: pay, correction, or other."""
    if correction:
        return "correction"
    return "pay" if line.kind == pb.JOURNAL_KIND_PAY else "other"


def csv_line(cells: Sequence[str | int]) -> str:
    """One line for a spreadsheet (RFC 4180): no text in it is run, numbers stay numbers."""
    out = io.StringIO()
    csv.writer(out).writerow([safe_cell(cell) if isinstance(cell, str) else cell for cell in cells])
    return out.getvalue()


def safe_cell(text: str) -> str:
    """The text, with an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(_RUN_BY_SPREADSHEETS) else text


def csv_time(line: pb.StatementLine) -> str:
    """2026-11-22 15:10:03, in Korean time."""
    at = in_seoul(line.line_time)
    return at.strftime("%Y-%m-%d %H:%M:%S") if at else ""
