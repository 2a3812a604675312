"""How much a process takes in at once of the files that people upload."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.core.errors import Reason, ResourceExhaustedError

UPLOADS_MAX = 16
"""Files that a process has in hand at once: each is up to 20 MB of memory."""
DECODES_MAX = 2
"""Pictures that are decoded at once: each takes up to 200 MB while it is."""


class Uploads:
    """How much room a process has for files on their way."""

    def __init__(self) -> None:
        self._count = 0
        self.decoding = asyncio.Semaphore(DECODES_MAX)

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """Room for one file.

        Raises:
            ResourceExhaustedError: OVERLOADED.
        """
        if self._count >= UPLOADS_MAX:
            raise ResourceExhaustedError(Reason.OVERLOADED, "too many pictures at once, try again")
        self._count += 1
        try:
            yield
        finally:
            self._count -= 1
