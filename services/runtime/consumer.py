"""One durable consumer: fetches batches, applies each in one transaction, acknowledges after the commit.

If a batch fails it is applied event by event, so one bad event holds up no other.
"""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections.abc import Sequence
from uuid import UUID

import nats.errors
import nats.js.errors
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import ConsumerInfo

from services.runtime import telemetry
from services.runtime.bodies import BodyMissingError
from services.runtime.bus import durable_of, event_class, stream_of, subject_of
from services.runtime.database import is_transient
from services.runtime.inbox import Inbox, PermanentEventError
from services.runtime.inbox_store import StoredEvent
from services.runtime.logs import logger

_FETCH_COUNT = 200
_FETCH_SECONDS = 5.0
# Batches begin at least so far apart: a lone event is applied at once, and a stream of them in fewer transactions.
_PACE_SECONDS = 0.05
_BACK_OFF_SECONDS_MAX = 5.0
_RETRY_DELAY_SECONDS = 2.0
_ID_HEADER = "Nats-Msg-Id"
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

log = logger()


class ConsumerMismatchError(Exception):
    """The durable on the server is not what this process expects: prepare the broker again."""


class Consumer:
    """Reads one producer's stream for one service."""

    def __init__(
        self, service: str, producer: str, event_types: Sequence[str], inbox: Inbox, namespace: str = ""
    ) -> None:
        self.producer = producer
        self._stream = stream_of(producer, namespace)
        self._durable = durable_of(service, producer)
        self._types = {subject_of(event_class(name).DESCRIPTOR, namespace): name for name in event_types}
        self._inbox = inbox
        self._jetstream: JetStreamContext | None = None

    async def run(self, jetstream: JetStreamContext) -> None:
        """Consumes for ever; every kind of failure backs off and goes on."""
        self._jetstream = jetstream
        subscription: JetStreamContext.PullSubscription | None = None
        failures = 0
        while True:
            try:
                if subscription is None:
                    subscription = await self._bind(jetstream)
                await self._step(subscription)
                failures = 0
            except Exception as error:  # noqa: BLE001 - told, and tried again for ever
                failures += 1
                seconds = min(0.1 * 2**failures, _BACK_OFF_SECONDS_MAX) * random.uniform(0.5, 1.0)  # noqa: S311 - jitter
                known = is_transient(error) or isinstance(error, nats.errors.Error | ConsumerMismatchError)
                report = log.warning if known else log.exception
                report("consumer_failed", consumer=self._durable, error=repr(error)[:200], retry_seconds=seconds)
                await asyncio.sleep(seconds)
                if subscription is not None and not is_transient(error):
                    await _drop(subscription)
                    subscription = None

    async def lag(self) -> tuple[int, int]:
        """How many events are not delivered yet, and how many are delivered and not acknowledged."""
        if self._jetstream is None:
            raise nats.errors.ConnectionClosedError
        info = await self._jetstream.consumer_info(self._stream, self._durable)
        return info.num_pending or 0, info.num_ack_pending or 0

    async def _bind(self, jetstream: JetStreamContext) -> JetStreamContext.PullSubscription:
        info = await jetstream.consumer_info(self._stream, self._durable)
        self._compare(info)
        return await jetstream.pull_subscribe_bind(durable=self._durable, stream=self._stream)

    def _compare(self, info: ConsumerInfo) -> None:
        config = info.config
        found = set(config.filter_subjects or ([config.filter_subject] if config.filter_subject else []))
        if found != set(self._types) or config.max_deliver not in (-1, None):
            raise ConsumerMismatchError(f"{self._durable}: filters {sorted(found)}, expected {sorted(self._types)}")

    async def _step(self, subscription: JetStreamContext.PullSubscription) -> None:
        try:
            messages = await subscription.fetch(_FETCH_COUNT, timeout=_FETCH_SECONDS)
        except TimeoutError:
            return
        readable = [message for message in messages if self._is_ours(message)]
        for message in messages:
            if not self._is_ours(message):
                log.error("event_without_id_or_type", consumer=self._durable, subject=message.subject)
                await message.term()
        if readable:
            started = time.monotonic()
            await self._apply(readable)
            await asyncio.sleep(started + _PACE_SECONDS - time.monotonic())

    async def _apply(self, messages: list[Msg]) -> None:
        started = time.time()
        headers = messages[0].headers or {}
        with telemetry.traced(f"consume {self._durable}", headers):
            try:
                await self._inbox.apply([self._stored(message) for message in messages])
            except Exception as error:
                if is_transient(error) and not isinstance(error, BodyMissingError):
                    await self._give_back(messages)
                    raise
                log.warning("event_batch_failed", consumer=self._durable, count=len(messages), error=repr(error)[:500])
                await self._apply_each(messages)
                return
        for message in messages:
            await message.ack()
            telemetry.EVENTS_HANDLED.labels(self._types[message.subject]).inc()
        delay = started - messages[0].metadata.timestamp.timestamp()
        telemetry.EVENT_DELAY_SECONDS.labels(self.producer).observe(max(delay, 0.0))

    async def _apply_each(self, messages: list[Msg]) -> None:
        for place, message in enumerate(messages):
            try:
                await self._inbox.apply([self._stored(message)])
                await message.ack()
                telemetry.EVENTS_HANDLED.labels(self._types[message.subject]).inc()
            except BodyMissingError as error:
                # It alone waits: the others' bodies are there.
                log.warning("event_waits_for_body", consumer=self._durable, error=repr(error)[:200])
                await message.nak(delay=_RETRY_DELAY_SECONDS)
            except Exception as error:
                if is_transient(error):
                    await self._give_back(messages[place:])
                    raise
                await self._fail(message, error)

    async def _fail(self, message: Msg, error: Exception) -> None:
        event = self._stored(message)
        text = str(error) if isinstance(error, PermanentEventError) else repr(error)
        dead = await self._inbox.fail(event, text)
        outcome = "dead" if dead else "retry"
        telemetry.EVENTS_FAILED.labels(event.event_type, outcome).inc()
        log.error(
            "event_failed", event_id=str(event.event_id), event_type=event.event_type, outcome=outcome, exc_info=error
        )
        if dead:
            await message.term()
        else:
            await message.nak(delay=_RETRY_DELAY_SECONDS)

    async def _give_back(self, messages: Sequence[Msg]) -> None:
        for message in messages:
            await message.nak(delay=_RETRY_DELAY_SECONDS)

    def _is_ours(self, message: Msg) -> bool:
        return message.subject in self._types and bool(_UUID.fullmatch((message.headers or {}).get(_ID_HEADER, "")))

    def _stored(self, message: Msg) -> StoredEvent:
        return StoredEvent(UUID((message.headers or {})[_ID_HEADER]), self._types[message.subject], message.data)


async def _drop(subscription: JetStreamContext.PullSubscription) -> None:
    try:
        await subscription.unsubscribe()
    except nats.errors.Error as error:
        log.debug("unsubscribe_failed", error=type(error).__name__)
