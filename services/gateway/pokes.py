"""Pokes: an event says that something changed, the page reads again. Nothing of an event's content reaches a browser.

Events are heard as they pass (a listen-only NATS user, no durable): a poke that is lost is made up for by the next one,
and by pages that read again when they come back into view.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter, OrderedDict, defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Final

import nats.errors
from google.protobuf.message import DecodeError, Message
from google.protobuf.message_factory import GetMessageClass
from ilgam.accounts.v1 import accounts_events_pb2
from ilgam.payments.v1 import payments_events_pb2
from ilgam.quality.v1 import quality_events_pb2
from ilgam.tasks.v1 import tasks_events_pb2
from ilgam.workers.v1 import workers_events_pb2
from nats.aio.msg import Msg

from services.gateway.settings import GatewaySettings
from services.runtime.broker import connect
from services.runtime.bus import subject_of
from services.runtime.logs import logger

OPERATORS: Final = "operators"
"""The topic that every event belongs to."""
BETWEEN_POKES_SECONDS: Final = 1.0
# Operators' pages ask every service, and every event pokes them.
BETWEEN_OPERATORS_POKES_SECONDS: Final = 2.0
QUIET_SECONDS: Final = 20.0
# How far who reads a page may be behind the event that pokes.
BEHIND_SECONDS: Final = 0.5
REMEMBERED_MAX: Final = 20_000
# Pages that are seen at once, on all devices of a person.
STREAMS_OF_A_PERSON_MAX: Final = 20
_DEPTH_MAX: Final = 3
_TOPIC_OF_FIELD: Final = {
    "worker_id": "worker",
    "account_id": "account",
    "job_id": "job",
    "organisation_id": "organisation",
    "programme_id": "programme",
}
_FILES = (accounts_events_pb2, workers_events_pb2, tasks_events_pb2, quality_events_pb2, payments_events_pb2)

log = logger()


def topics_of(event: Message) -> set[str]:
    """Whom an event concerns: `worker:<id>`, `job:<id>`, `organisation:<id>`, `account:<id>`, and operators always."""
    return {OPERATORS, *_topics(event, _DEPTH_MAX)}


def _topics(message: Message, depth: int) -> Iterator[str]:
    for field, value in message.ListFields():
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            continue  # texts by name: whom they concern stands beside them
        if field.message_type is not None and depth:
            for part in value if field.is_repeated else [value]:
                yield from _topics(part, depth - 1)
        elif field.name in _TOPIC_OF_FIELD and value:
            yield f"{_TOPIC_OF_FIELD[field.name]}:{value}"


class Pokes:
    """Hears events and pokes whoever waits for one of their topics."""

    def __init__(self, settings: GatewaySettings, on_session_end: Callable[[str], None]) -> None:
        self._settings = settings
        self._on_session_end = on_session_end
        self._waiting: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self._latest: OrderedDict[str, float] = OrderedDict()
        self._streams: Counter[str] = Counter()
        self._closing = asyncio.Event()
        self._types = {
            subject_of(descriptor, settings.bus_namespace): GetMessageClass(descriptor)
            for file in _FILES
            for descriptor in file.DESCRIPTOR.message_types_by_name.values()
            if "event_id" in descriptor.fields_by_name
        }

    async def listen(self) -> None:
        """Hears events until cancelled; a broker that is away is waited for."""
        settings = self._settings
        broker = await connect(settings.nats_url, settings.nats_user, settings.nats_password, settings.service)
        try:
            prefix = f"{self._settings.bus_namespace}." if self._settings.bus_namespace else ""
            await broker.subscribe(f"{prefix}ilgam.*.v1.*", cb=self._hear)
            await asyncio.Event().wait()
        finally:
            with contextlib.suppress(nats.errors.Error, OSError, TimeoutError):
                await broker.close()

    def close(self) -> None:
        """Ends all streams, so that the server can stop."""
        self._closing.set()
        for waiting in list(self._waiting.values()):
            for one in waiting:
                one.set()

    def poked_since(self, topic: str, since: float) -> bool:
        """Whether an event of a topic came after an instant (seconds since 1970)."""
        return self._latest.get(topic, 0.0) > since

    def has_room(self, account_id: str) -> bool:
        """Whether a person may open one more stream here: each holds a connection and what waits on it."""
        return self._streams[account_id] < STREAMS_OF_A_PERSON_MAX

    @contextlib.contextmanager
    def counted(self, account_id: str) -> Iterator[None]:
        """While a person's stream is open."""
        self._streams[account_id] += 1
        try:
            yield
        finally:
            self._streams[account_id] -= 1
            if not self._streams[account_id]:
                del self._streams[account_id]

    async def stream(
        self, topics: set[str], since: float, between_seconds: float = BETWEEN_POKES_SECONDS
    ) -> AsyncIterator[bool]:
        """True for each poke, with a pause after it; False now and then, so that a connection that is gone is noticed.

        A poke is followed by one more when nothing else came: what hears the same event may be a moment behind us.

        Args:
            topics: what is waited for.
            since: when the page was read (seconds since 1970); what happened from then on pokes at once.
            between_seconds: the least time between two pokes.
        """
        poked = asyncio.Event()
        for topic in topics:
            self._waiting[topic].add(poked)
        if any(self._latest.get(topic, 0.0) > since - BEHIND_SECONDS for topic in topics):
            poked.set()
        echo_due = False
        try:
            while not self._closing.is_set():
                try:
                    await asyncio.wait_for(poked.wait(), between_seconds if echo_due else QUIET_SECONDS)
                except TimeoutError:
                    yield echo_due
                    echo_due = False
                    continue
                poked.clear()
                if not self._closing.is_set():
                    echo_due = True
                    yield True
                    await asyncio.sleep(between_seconds)
        finally:
            for topic in topics:
                self._waiting[topic].discard(poked)
                if not self._waiting[topic]:
                    del self._waiting[topic]

    async def _hear(self, message: Msg) -> None:
        kind = self._types.get(message.subject)
        if kind is None:
            return
        try:
            event = kind.FromString(message.data)
        except DecodeError:
            log.warning("event_unreadable", subject=message.subject)
            return
        if isinstance(event, accounts_events_pb2.SessionRevoked):
            self._on_session_end(event.session_id)
        self.poke(topics_of(event))

    def poke(self, topics: set[str]) -> None:
        """Pokes whoever waits for one of these topics, or comes to wait with a page that was read before now."""
        for topic in topics:
            self._latest[topic] = time.time()
            self._latest.move_to_end(topic)
            for waiting in self._waiting.get(topic, ()):
                waiting.set()
        while len(self._latest) > REMEMBERED_MAX:
            self._latest.popitem(last=False)
