"""What workers learns of work and pay: first claim, first pay, time and won.

People may be unknown here still, and events come in any order: each adds what it says, and the earliest time stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from uuid import UUID

from ilgam.payments.v1 import payments_events_pb2
from ilgam.tasks.v1 import tasks_events_pb2

from services.runtime.database import Transaction
from services.runtime.inbox import Park
from services.workers.domain.journeys import AnswerPay, Step
from services.workers.store.queries import work as store
from services.workers.store.queries.journeys import note_step


async def on_items_claimed(tx: Transaction, events: Sequence[tasks_events_pb2.ItemsClaimed]) -> Sequence[Park]:
    """Notes first claims, and days with claims."""
    claims = [(UUID(event.worker_id), event.occur_time.ToDatetime(tzinfo=UTC)) for event in events]
    await store.add_claim_days(tx.connection, claims)
    await _note_first(tx, Step.CLAIMED, claims)
    return []


async def on_answers_submitted(tx: Transaction, events: Sequence[tasks_events_pb2.AnswersSubmitted]) -> Sequence[Park]:
    """Adds up answers and active time."""
    added: dict[UUID, tuple[int, int]] = {}
    for event in events:
        count, milliseconds = added.get(worker_id := UUID(event.worker_id), (0, 0))
        active_ms = sum(answer.active_ms for answer in event.answers)
        added[worker_id] = (count + len(event.answers), milliseconds + active_ms)
    await store.add_work_time(tx.connection, added)
    return []


async def on_answers_paid(tx: Transaction, events: Sequence[payments_events_pb2.AnswersPaid]) -> Sequence[Park]:
    """Notes first pay and adds up won; of several news about one answer the highest revision counts."""
    newest: dict[str, AnswerPay] = {}
    for event in events:
        for paid in event.payments:
            known = newest.get(paid.answer_id)
            if known is None or known.revision < paid.revision:
                newest[paid.answer_id] = AnswerPay(
                    UUID(paid.answer_id), UUID(event.worker_id), paid.revision, paid.net_krw
                )
    await store.put_pay(tx.connection, list(newest.values()))
    paid_ones = [event for event in events if any(paid.net_krw > 0 for paid in event.payments)]
    times = [(UUID(event.worker_id), event.occur_time.ToDatetime(tzinfo=UTC)) for event in paid_ones]
    await _note_first(tx, Step.PAID, times)
    return []


async def _note_first(tx: Transaction, step: Step, reached: Iterable[tuple[UUID, datetime]]) -> None:
    """Notes the earliest time of each person, where that is news."""
    first: dict[UUID, datetime] = {}
    for worker_id, moment in reached:
        first[worker_id] = min(moment, first.get(worker_id, moment))
    if first:
        await note_step(tx.connection, step, await store.news_of_step(tx.connection, step, first))
