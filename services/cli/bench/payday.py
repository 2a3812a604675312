"""Hears when answers are paid: the event itself, as the bus gives it to listeners."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import nats
from ilgam.payments.v1 import payments_events_pb2 as pb
from nats.aio.msg import Msg

from deploy.local.stack import Stack
from deploy.nats.permissions import inbox_prefix

LISTENER = "gateway"
SUBJECT = "ilgam.payments.v1.answers_paid"


@dataclass
class Paydays:
    """When each answer was paid, as time.monotonic() tells it."""

    paid: dict[str, float] = field(default_factory=dict)

    async def hear(self, message: Msg) -> None:
        """Note the answers of one event."""
        now = time.monotonic()
        for payment in pb.AnswersPaid.FromString(message.data).payments:
            self.paid.setdefault(payment.answer_id, now)


@asynccontextmanager
async def heard(stack: Stack) -> AsyncIterator[Paydays]:
    """Listens as long as the block lasts."""
    paydays = Paydays()
    connection = await nats.connect(
        stack.nats_url,
        user=LISTENER,
        password=stack.nats_password(LISTENER),
        inbox_prefix=inbox_prefix(LISTENER).encode(),
    )
    try:
        await connection.subscribe(SUBJECT, cb=paydays.hear)
        await connection.flush()
        yield paydays
    finally:
        await connection.close()
