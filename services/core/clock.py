"""Time as an argument: decisions take instants, edges ask for them here."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

KOREA = timezone(timedelta(hours=9), "KST")


def utc_now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def korean_date(instant: datetime) -> date:
    """The calendar date in Korea at an instant; laws and statements count in it."""
    return instant.astimezone(KOREA).date()
