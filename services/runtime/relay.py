"""The way out: logged events are leased, published in a pipeline, and marked as sent once the broker has them.

A lease is a column with an end, never a lock held over the network, so a relay that dies holds nothing up for long,
and several replicas share the work. What is published twice carries the same `Nats-Msg-Id`.
"""

from __future__ import annotations

import asyncio
import random
import time

import nats.errors
import nats.js.errors
from nats.js import JetStreamContext
from nats.js.api import PubAck

from services.runtime import outbox_store, telemetry
from services.runtime.bus import event_class, producer_of, stream_of, subject_of
from services.runtime.database import Database, is_transient
from services.runtime.logs import logger
from services.runtime.outbox_store import OutboxEvent

_BATCH = 256
_LEASE_SECONDS = 15.0
_POLL_SECONDS = 1.0
# Rounds begin at least so far apart: a lone event is sent at once, and a stream of them in fewer statements.
_PACE_SECONDS = 0.025
_ACK_SECONDS = 10.0
_BACK_OFF_SECONDS_MAX = 5.0

log = logger()


class Relay:
    """Sends one service's log to its stream."""

    def __init__(self, database: Database, jetstream: JetStreamContext, namespace: str = "") -> None:
        self._database = database
        self._jetstream = jetstream
        self._namespace = namespace

    async def run(self) -> None:
        """Sends for ever; wakes when this process commits events, and looks once a second for what others left."""
        failures = 0
        while True:
            try:
                await self.send_all()
                failures = 0
            except Exception as error:  # noqa: BLE001 - told, and tried again for ever
                failures += 1
                seconds = min(0.1 * 2**failures, _BACK_OFF_SECONDS_MAX) * random.uniform(0.5, 1.0)  # noqa: S311 - jitter
                report = log.warning if is_transient(error) or isinstance(error, nats.errors.Error) else log.exception
                report("relay_failed", error=type(error).__name__, retry_seconds=round(seconds, 2))
                await asyncio.sleep(seconds)
                continue
            await self._wait()

    async def send_all(self) -> int:
        """Sends until the log has nothing to send. Gives how many events were sent.

        Raises:
            Exception: of the database or the broker; what was not acknowledged is sent again.
        """
        count = 0
        events = await self._mark_and_lease([])
        while events:
            started = time.monotonic()
            acknowledged, failed, failure = await self._publish(events)
            if failed:
                async with self._database.statement() as connection:
                    await outbox_store.free(connection, failed)
            count += len(acknowledged)
            telemetry.EVENTS_SENT.inc(len(acknowledged))
            if failure is None:
                await asyncio.sleep(started + _PACE_SECONDS - time.monotonic())
            events = await self._mark_and_lease(acknowledged, 0 if failure is not None else _BATCH)
            if failure is not None:
                raise failure
        return count

    async def _mark_and_lease(self, sent: list[OutboxEvent], count: int = _BATCH) -> list[OutboxEvent]:
        self._database.outbox_filled.clear()
        async with self._database.statement() as connection:
            return await outbox_store.mark_and_lease(connection, sent, count, _LEASE_SECONDS)

    async def _publish(
        self, events: list[OutboxEvent]
    ) -> tuple[list[OutboxEvent], list[OutboxEvent], BaseException | None]:
        futures = [await self._publish_one(event) for event in events]
        await asyncio.wait(futures, timeout=_ACK_SECONDS)
        failures = [_failure_of(future) for future in futures]
        acknowledged = [event for event, failure in zip(events, failures, strict=True) if failure is None]
        failed = [event for event, failure in zip(events, failures, strict=True) if failure is not None]
        return acknowledged, failed, next((failure for failure in failures if failure is not None), None)

    async def _publish_one(self, event: OutboxEvent) -> asyncio.Future[PubAck]:
        descriptor = event_class(event.event_type).DESCRIPTOR
        headers = {"Nats-Msg-Id": str(event.event_id), **event.headers}
        return await self._jetstream.publish_async(
            subject_of(descriptor, self._namespace),
            event.payload,
            stream=stream_of(producer_of(event.event_type), self._namespace),
            headers=headers,
        )

    async def _wait(self) -> None:
        try:
            await asyncio.wait_for(self._database.outbox_filled.wait(), _POLL_SECONDS)
        except TimeoutError:
            return


def _failure_of(future: asyncio.Future[PubAck]) -> BaseException | None:
    """Why the broker has not acknowledged an event; None when it has."""
    if not future.done():
        future.cancel()
        return TimeoutError("no acknowledgement in time")
    return future.exception()
