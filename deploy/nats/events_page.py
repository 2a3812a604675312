"""Writes protos/EVENTS.md: every event, who publishes it, who listens: `python -m deploy.nats.events_page [--check]`.

An event is a message of `ilgam.<service>.v1` whose first two fields are `event_id` and `occur_time`; its comment is
read from the .proto source, as generated code does not keep it.
"""

import importlib
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from google.protobuf.descriptor import Descriptor

from deploy.nats.topology import SERVICES, durables, event_subject

PROTOS = Path(__file__).parents[2] / "protos"
PAGE = PROTOS / "EVENTS.md"

_HEAD = """\
# Events

Generated from the contracts and deploy/nats/listeners.toml by `python -m deploy.nats.events_page`; do not edit.
Delivery is at least once and in no order; see the comments in each `*_events.proto`.
"""
_MESSAGE = re.compile(r"((?:^//[^\n]*\n)+)message (\w+) ", re.MULTILINE)
_EVENT_FIELDS = ("event_id", "occur_time")


@dataclass(frozen=True)
class Event:
    """One line of the page.

    Attributes:
        name: the message's name.
        producer: the service that publishes it.
        listeners: the services that listen to it.
        sentence: the first sentence of its comment.
    """

    name: str
    producer: str
    listeners: tuple[str, ...]
    sentence: str


def is_event(message: Descriptor) -> bool:
    """Whether a message is an event, by its first two fields."""
    by_number = message.fields_by_number
    return tuple(by_number[number].name for number in (1, 2) if number in by_number) == _EVENT_FIELDS


def events_of(producer: str) -> list[Event]:
    """A service's events in the order of its contract."""
    file = importlib.import_module(f"ilgam.{producer}.v1.{producer}_events_pb2").DESCRIPTOR
    sentences = _sentences((PROTOS / file.name).read_text(encoding="utf-8"))
    messages = [message for message in file.message_types_by_name.values() if is_event(message)]
    return [Event(one.name, producer, _listeners(producer, one.name), sentences.get(one.name, "")) for one in messages]


def unknown_listened() -> list[str]:
    """Events that listeners.toml names and no contract has, as `producer.Event`."""
    known = {(producer, event.name) for producer in SERVICES for event in events_of(producer)}
    listened = {(durable.producer, event) for durable in durables() for event in durable.events}
    return sorted(f"{producer}.{event}" for producer, event in listened - known)


def render() -> str:
    """The whole page.

    Raises:
        ValueError: listeners.toml names an event that does not exist.
    """
    if unknown := unknown_listened():
        raise ValueError(f"listeners.toml names events that no contract has: {', '.join(unknown)}")
    parts = [_HEAD]
    for producer in SERVICES:
        rows = [
            f"| {event.name} | `{event_subject(producer, event.name)}` | {', '.join(event.listeners) or '-'} | {event.sentence} |"
            for event in events_of(producer)
        ]
        table = ["| event | subject | listeners | meaning |", "|---|---|---|---|", *rows]
        parts.append(f"## {producer}\n\n" + "\n".join(table) + "\n")
    return "\n".join(parts)


def main(arguments: list[str]) -> int:
    """Write the page, or with --check say whether it is up to date (exit 1 if not)."""
    try:
        page = render()
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if "--check" not in arguments:
        PAGE.write_text(page, encoding="utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == page:
        return 0
    sys.stderr.write("protos/EVENTS.md is not what the contracts say: run `python -m deploy.nats.events_page`.\n")
    return 1


def _listeners(producer: str, event: str) -> tuple[str, ...]:
    return tuple(durable.consumer for durable in durables() if durable.producer == producer and event in durable.events)


def _sentences(source: str) -> dict[str, str]:
    """The first sentence of each message's comment, by the message's name."""
    found = {}
    for comment, name in _MESSAGE.findall(source):
        text = " ".join(line.removeprefix("//").strip() for line in comment.splitlines())
        found[name] = text.split(". ")[0].rstrip(".") + "."
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
