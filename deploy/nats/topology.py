"""What the bus looks like: one stream per producer, one durable per pair of consumer and producer.

Read from listeners.toml once; everything here is pure. `prepare` (prepare.py) makes a server match it.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from services.runtime.bus import durable_of, stream_of

SERVICES = ("accounts", "workers", "tasks", "quality", "payments")
LISTENERS_FILE = Path(__file__).with_name("listeners.toml")

_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True)
class Durable:
    """One consumer's place in one producer's stream.

    Attributes:
        consumer: the service that listens.
        producer: the service whose events it hears.
        events: names of the event messages, in the file's order.
    """

    consumer: str
    producer: str
    events: tuple[str, ...]

    @property
    def name(self) -> str:
        """The durable's name on the server."""
        return durable_of(self.consumer, self.producer)

    @property
    def stream(self) -> str:
        """The stream it reads."""
        return stream_of(self.producer)

    @property
    def subjects(self) -> tuple[str, ...]:
        """The subjects it is given."""
        return tuple(event_subject(self.producer, event) for event in self.events)


def stream_subjects(producer: str) -> str:
    """The wildcard that covers all events a producer may ever publish."""
    return f"ilgam.{producer}.>"


def event_subject(producer: str, event: str) -> str:
    """The subject of an event, such as `ilgam.tasks.v1.answers_submitted` for tasks' AnswersSubmitted.

    The same as `services.runtime.bus.subject_of`, from names alone: a server is configured without the contracts.
    """
    return f"ilgam.{producer}.v1.{_WORD_START.sub('_', event).lower()}"


@cache
def durables() -> tuple[Durable, ...]:
    """All durables of listeners.toml.

    Raises:
        ValueError: a section or key is not a service, or a service listens to itself.
    """
    table: dict[str, dict[str, list[str]]] = tomllib.loads(LISTENERS_FILE.read_text(encoding="utf-8"))
    found = []
    for consumer, producers in table.items():
        for producer, events in producers.items():
            if consumer not in SERVICES or producer not in SERVICES or consumer == producer:
                raise ValueError(f"listeners.toml: [{consumer}] {producer} is not a pair of two services")
            found.append(Durable(consumer, producer, tuple(events)))
    return tuple(found)


def durables_of(consumer: str) -> tuple[Durable, ...]:
    """The durables one service binds to."""
    return tuple(durable for durable in durables() if durable.consumer == consumer)
