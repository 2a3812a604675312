"""How often a sign-in may fail, per account and place and per place; how often people may ask for e-mails.

Nothing here looks at an account alone: a stranger elsewhere can never lock its owner out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import IPv6Address, IPv6Network, ip_address

FAILURE_WINDOW = timedelta(minutes=15)
# For one account from one address.
FAILURES_PER_ACCOUNT_MAX = 10
# For one address whatever the account: a class room of 40 behind one address may still mistype.
FAILURES_PER_ADDRESS_MAX = 200
_IPV6_SITE_BITS = 64

# What anybody may do without an account, for one place: a class room of 40 opens accounts behind one address.
COUNTED_WINDOW = timedelta(hours=1)


class CountedAct(StrEnum):
    """What is counted at the place it comes from, with how often it may come in the window."""

    REGISTER = "REGISTER"
    ASK_FOR_RESET = "ASK_FOR_RESET"

    @property
    def most(self) -> int:
        """How often in the window."""
        return {CountedAct.REGISTER: 120, CountedAct.ASK_FOR_RESET: 60}[self]


# Links for a new password that an account may have at a time. Whoever asks for more gets none, but every one of these is
# in the owner's mailbox and good: asking in another's name locks nobody out.
LIVE_RESETS_MAX = 3
RESET_LIFETIME = timedelta(minutes=30)
VERIFICATION_LIFETIME = timedelta(minutes=30)
VERIFICATION_TRIES_MAX = 5
# Codes that an account may be sent in an hour: with 5 tries each, somebody guesses right once in 40,000 such hours.
VERIFICATIONS_MAX = 5
MAIL_WINDOW = timedelta(hours=1)


@dataclass(frozen=True)
class Failures:
    """Failed attempts in the window: how many, and when the oldest of them was."""

    for_account: int
    for_account_oldest: datetime | None
    for_address: int
    for_address_oldest: datetime | None


def wait_seconds(failures: Failures, now: datetime) -> int:
    """How long the caller must wait before the next attempt; 0: not at all."""
    waits = [0.0]
    if failures.for_account >= FAILURES_PER_ACCOUNT_MAX and failures.for_account_oldest:
        waits.append((failures.for_account_oldest + FAILURE_WINDOW - now).total_seconds())
    if failures.for_address >= FAILURES_PER_ADDRESS_MAX and failures.for_address_oldest:
        waits.append((failures.for_address_oldest + FAILURE_WINDOW - now).total_seconds())
    longest = max(waits)
    return max(1, -int(-longest // 1)) if longest > 0 else 0


def wait_for_act_seconds(act: CountedAct, times: int, oldest: datetime | None, now: datetime) -> int:
    """How long a place must wait until it may do this once more; 0: not at all.

    Args:
        act: what is asked for.
        times: how often it was done there in the window.
        oldest: when the first of them was.
        now: the present instant.
    """
    if times < act.most or oldest is None:
        return 0
    return max(1, -int(-(oldest + COUNTED_WINDOW - now).total_seconds() // 1))


def place_of(address: str) -> str:
    """The place that a client address counts as: an IPv6 host owns its whole /64, so that counts as one."""
    try:
        parsed = ip_address(address.split("%", maxsplit=1)[0])
    except ValueError:
        return "unknown"
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    mapped = parsed.ipv4_mapped
    return str(mapped) if mapped else str(IPv6Network((parsed, _IPV6_SITE_BITS), strict=False))
