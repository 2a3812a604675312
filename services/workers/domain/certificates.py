"""Certificates: proof that a person can do one annotation type."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from uuid import UUID

from services.core.intervals import Interval

VALIDITY_YEARS = 2
# Crockford's base 32: no I, L, O, U, so that a number can be read out and typed.
NUMBER_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
NUMBER_SIGNS = 6
_LOOKALIKES = str.maketrans("ILO", "110")
_PREFIX = "ILG"


class CertificateState(Enum):
    """Where a certificate stands at an instant."""

    VALID = "VALID"
    EXPIRED = "EXPIRED"
    REVOKED = "REVOKED"


@dataclass(frozen=True)
class Certificate:
    """A certificate. `score` is what the exam showed, None when an operator granted it for `grant_reason`.

    `annotation_type` is the contract's number. `revision` is 1 when issued and 2 when revoked.
    """

    certificate_id: UUID
    number: str
    worker_id: UUID
    annotation_type: int
    issue_time: datetime
    expire_time: datetime
    score: Interval | None = None
    grant_reason: str = field(default="", repr=False)
    revoke_time: datetime | None = None
    revoke_reason: str = field(default="", repr=False)
    revision: int = 1

    def state_at(self, now: datetime) -> CertificateState:
        """Where the certificate stands."""
        if self.revoke_time is not None:
            return CertificateState.REVOKED
        return CertificateState.VALID if now < self.expire_time else CertificateState.EXPIRED

    def valid_at(self, now: datetime) -> bool:
        """Whether it is neither void nor ended."""
        return self.state_at(now) is CertificateState.VALID


def expire_time_of(issue_time: datetime) -> datetime:
    """When a certificate issued at an instant ends: two years later, on 28 February for a leap day."""
    year = issue_time.year + VALIDITY_YEARS
    try:
        return issue_time.replace(year=year)
    except ValueError:
        return issue_time.replace(year=year, day=28)


def new_number(issue_time: datetime, choose: Callable[[str], str]) -> str:
    """A number for people, such as ILG-2026-7F3K9Q; `choose` picks one sign of an alphabet at random."""
    signs = "".join(choose(NUMBER_ALPHABET) for _ in range(NUMBER_SIGNS))
    return f"{_PREFIX}-{issue_time.year}-{signs}"


def normal_number(number: str) -> str:
    """A typed number in the form it was given in: upper case, look-alikes in its last part mended."""
    parts = "".join(number.upper().split()).split("-")
    return "-".join([*parts[:-1], parts[-1].translate(_LOOKALIKES)])
