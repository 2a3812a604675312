"""What a client does after a failed call."""

import grpc
import pytest
from google.protobuf.any_pb2 import Any
from google.rpc import error_details_pb2, status_pb2
from grpc.aio import AioRpcError, Metadata

from services.sdk.errors import STATUS_KEY, FieldViolation, IlgamError
from services.sdk.retries import RENEWALS_MAX, Next, Patience, after


def error(code: grpc.StatusCode, reason: str = "") -> IlgamError:
    return IlgamError(code, reason, "no")


@pytest.mark.parametrize(
    ("failure", "follows"),
    [
        (error(grpc.StatusCode.UNAVAILABLE), Next.WAIT),
        (error(grpc.StatusCode.DEADLINE_EXCEEDED), Next.WAIT),
        (error(grpc.StatusCode.CANCELLED), Next.WAIT),
        (error(grpc.StatusCode.UNAVAILABLE, "KEY_UNKNOWN"), Next.WAIT),
        (error(grpc.StatusCode.RESOURCE_EXHAUSTED, "OVERLOADED"), Next.WAIT),
        (error(grpc.StatusCode.RESOURCE_EXHAUSTED, "SIGN_IN_LIMITED"), Next.FAIL),
        (error(grpc.StatusCode.UNAUTHENTICATED, "TOKEN_EXPIRED"), Next.RENEW),
        (error(grpc.StatusCode.PERMISSION_DENIED, "SIGN_IN_NOT_FRESH"), Next.PROVE),
        (error(grpc.StatusCode.PERMISSION_DENIED, "AUDIENCE_DENIED"), Next.FAIL),
        (error(grpc.StatusCode.ABORTED, "CONFLICT"), Next.FAIL),
        (error(grpc.StatusCode.INTERNAL, "INTERNAL"), Next.FAIL),
        (error(grpc.StatusCode.NOT_FOUND, "NOT_FOUND"), Next.FAIL),
    ],
)
def test_only_what_passes_by_itself_is_tried_again(failure: IlgamError, follows: Next) -> None:
    assert after(failure, 0) is follows


def test_a_token_is_not_renewed_for_ever() -> None:
    assert after(error(grpc.StatusCode.UNAUTHENTICATED, "TOKEN_EXPIRED"), RENEWALS_MAX) is Next.FAIL
    assert after(error(grpc.StatusCode.PERMISSION_DENIED, "SIGN_IN_NOT_FRESH"), RENEWALS_MAX) is Next.FAIL


def test_pauses_double_up_to_a_bound_and_are_spread() -> None:
    patience = Patience(first_wait_seconds=0.1, wait_seconds_max=1.0)
    assert [patience.wait_seconds(tried, 1.0) for tried in (0, 1, 2, 3, 4, 1000)] == [0.1, 0.2, 0.4, 0.8, 1.0, 1.0]
    assert patience.wait_seconds(2, 0.0) == pytest.approx(0.2)


def raised(*details: object, status: bytes | None = None) -> AioRpcError:
    whole = status_pb2.Status(code=3, message="no")
    for detail in details:
        packed = Any()
        packed.Pack(detail)  # type: ignore[arg-type]
        whole.details.append(packed)
    trailers = Metadata((STATUS_KEY, status if status is not None else whole.SerializeToString()))
    return AioRpcError(grpc.StatusCode.INVALID_ARGUMENT, Metadata(), trailers, details="price_krw is too low")


def test_reason_metadata_and_fields_are_read_from_the_status() -> None:
    found = IlgamError.of(
        raised(
            error_details_pb2.ErrorInfo(reason="FIELD_INVALID", domain="ilgam", metadata={"limit": "5"}),
            error_details_pb2.BadRequest(
                field_violations=[
                    error_details_pb2.BadRequest.FieldViolation(field="spec.price_krw", description="at least 1")
                ]
            ),
        )
    )
    assert (found.code, found.reason, found.metadata) == (
        grpc.StatusCode.INVALID_ARGUMENT,
        "FIELD_INVALID",
        {"limit": "5"},
    )
    assert found.violations == (FieldViolation("spec.price_krw", "at least 1"),)
    assert str(found) == "FIELD_INVALID: price_krw is too low; spec.price_krw at least 1"


def test_a_status_that_cannot_be_read_still_gives_code_and_message() -> None:
    found = IlgamError.of(raised(status=b"\xff\xff\xff"))
    assert (found.reason, found.message) == ("", "price_krw is too low")


def test_a_server_that_has_too_many_calls_is_asked_again_later() -> None:
    told = AioRpcError(
        grpc.StatusCode.RESOURCE_EXHAUSTED, Metadata(), Metadata(), details="Concurrent RPC limit exceeded!"
    )
    assert after(IlgamError.of(told), 0) is Next.WAIT
    large = AioRpcError(grpc.StatusCode.RESOURCE_EXHAUSTED, Metadata(), Metadata(), details="Sent message too large")
    assert after(IlgamError.of(large), 0) is Next.FAIL
