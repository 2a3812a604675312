"""The contracts' values as the texts name them."""

from __future__ import annotations

from typing import Protocol

from ilgam.common.v1.common_pb2 import AnnotationType
from ilgam.workers.v1.workers_events_pb2 import RestrictionKind

from services.gateway.kinds import kind_of


class Typed(Protocol):
    """Something that is about one annotation type: a certificate, a skill, a job's spec."""

    @property
    def annotation_type(self) -> AnnotationType.ValueType:
        """Which."""


def type_name(thing: Typed) -> str:
    """TEXT_CHOICE, IMAGE_CHOICE: a key of `states`."""
    return kind_of(thing.annotation_type)


def restriction_name(kind: RestrictionKind.ValueType) -> str:
    """PAUSED or FRAUD."""
    return RestrictionKind.Name(kind).removeprefix("RESTRICTION_KIND_")
