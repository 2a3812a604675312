"""What became of uploads. A copy for the people who sent them: what was taken is in the job, this may be dropped."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from services.gateway.uploads.problems import Problem, RefusedRow

REFUSED_KEPT_MAX: Final = 5_000
KNOWN_SHOWN_MAX: Final = 10
REPORTS_MAX: Final = 500
REFUSED_KEPT_IN_ALL_MAX: Final = 50_000


class Stage(StrEnum):
    """Where an upload stands."""

    READING = "reading"
    DONE = "done"
    # It ended early; `problem` or `reason` says why. What was taken before stays.
    STOPPED = "stopped"


@dataclass
class Report:
    """One upload.

    Attributes:
        upload_id: the request's id.
        account_id: whose upload it is.
        job_id: which job it is for.
        file_name: as the person's device calls it.
        letters: the encoding that was found, for people; empty for pictures.
        text_column: the column that was read; empty for pictures.
        share: how much of the file is read, 0 to 1.
        taken: rows that became items.
        known: rows whose key was there already.
        refused: rows that could not become items; the first of them are in `refused_rows`.
        known_keys: the first of the keys that were there.
        problem: why it stopped.
        reason: why it stopped, as a service's refusal.
    """

    upload_id: str
    account_id: str
    job_id: str
    file_name: str
    letters: str = ""
    text_column: str = ""
    stage: Stage = Stage.READING
    share: float = 0.0
    taken: int = 0
    gold: int = 0
    known: int = 0
    refused: int = 0
    refused_rows: list[RefusedRow] = field(default_factory=list)
    known_keys: list[str] = field(default_factory=list)
    problem: Problem | None = None
    reason: str = ""
    reason_values: dict[str, str] = field(default_factory=dict)

    def refuse(self, row: RefusedRow) -> None:
        """Notes a row that is not taken."""
        self.refused += 1
        if len(self.refused_rows) < REFUSED_KEPT_MAX:
            self.refused_rows.append(row)

    def know(self, key: str) -> None:
        """Notes a row that was there already."""
        self.known += 1
        if len(self.known_keys) < KNOWN_SHOWN_MAX:
            self.known_keys.append(key)


class Reports:
    """The uploads of this process that are remembered, newest last."""

    def __init__(self) -> None:
        # Ids are the senders' own: nobody takes another's place by saying the same one.
        self._reports: OrderedDict[tuple[str, str], Report] = OrderedDict()

    def begin(self, report: Report) -> bool:
        """Remembers an upload; False where it is here already: the same form was sent twice."""
        if self.find(report.account_id, report.upload_id):
            return False
        self._reports[report.account_id, report.upload_id] = report
        for key in list(self._too_old()):
            del self._reports[key]
        return True

    def drop(self, report: Report) -> None:
        """Forgets an upload of which nothing was read."""
        self._reports.pop((report.account_id, report.upload_id), None)

    def find(self, account_id: str, upload_id: str) -> Report | None:
        """An upload, for the person who sent it."""
        return self._reports.get((account_id, upload_id))

    def _too_old(self) -> Iterator[tuple[str, str]]:
        kept = sum(len(report.refused_rows) for report in self._reports.values())
        count = len(self._reports)
        for key, report in self._reports.items():
            if count <= REPORTS_MAX and kept <= REFUSED_KEPT_IN_ALL_MAX:
                return
            if report.stage != Stage.READING:
                count, kept = count - 1, kept - len(report.refused_rows)
                yield key
