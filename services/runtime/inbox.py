"""Events come in: each is applied once, in one transaction with its inbox row, in whatever order they come.

An event about something unknown is parked and applied by the transaction that makes it known. A transient failure is
tried again for ever; an event that fails for good five times becomes a dead letter.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, cast
from uuid import UUID

from google.protobuf.message import DecodeError, Message

from services.runtime import inbox_store
from services.runtime.bus import event_class, producer_of
from services.runtime.database import Database, Transaction
from services.runtime.inbox_store import StoredEvent

ATTEMPTS_MAX = 5

E = TypeVar("E", bound=Message)


class PermanentEventError(Exception):
    """This event can never be applied."""


@dataclass(frozen=True)
class Park:
    """Keep this event until `key` is released."""

    event: Message
    key: str


Handler = Callable[[Transaction, Sequence[Any]], Awaitable[Sequence[Park]]]


class Subscribers:
    """Which handler applies which event type. A handler takes a batch of one type, in the order of arrival."""

    def __init__(self) -> None:
        self._handlers: dict[str, Handler] = {}

    def on(self, event_type: type[E], handler: Callable[[Transaction, Sequence[E]], Awaitable[Sequence[Park]]]) -> None:
        """Registers the one handler of an event type."""
        name = event_type.DESCRIPTOR.full_name
        if name in self._handlers:
            raise ValueError(f"{name} has a handler already")
        self._handlers[name] = handler

    @property
    def event_types(self) -> list[str]:
        """The full names of all event types with a handler."""
        return sorted(self._handlers)

    @property
    def producers(self) -> list[str]:
        """The services whose events are listened to."""
        return sorted({producer_of(name) for name in self._handlers})

    async def dispatch(self, tx: Transaction, events: Sequence[StoredEvent]) -> None:
        """Applies events inside a transaction, type by type; parks what must wait.

        Raises:
            PermanentEventError: one of them can never be applied.
        """
        by_type: dict[str, list[StoredEvent]] = {}
        for event in events:
            by_type.setdefault(event.event_type, []).append(event)
        for event_type, stored in by_type.items():
            await self._dispatch_type(tx, event_type, stored)

    async def release(self, tx: Transaction, key: str) -> None:
        """Applies what was parked under a key; the handlers may park it anew."""
        await tx.lock_park_key(key)
        parked = await inbox_store.take_parked(tx.connection, key)
        if parked:
            await self.dispatch(tx, parked)

    async def _dispatch_type(self, tx: Transaction, event_type: str, stored: Sequence[StoredEvent]) -> None:
        handler = self._handlers.get(event_type)
        if handler is None:
            raise PermanentEventError(f"no handler for {event_type}")
        messages = [parse(event) for event in stored]
        waiting = await handler(tx, messages)
        if not waiting:
            return
        # Whoever makes a key known takes its lock before it looks for parked events: so with the lock held, one more
        # try sees what became known meanwhile, and what still waits will be found.
        for key in sorted({park.key for park in waiting}):
            await tx.lock_park_key(key)
        for park in await handler(tx, [park.event for park in waiting]):
            event = StoredEvent(_event_id(park.event), event_type, park.event.SerializeToString())
            await inbox_store.park(tx.connection, event, park.key)


def parse(event: StoredEvent) -> Message:
    """The message of a stored event.

    Raises:
        PermanentEventError: its type is unknown or its bytes are not such a message.
    """
    try:
        return event_class(event.event_type).FromString(event.payload)
    except (KeyError, DecodeError) as error:
        raise PermanentEventError(f"{event.event_type}: {type(error).__name__}") from None


class Inbox:
    """Applies batches of events for one service."""

    def __init__(self, database: Database, subscribers: Subscribers) -> None:
        self._database = database
        self._subscribers = subscribers
        database.release = subscribers.release

    async def apply(self, events: Sequence[StoredEvent]) -> None:
        """Applies a batch in one transaction; events applied before are passed over."""
        async with self._database.transaction() as tx:
            fresh = await inbox_store.add_handled(tx.connection, [event.event_id for event in events])
            todo = []
            for event in events:
                if event.event_id in fresh:
                    fresh.discard(event.event_id)
                    todo.append(event)
            if todo:
                await self._subscribers.dispatch(tx, todo)

    async def fail(self, event: StoredEvent, error: str) -> bool:
        """Counts a failure for good. The fifth makes the event a dead letter; then True: it must not come again."""
        async with self._database.transaction() as tx:
            attempts = await inbox_store.count_failure(tx.connection, event.event_id, error)
            if attempts < ATTEMPTS_MAX:
                return False
            await inbox_store.bury(tx.connection, event, error, attempts)
            await inbox_store.clear_failures(tx.connection, [event.event_id])
            return True

    async def replay(self, event_id: UUID) -> bool:
        """Applies a dead letter once more and removes it. False: there is no such dead letter.

        Raises:
            Exception: whatever applying it raised; then it stays.
        """
        async with self._database.transaction() as tx:
            event = await inbox_store.dead_letter(tx.connection, event_id)
            if event is None:
                return False
            if await inbox_store.add_handled(tx.connection, [event_id]):
                await self._subscribers.dispatch(tx, [event])
            await inbox_store.forget_dead_letter(tx.connection, event_id)
            return True


def _event_id(event: Message) -> UUID:
    return UUID(cast(Any, event).event_id)
