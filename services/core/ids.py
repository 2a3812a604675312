"""Ids: UUIDs of version 7, so that they sort by time and index well."""

from __future__ import annotations

import os
import time
from uuid import UUID

_VARIANT_AND_VERSION_MASK = ~((0xF000 << 64) | (0xC000 << 48))
_VERSION_7_AND_VARIANT = (7 << 76) | (0x8000 << 48)


def new_id() -> UUID:
    """A new UUID of version 7 (RFC 9562, section 5.7): 48 bits of milliseconds, 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    number = (milliseconds << 80) | int.from_bytes(os.urandom(10), "big")
    return UUID(int=number & _VARIANT_AND_VERSION_MASK | _VERSION_7_AND_VARIANT)
