"""What to do after a failed call: a pure decision, and how long to wait."""

from dataclasses import dataclass
from enum import Enum

import grpc

from services.sdk.errors import IlgamError

_PASSING_CODES = frozenset({grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.CANCELLED})
_PASSING_REASONS = frozenset({"KEY_UNKNOWN", "UNAVAILABLE", "OVERLOADED"})
_TOKEN_REASONS = frozenset({"TOKEN_EXPIRED", "TOKEN_INVALID", "SESSION_ENDED"})
RENEWALS_MAX = 2


@dataclass(frozen=True)
class Patience:
    """How long a call may take with all its repeats.

    Attributes:
        overall_seconds: until it fails for good.
        attempt_seconds: for one attempt, unless the contract gives the RPC a longer deadline.
        first_wait_seconds: the longest first pause; it doubles from there.
        wait_seconds_max: the longest pause.
    """

    overall_seconds: float = 60.0
    attempt_seconds: float = 15.0
    first_wait_seconds: float = 0.05
    wait_seconds_max: float = 2.0

    def wait_seconds(self, tried: int, chance: float) -> float:
        """The pause after that many attempts: doubling, cut to between a half and the whole by chance (0 to 1)."""
        longest = min(self.wait_seconds_max, self.first_wait_seconds * 2.0 ** min(tried, 16))
        return longest * (0.5 + chance / 2)


class Next(Enum):
    """What follows a failed attempt."""

    WAIT = "the same again after a pause"
    RENEW = "the same with a new token"
    PROVE = "the same after proving again who is there"
    FAIL = "nothing: the caller has to know"


def after(error: IlgamError, renewals: int) -> Next:
    """What follows, given how often the token was renewed for this call already."""
    if error.reason in _TOKEN_REASONS:
        return Next.RENEW if renewals < RENEWALS_MAX else Next.FAIL
    if error.reason == "SIGN_IN_NOT_FRESH":
        return Next.PROVE if renewals < RENEWALS_MAX else Next.FAIL
    if error.reason in _PASSING_REASONS or error.code in _PASSING_CODES:
        return Next.WAIT
    return Next.FAIL
