"""Results as lines: JSON (one object a line) or CSV (RFC 4180) with a header, cells safe for spreadsheets."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

_RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r")
_COLUMNS = ("key", "label", "confidence", "tie", "gold", "known_label", "accepted", "rejected", "pending")
_BODY_COLUMNS = ("result", "known_answer")


@dataclass(frozen=True)
class ExportedAnswer:
    """One answer. `worker_no` numbers the workers within the job, in the order in which they came.

    `label` is empty where the answer is more than one; `answer_json` is all of it, in the form ilgam.annotation/1. `score`
    is how probable it is that it is right, by its latest verdict; 0 before.
    """

    worker_no: int
    label: str
    verdict: str
    reason: str
    not_sure: bool
    submit_time: datetime
    answer_json: str
    answer_id: UUID
    schema_version: int
    late: bool
    active_ms: int
    score: float = 0.0


@dataclass(frozen=True)
class ExportedItem:
    """One item. `label` is empty while there is no result; `known_label` is None for ordinary items.

    Where more than a single choice is asked, both are empty: the result lies under `result_sha256` (empty: none yet),
    the known answer is `known_answer_json`.
    """

    key: str
    label: str
    confidence: float
    tie: bool
    known_label: str | None
    accepted: int
    rejected: int
    pending: int
    result_sha256: str
    known_answer_json: str


def json_line(item: ExportedItem, answers: Sequence[ExportedAnswer] | None, result_json: str | None) -> str:
    """One item as a line of JSON.

    Args:
        item: what is known of it.
        answers: None: without them.
        result_json: None: a plain choice, all in its label; otherwise the result's annotation, empty while there is none.
    """
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
    if result_json is not None:
        del line["label"], line["known_label"]
        line["result"] = _marks(result_json)
        line["known_answer"] = _marks(item.known_answer_json)
    if answers is not None:
        line["answers"] = [_answer(answer) for answer in answers]
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n"


def csv_header(*, with_answers: bool, with_bodies: bool) -> str:
    """The first line of a CSV export."""
    bodies = _BODY_COLUMNS if with_bodies else ()
    return _csv_line((*_COLUMNS, *bodies, *(("answers",) if with_answers else ())))


def csv_line(item: ExportedItem, answers: Sequence[ExportedAnswer] | None, result_json: str | None) -> str:
    """One item as a line of CSV; result, known answer and answers, where there are any, as JSON in a cell each."""
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
    if result_json is not None:
        cells += [_cell(result_json), _cell(item.known_answer_json)]
    if answers is not None:
        cells.append(json.dumps([_answer(answer) for answer in answers], ensure_ascii=False, separators=(",", ":")))
    return _csv_line(cells)


def safe_cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP, CSV injection): such a one begins with an apostrophe."""
    return f"'{text}" if text.startswith(_RUN_BY_SPREADSHEETS) else text


def _answer(answer: ExportedAnswer) -> dict[str, object]:
    said: dict[str, object] = {"label": answer.label} if answer.label else {"marks": _marks(answer.answer_json)}
    return {
        "worker": answer.worker_no,
        **said,
        "verdict": answer.verdict,
        "reason": answer.reason,
        "not_sure": answer.not_sure,
        "submit_time": answer.submit_time.isoformat(timespec="milliseconds"),
    }


def _marks(annotation: str) -> object:
    """The marks of an annotation; None where there is none."""
    return json.loads(annotation)["results"] if annotation else None


def _cell(annotation: str) -> str:
    marks = _marks(annotation)
    return "" if marks is None else json.dumps(marks, ensure_ascii=False, separators=(",", ":"))


def _csv_line(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue()


def _yes(truth: bool) -> str:
    return "true" if truth else "false"
