"""Recorded crowd answers and known labels from CSV files; a wrong file is named with line and column."""

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TEXT_MAX = 200
ROWS_MAX = 2_000_000
# The bound of SubmitAnswers' labels and of one schema.
LABELS_MAX = 200


class RecordedError(Exception):
    """A file cannot be used; the message names the file and, where there is one, the line and the column."""


@dataclass(frozen=True)
class Recorded:
    """One recorded answer."""

    worker: str
    task: str
    label: str


@dataclass(frozen=True)
class Recording:
    """What is replayed.

    Attributes:
        answers: in the order to use; one per worker and task.
        duplicate_count: rows that repeated an earlier worker and task.
        gold: task -> known label.
    """

    answers: tuple[Recorded, ...]
    duplicate_count: int
    gold: dict[str, str]

    @property
    def tasks(self) -> list[str]:
        """The tasks that have answers, in order of their first one."""
        return list(dict.fromkeys(answer.task for answer in self.answers))

    @property
    def workers(self) -> list[str]:
        """The workers, in order of their first answer."""
        return list(dict.fromkeys(answer.worker for answer in self.answers))

    @property
    def labels(self) -> list[str]:
        """All labels, recorded or known, sorted."""
        return sorted({answer.label for answer in self.answers} | set(self.gold.values()))

    def queues(self) -> dict[str, list[Recorded]]:
        """Each task's answers, in order."""
        queues: dict[str, list[Recorded]] = {}
        for answer in self.answers:
            queues.setdefault(answer.task, []).append(answer)
        return queues


def read_recording(answers: Path, gold: Path, seed: int | None = None) -> Recording:
    """Read both files.

    Args:
        answers: columns worker, task, label; others are ignored.
        gold: columns task, label; others are ignored.
        seed: shuffles the answers' rows first; None keeps the file's order.

    Raises:
        RecordedError: a file is missing, not UTF-8, lacks a column, or has a row that cannot be used.
    """
    rows = [Recorded(*row) for _, row in _rows(answers, ("worker", "task", "label"))]
    if seed is not None:
        random.Random(seed).shuffle(rows)  # noqa: S311  (a repeatable order, not a secret)
    first: dict[tuple[str, str], Recorded] = {}
    for row in rows:
        first.setdefault((row.worker, row.task), row)
    recording = Recording(tuple(first.values()), len(rows) - len(first), _gold(gold))
    if len(recording.labels) not in range(2, LABELS_MAX + 1):
        raise RecordedError(
            f"{answers}: column label: 2 to {LABELS_MAX} different labels are needed, found {len(recording.labels)}"
        )
    return recording


def _gold(path: Path) -> dict[str, str]:
    gold: dict[str, str] = {}
    for line, (task, label) in _rows(path, ("task", "label")):
        if gold.setdefault(task, label) != label:
            raise RecordedError(
                f"{path}: line {line}, column label: {task!r} was {gold[task]!r} before and is {label!r} here"
            )
    return gold


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """(line, values of the wanted columns) of every row that is not blank."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from _parsed(path, csv.reader(file, strict=True), columns)
    except OSError as error:
        raise RecordedError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise RecordedError(f"{path}: not UTF-8 at byte {error.start}") from None


def _parsed(path: Path, reader: "csv._reader", columns: tuple[str, ...]) -> Iterator[tuple[int, tuple[str, ...]]]:  # type: ignore[name-defined]  # the module gives its reader no public name
    places: list[int] = []
    width = count = 0
    try:
        for row in reader:
            if not places:
                places, width = _places(path, row, columns), len(row)
            elif row:
                count += 1
                yield reader.line_num, _values(f"{path}: line {reader.line_num}", row, width, columns, places)
            if count > ROWS_MAX:
                raise RecordedError(f"{path}: line {reader.line_num}: more than {ROWS_MAX:,} rows")
    except csv.Error as error:
        raise RecordedError(f"{path}: line {reader.line_num}: not CSV: {error}") from None
    if not count:
        raise RecordedError(f"{path}: has no rows; a header with {', '.join(columns)} and one row are the least")


def _places(path: Path, header: list[str], columns: tuple[str, ...]) -> list[int]:
    names = [name.strip().lower() for name in header]
    for column in columns:
        if names.count(column) != 1:
            what = "missing" if column not in names else "there twice"
            raise RecordedError(f"{path}: line 1: column {column} is {what}; found {', '.join(names) or 'nothing'}")
    return [names.index(column) for column in columns]


def _values(where: str, row: list[str], width: int, columns: tuple[str, ...], places: list[int]) -> tuple[str, ...]:
    if len(row) != width:
        raise RecordedError(f"{where}: {len(row)} columns where the header has {width}")
    values = tuple(row[place].strip() for place in places)
    for column, value in zip(columns, values, strict=True):
        if not value:
            raise RecordedError(f"{where}, column {column}: empty")
        if len(value) > TEXT_MAX:
            raise RecordedError(f"{where}, column {column}: {len(value)} characters, at most {TEXT_MAX}")
    return values
