"""How often one address may ask what needs no sign-in: a plain window, kept in this process."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, IPv6Network, ip_address

WINDOW_SECONDS = 60.0
IPV6_SITE_BITS = 64
CALLS_MAX = 60
ADDRESSES_MAX = 10_000


class CallsByAddress:
    """Counts the calls of each address in windows of a minute; forgets the addresses that asked longest ago."""

    def __init__(self, calls_max: int = CALLS_MAX, now: Callable[[], float] = time.monotonic) -> None:
        self._calls_max = calls_max
        self._now = now
        self._windows: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def seconds_to_wait(self, address: str) -> int:
        """0 for a call that may be made, which is counted; else the seconds after which the next one may."""
        now, address = self._now(), _site_of(address)
        begin, count = self._windows.pop(address, (now, 0))
        if now - begin >= WINDOW_SECONDS:
            begin, count = now, 0
        self._windows[address] = (begin, count + 1)
        if len(self._windows) > ADDRESSES_MAX:
            self._windows.popitem(last=False)
        return 0 if count < self._calls_max else max(1, round(begin + WINDOW_SECONDS - now))


def _site_of(address: str) -> str:
    """What an address counts as: whoever has an IPv6 address has its whole /64, so that counts as one."""
    if ":" not in address:
        return address
    parsed = ip_address(address)
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(IPv6Network((parsed, IPV6_SITE_BITS), strict=False))
