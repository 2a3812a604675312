"""Another program, run beside this one and listened to.

uvloop starts programs by fork(), and what libraries have registered for forks runs in the new process before the program
begins: there gRPC's handlers ended about one in fifty with signal 11. `subprocess` starts them by vfork(), which runs none.
"""

from __future__ import annotations

import asyncio
import subprocess
from asyncio import StreamReader, StreamReaderProtocol
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import suppress
from typing import BinaryIO


class Child:
    """A program that says something in lines. Whoever starts it ends it."""

    def __init__(self, command: Sequence[str], *, environment: Mapping[str, str], complaints: BinaryIO) -> None:
        """Starts a program, which gets nothing of this one but `environment`; what it complains of goes to a file."""
        self._popen = subprocess.Popen(  # noqa: S603 - our own programs, no shell
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=complaints, env=environment
        )

    @property
    def pid(self) -> int:
        """Its number."""
        return self._popen.pid

    async def lines(self, bytes_max: int) -> AsyncGenerator[bytes]:
        """What it says, line by line, once; a line that it was cut off in is none.

        Raises:
            ValueError: a line has more bytes.
        """
        reader = StreamReader(limit=bytes_max)
        loop = asyncio.get_running_loop()
        transport, _ = await loop.connect_read_pipe(lambda: StreamReaderProtocol(reader), self._popen.stdout)
        try:
            async for line in reader:
                if line.endswith(b"\n"):
                    yield line
        finally:
            transport.close()

    async def ended(self) -> int:
        """How it ended by itself: its exit code, or under 0 the signal that ended it."""
        return await asyncio.to_thread(self._popen.wait)

    async def end(self) -> int:
        """Ends it if it still runs; gives how it ended."""
        if self._popen.poll() is None:
            with suppress(ProcessLookupError):
                self._popen.kill()
        if self._popen.stdout is not None:
            self._popen.stdout.close()
        return await self.ended()
