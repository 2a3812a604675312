"""Results as lines: JSON (one object a line) or CSV (RFC 4180) with a header, cells safe for spreadsheets."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

_RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r")
_COLUMNS = ("key", "label", "confidence", "tie", "gold", "known_label", "accepted", "rejected", "pending")


@dataclass(frozen=True)
class ExportedAnswer:
    """One answer. `worker_no` numbers the workers within the job, in the order in which they came."""

    worker_no: int
    label: str
    verdict: str
    reason: str
    not_sure: bool
    submit_time: datetime


@dataclass(frozen=True)
class ExportedItem:
    """One item. `label` is empty while there is no result; `known_label` is None for ordinary items."""

    key: str
    label: str
    confidence: float
    tie: bool
    known_label: str | None
    accepted: int
    rejected: int
    pending: int


def json_line(item: ExportedItem, answers: Sequence[ExportedAnswer] | None) -> str:
    """One item as a line of JSON; None: without answers."""
    line: dict[str, object] = {
        "key": item.key,
        "label": item.label or None,
        "confidence": round(item.confidence, 6),
        "tie": item.tie,
        "gold": item.known_label is not None,
        "known_label": item.known_label,
        "accepted": item.accepted,
        "rejected": item.rejected,
        "pending": item.pending,
    }
    if answers is not None:
        line["answers"] = [_answer(answer) for answer in answers]
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n"


def csv_header(*, with_answers: bool) -> str:
    """The first line of a CSV export."""
    return _csv_line((*_COLUMNS, "answers") if with_answers else _COLUMNS)


def csv_line(item: ExportedItem, answers: Sequence[ExportedAnswer] | None) -> str:
    """One item as a line of CSV; answers, where asked, as JSON in one cell."""
    cells = [
        safe_cell(item.key),
        safe_cell(item.label),
        str(round(item.confidence, 6)),
        _yes(item.tie),
        _yes(item.known_label is not None),
        safe_cell(item.known_label or ""),
        str(item.accepted),
        str(item.rejected),
        str(item.pending),
    ]
    if answers is not None:
        cells.append(json.dumps([_answer(answer) for answer in answers], ensure_ascii=False, separators=(",", ":")))
    return _csv_line(cells)


def safe_cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP, CSV injection): such a one begins with an apostrophe."""
    return f"'{text}" if text.startswith(_RUN_BY_SPREADSHEETS) else text


def _answer(answer: ExportedAnswer) -> dict[str, object]:
    return {
        "worker": answer.worker_no,
        "label": answer.label,
        "verdict": answer.verdict,
        "reason": answer.reason,
        "not_sure": answer.not_sure,
        "submit_time": answer.submit_time.isoformat(timespec="milliseconds"),
    }


def _csv_line(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue()


def _yes(truth: bool) -> str:
    return "true" if truth else "false"
