"""The contracts' values as the texts name them."""

from __future__ import annotations

from typing import Protocol

from ilgam.common.v1.common_pb2 import AnnotationType
from ilgam.workers.v1.workers_events_pb2 import RestrictionKind
from ilgam.workers.v1.workers_service_pb2 import CertificateState


class Typed(Protocol):
    """Something that is about one annotation type: a certificate, a skill, a job's spec."""

    @property
    def annotation_type(self) -> AnnotationType.ValueType:
        """Which."""


def type_name(thing: Typed) -> str:
    """TEXT_CHOICE, IMAGE_CHOICE: a key of `states`."""
    return AnnotationType.Name(thing.annotation_type).removeprefix("ANNOTATION_TYPE_")


def restriction_name(kind: RestrictionKind.ValueType) -> str:
    """PAUSED or FRAUD."""
    return RestrictionKind.Name(kind).removeprefix("RESTRICTION_KIND_")


def certificate_state(state: CertificateState.ValueType) -> str:
    """VALID, EXPIRED or REVOKED."""
    return CertificateState.Name(state).removeprefix("CERTIFICATE_STATE_")
