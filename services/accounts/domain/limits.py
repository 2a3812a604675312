"""How often a sign-in may fail, per account and place and per place.

Nothing here looks at an account alone: a stranger elsewhere can never lock its owner out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, IPv6Network, ip_address

FAILURE_WINDOW = timedelta(minutes=15)
# For one account from one address.
FAILURES_PER_ACCOUNT_MAX = 10
# For one address whatever the account: a class room of 40 behind one address may still mistype.
FAILURES_PER_ADDRESS_MAX = 200
_IPV6_SITE_BITS = 64


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
