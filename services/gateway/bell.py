"""How many notices somebody has not read, for the bell on every page: asked of accounts seldom, never waited for long.

A count is good until the person's notices change, which events tell, and for a minute at most.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final, Protocol

from ilgam.accounts.v1 import notices_service_pb2 as pb

from services.gateway.people import Person
from services.sdk import IlgamError

KNOWN_SECONDS: Final = 60.0
WAIT_SECONDS: Final = 0.5
HELD_MAX: Final = 20_000


class Events(Protocol):
    """What is heard of events."""

    def poked_since(self, topic: str, since: float) -> bool:
        """Whether an event of a topic came after an instant (seconds since 1970)."""


@dataclass(frozen=True)
class _Count:
    unread: int
    ask_time: float


class Bell:
    """The counts of this process."""

    def __init__(self, events: Events) -> None:
        self._events = events
        self._held: OrderedDict[str, _Count] = OrderedDict()

    def known(self, person: Person) -> int:
        """The count as it was last known; 0 for none."""
        held = self._held.get(person.account_id)
        return held.unread if held else 0

    async def unread(self, person: Person) -> int:
        """The count now; the one last known when accounts does not answer at once."""
        held = self._held.get(person.account_id)
        if held is not None and self._is_good(person, held):
            return held.unread
        ask_time = time.time()
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                answer = await person.client.notices.GetUnreadCount(pb.GetUnreadCountRequest())
            unread = answer.unread_count
        except (IlgamError, TimeoutError):
            unread = self.known(person)
        self._held[person.account_id] = _Count(unread, ask_time)
        self._held.move_to_end(person.account_id)
        if len(self._held) > HELD_MAX:
            self._held.popitem(last=False)
        return unread

    def forget(self, person: Person) -> None:
        """Asks anew next time: the person has read some."""
        self._held.pop(person.account_id, None)

    def _is_good(self, person: Person, held: _Count) -> bool:
        if time.time() - held.ask_time > KNOWN_SECONDS:
            return False
        return not self._events.poked_since(f"account:{person.account_id}", held.ask_time)
