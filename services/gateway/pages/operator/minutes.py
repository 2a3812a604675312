"""Work and money minute by minute, with the minutes in which nothing happened."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from ilgam.tasks.v1 import tasks_service_pb2 as pb

from services.gateway.words import SEOUL

SERIES: Final = ("claimed", "submitted", "accepted", "rejected", "paid_krw")
"""What is counted, in the order of the page."""


@dataclass(frozen=True)
class Minute:
    """One minute: when it began, and what happened in it."""

    begin_time: datetime
    claimed: int = 0
    submitted: int = 0
    accepted: int = 0
    rejected: int = 0
    paid_krw: int = 0


def by_minute(told: Sequence[pb.ThroughputMinute], now: datetime, count: int) -> list[Minute]:
    """The last so many minutes, oldest first, the present one among them; where nothing was told there are zeros."""
    known = {minute.minute_time.seconds // 60: minute for minute in told}
    last = int(now.timestamp()) // 60
    return [_minute(one, known.get(one)) for one in range(last - count + 1, last + 1)]


def _minute(number: int, told: pb.ThroughputMinute | None) -> Minute:
    begin_time = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=number)
    if told is None:
        return Minute(begin_time)
    return Minute(
        begin_time,
        told.claimed_count,
        told.submitted_count,
        told.accepted_count,
        told.rejected_count,
        told.paid_krw,
    )


def sums(minutes: Sequence[Minute]) -> dict[str, int]:
    """How much happened in all of them, by series."""
    return {name: sum(getattr(minute, name) for minute in minutes) for name in SERIES}


def as_columns(minutes: Sequence[Minute]) -> dict[str, list[int]]:
    """For the chart: `time` in seconds since 1970, and each series."""
    columns = {name: [int(getattr(minute, name)) for minute in minutes] for name in SERIES}
    return {"time": [int(minute.begin_time.timestamp()) for minute in minutes], **columns}


def as_csv(minutes: Sequence[Minute]) -> bytes:
    """Lines for a spreadsheet, times on Seoul's clock; it begins with a mark by which Excel knows UTF-8."""
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(("minute", *SERIES))
    for minute in minutes:
        begin = minute.begin_time.astimezone(SEOUL).isoformat(timespec="minutes")
        lines.writerow((begin, *(getattr(minute, name) for name in SERIES)))
    return text.getvalue().encode("utf-8-sig")
