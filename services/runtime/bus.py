"""Events on the wire: an event's type says its subject and its stream, so there is no table to keep.

`ilgam.tasks.v1.AnswersSubmitted` travels on `ilgam.tasks.v1.answers_submitted` in the stream `TASKS`;
the durable of payments on that stream is `payments-tasks`.
"""

from __future__ import annotations

import re
from typing import Protocol

from google.protobuf import descriptor_pool, message_factory
from google.protobuf.message import Message


class NamedType(Protocol):
    """What is asked of a message type's descriptor."""

    @property
    def full_name(self) -> str:
        """ilgam.tasks.v1.JobOpened, for example."""


_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def subject_of(descriptor: NamedType, namespace: str = "") -> str:
    """The subject of an event type, below the namespace where one is set."""
    package, _, name = descriptor.full_name.rpartition(".")
    subject = f"{package}.{_HUMP.sub('_', name).lower()}"
    return f"{namespace}.{subject}" if namespace else subject


def producer_of(full_name: str) -> str:
    """The service whose package an event type is in: tasks for ilgam.tasks.v1.JobOpened."""
    return full_name.split(".")[1]


def stream_of(producer: str, namespace: str = "") -> str:
    """The stream of a producer."""
    return f"{namespace}_{producer}".upper() if namespace else producer.upper()


def durable_of(consumer: str, producer: str) -> str:
    """The durable through which a consumer reads a producer's stream."""
    return f"{consumer}-{producer}"


def event_class(full_name: str) -> type[Message]:
    """The message class of an event type; its module must have been imported.

    Raises:
        KeyError: no such type is known here.
    """
    return message_factory.GetMessageClass(descriptor_pool.Default().FindMessageTypeByName(full_name))
