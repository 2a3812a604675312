"""The one error that calls raise: what was refused and why, in a form that a program can act on."""

from collections.abc import Mapping
from dataclasses import dataclass

import grpc
from google.protobuf.message import DecodeError
from google.rpc import error_details_pb2, status_pb2

STATUS_KEY = "grpc-status-details-bin"
# What gRPC's server itself says when it works on as many calls as it may (`concurrent_calls`), before any code of ours.
_TOO_MANY_CALLS = "Concurrent RPC limit exceeded"


@dataclass(frozen=True)
class FieldViolation:
    """A field that breaks its rule.

    Attributes:
        field: its path in the request, such as `spec.price_krw`.
        description: the rule, in words.
        rule: the rule's name with its bound, such as LENGTH_MAX_200; empty where it has none.
    """

    field: str
    description: str
    rule: str = ""


class IlgamError(Exception):
    """A call failed.

    Attributes:
        code: the gRPC status.
        reason: the name of an ErrorReason without its prefix, such as "FUNDS_MISSING"; empty when the failure is not
            the server's (no connection, say).
        message: for people; may change.
        metadata: what belongs to the reason, such as {"missing_krw": "1200"}.
        violations: the fields that are wrong.
    """

    def __init__(
        self,
        code: grpc.StatusCode,
        reason: str,
        message: str,
        metadata: Mapping[str, str] | None = None,
        violations: tuple[FieldViolation, ...] = (),
    ) -> None:
        super().__init__(code, reason, message)
        self.code = code
        self.reason = reason
        self.message = message
        self.metadata: Mapping[str, str] = metadata or {}
        self.violations = violations

    def __str__(self) -> str:
        fields = "".join(
            f"; {violation.field} {violation.description}"
            for violation in self.violations
            if violation.description not in self.message
        )
        return f"{self.reason or self.code.name}: {self.message}{fields}"

    @classmethod
    def lost(cls, message: str) -> "IlgamError":
        """The connection went away without a status."""
        return cls(grpc.StatusCode.UNAVAILABLE, "", message)

    @classmethod
    def of(cls, error: grpc.aio.AioRpcError) -> "IlgamError":
        """Read what gRPC raised."""
        status = _status(error)
        reason: str = ""
        metadata: dict[str, str] = {}
        violations: tuple[FieldViolation, ...] = ()
        for detail in status.details if status else ():
            info, bad = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
            if detail.Unpack(info):
                reason, metadata = info.reason, dict(info.metadata)
            elif detail.Unpack(bad):
                violations = tuple(
                    FieldViolation(found.field, found.description, found.reason) for found in bad.field_violations
                )
        message = error.details() or error.code().name
        if not reason and error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED and message.startswith(_TOO_MANY_CALLS):
            reason = "OVERLOADED"
        return cls(error.code(), reason, message, metadata, violations)


def _status(error: grpc.aio.AioRpcError) -> status_pb2.Status | None:
    for key, value in error.trailing_metadata() or ():
        if key == STATUS_KEY and isinstance(value, bytes):
            try:
                return status_pb2.Status.FromString(value)
            except DecodeError:
                return None
    return None
