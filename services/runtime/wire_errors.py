"""Between our errors and gRPC's: the one place that makes a status, with ErrorInfo and BadRequest beside it."""

from __future__ import annotations

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.rpc import error_details_pb2, status_pb2

from services.core import errors
from services.core.errors import Reason, ServiceError

DOMAIN = "ilgam"
DETAILS_KEY = "grpc-status-details-bin"

_CODE_OF: tuple[tuple[type[ServiceError], grpc.StatusCode], ...] = (
    (errors.InvalidArgumentError, grpc.StatusCode.INVALID_ARGUMENT),
    (errors.UnauthenticatedError, grpc.StatusCode.UNAUTHENTICATED),
    (errors.PermissionDeniedError, grpc.StatusCode.PERMISSION_DENIED),
    (errors.NotFoundError, grpc.StatusCode.NOT_FOUND),
    (errors.AlreadyExistsError, grpc.StatusCode.ALREADY_EXISTS),
    (errors.FailedPreconditionError, grpc.StatusCode.FAILED_PRECONDITION),
    (errors.ResourceExhaustedError, grpc.StatusCode.RESOURCE_EXHAUSTED),
    (errors.AbortedError, grpc.StatusCode.ABORTED),
    (errors.UnavailableError, grpc.StatusCode.UNAVAILABLE),
)


def code_of(error: ServiceError) -> grpc.StatusCode:
    """The gRPC status code of an error."""
    if error.reason is Reason.DEADLINE_EXCEEDED:
        return grpc.StatusCode.DEADLINE_EXCEEDED
    return next((code for kind, code in _CODE_OF if isinstance(error, kind)), grpc.StatusCode.INTERNAL)


def trailers_of(error: ServiceError) -> tuple[tuple[str, bytes], ...]:
    """The trailing metadata that carries an error's reason, metadata and wrong fields (google.rpc.Status)."""
    status = status_pb2.Status(code=code_of(error).value[0], message=error.message)
    info = error_details_pb2.ErrorInfo(reason=error.reason.value, domain=DOMAIN, metadata=error.metadata)
    status.details.append(_packed(info))
    if error.violations:
        bad = error_details_pb2.BadRequest(
            field_violations=[
                error_details_pb2.BadRequest.FieldViolation(field=v.field, description=v.description, reason=v.rule)
                for v in error.violations
            ]
        )
        status.details.append(_packed(bad))
    return ((DETAILS_KEY, status.SerializeToString()),)


def _packed(message: error_details_pb2.ErrorInfo | error_details_pb2.BadRequest) -> AnyMessage:
    packed = AnyMessage()
    packed.Pack(message)
    return packed
