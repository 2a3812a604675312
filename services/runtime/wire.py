"""Between messages and Python values."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from google.protobuf.timestamp_pb2 import Timestamp


def to_timestamp(instant: datetime | None) -> Timestamp | None:
    """A Timestamp for an aware instant; None stays None, which leaves a message field unset."""
    if instant is None:
        return None
    stamp = Timestamp()
    stamp.FromDatetime(instant)
    return stamp


def from_timestamp(stamp: Timestamp) -> datetime | None:
    """The aware instant in UTC, or None where the field was never set."""
    if stamp.seconds == 0 and stamp.nanos == 0:
        return None
    return stamp.ToDatetime(tzinfo=UTC)


def uuid_of(text: str) -> UUID:
    """The UUID that a field with FORMAT_UUID holds; the middleware has checked its form."""
    return UUID(text)
