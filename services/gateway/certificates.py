"""Certificates as every page that lists them shows them."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Final

from ilgam.workers.v1 import workers_service_pb2 as pb

ENDS_SOON_SECONDS: Final = 30 * 24 * 3600


def valid_first(certificates: Iterable[pb.Certificate]) -> list[pb.Certificate]:
    """Certificates in the order of lists: valid ones first, and the newest of each."""
    return sorted(
        certificates,
        key=lambda one: (one.state != pb.CERTIFICATE_STATE_VALID, -one.issue_time.ToNanoseconds()),
    )


def state_of(one: pb.Certificate | pb.VerifyCertificateResponse) -> str:
    """VALID, EXPIRED or REVOKED."""
    return pb.CertificateState.Name(one.state).removeprefix("CERTIFICATE_STATE_")


def ends_soon(one: pb.Certificate) -> bool:
    """Whether a certificate ends in a few weeks."""
    return 0 < one.expire_time.ToMilliseconds() / 1000 - time.time() <= ENDS_SOON_SECONDS
