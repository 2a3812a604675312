"""What workers learns of jobs, so that people hear of those that fit them."""

from __future__ import annotations

from collections.abc import Sequence

from ilgam.tasks.v1 import tasks_events_pb2

from services.runtime.database import Transaction
from services.runtime.inbox import Park


async def on_job_opened(_tx: Transaction, _events: Sequence[tasks_events_pb2.JobOpened]) -> Sequence[Park]:
    """Tells those whom a new job fits."""
    return []
