"""What accounts learns from the other services' events: whom to tell what."""

from __future__ import annotations

from collections.abc import Sequence

from ilgam.workers.v1 import workers_events_pb2

from services.runtime.database import Transaction
from services.runtime.inbox import Park, Subscribers


def subscribers() -> Subscribers:
    """The handlers of this service."""
    handlers = Subscribers()
    handlers.on(workers_events_pb2.NoticeDue, on_notice_due)
    return handlers


async def on_notice_due(_tx: Transaction, _events: Sequence[workers_events_pb2.NoticeDue]) -> Sequence[Park]:
    """Keeps notices for the people who are to be told."""
    return []
