"""How much a process takes in at once of the files that people upload, and where they lie until they are stored."""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from services.core.errors import Reason, ResourceExhaustedError
from services.runtime.media import media_id_of
from services.runtime.media_facts import MediaFacts
from services.runtime.media_reading import Taken, read_picture_bytes, read_recording
from services.runtime.media_rules import HEAD_BYTES, Flaw, Kind, Refusal, kind_of, refuse_bytes

UPLOADS_MAX: Final = 16
"""Files that a process has in hand at once: pictures are up to 20 MB of memory each."""
RECORDINGS_BYTES_MAX: Final = 2 * 1024**3
"""Recordings lie on the disk: no more than this of them at once."""
DRAINED_BYTES_MAX: Final = 600 * 1024**2
"""What is let come of a file that is refused."""
READS_MAX: Final = 2
"""Files that are decoded at once: a picture takes up to 200 MB while it is, a recording a process of its own."""


@dataclass(frozen=True)
class Received:
    """A file that has come whole: `content` for pictures and captions, `path` for recordings; `form` is FFmpeg's."""

    kind: Kind
    form: str
    sha256: str
    content: bytes = b""
    path: Path | None = None


class Upload:
    """One file on its way."""

    def __init__(self, uploads: Uploads, folder: Path) -> None:
        self._uploads, self._folder = uploads, folder

    async def receive(self, chunks: AsyncIterator[bytes]) -> Received:
        """Takes a file in.

        Of one that is of no kind that is taken, or too large, the rest comes too and is not kept: whoever is still
        sending does not hear.

        Raises:
            Refusal: EMPTY, KIND, TOO_LARGE.
            ResourceExhaustedError: OVERLOADED.
        """
        try:
            return await self._receive(chunks)
        except (Refusal, ResourceExhaustedError):
            left = DRAINED_BYTES_MAX
            async for chunk in chunks:
                left -= len(chunk)
                if left < 0:
                    break
            raise

    async def _receive(self, chunks: AsyncIterator[bytes]) -> Received:
        head = bytearray()
        async for chunk in chunks:
            head += chunk
            if len(head) >= HEAD_BYTES:
                break
        kind, form = kind_of(bytes(head[:HEAD_BYTES]))
        if kind is Kind.RECORDING:
            return await self._receive_recording(bytes(head), chunks, form)
        refuse_bytes(kind, len(head))
        async for chunk in chunks:
            head += chunk
            refuse_bytes(kind, len(head))
        content = bytes(head)
        return Received(kind, form, hashlib.sha256(content).hexdigest(), content)

    async def _receive_recording(self, head: bytes, chunks: AsyncIterator[bytes], form: str) -> Received:
        path, hashed, size = self._folder / "received", hashlib.sha256(), 0
        file = await asyncio.to_thread(path.open, "wb")
        try:
            size = await self._write(file, head, hashed, size)
            async for chunk in chunks:
                size = await self._write(file, chunk, hashed, size)
        finally:
            await asyncio.to_thread(file.close)
        return Received(Kind.RECORDING, form, hashed.hexdigest(), path=path)

    async def _write(self, file: BinaryIO, chunk: bytes, hashed: hashlib._Hash, size: int) -> int:
        size += len(chunk)
        refuse_bytes(Kind.RECORDING, size)
        self._uploads.hold(len(chunk), self)
        hashed.update(chunk)
        await asyncio.to_thread(file.write, chunk)
        return size

    async def read(self, received: Received, *, exact: bool) -> AsyncGenerator[float | Taken]:
        """How far the reading of a file is, 0 to 1, again and again; at last what was taken.

        Args:
            received: the file.
            exact: videos must be steppable frame by frame; otherwise that browsers play them is enough.

        Raises:
            Refusal: it is not taken.
        """
        if received.kind is Kind.CAPTIONS:
            yield _captions(received)
            return
        yield 0.0
        async with self._uploads.reading:
            if received.path is None:
                yield await read_picture_bytes(received.content)
                return
            reading = read_recording(received.path, received.sha256, received.form, self._folder, exact=exact)
            async with aclosing(reading):
                async for step in reading:
                    yield step


class Uploads:
    """How much room a process has for files on their way."""

    def __init__(self) -> None:
        self._held: dict[Upload, int] = {}
        self.reading = asyncio.Semaphore(READS_MAX)

    @asynccontextmanager
    async def one(self) -> AsyncIterator[Upload]:
        """Room for one file, until it is stored.

        Raises:
            ResourceExhaustedError: OVERLOADED.
        """
        if len(self._held) >= UPLOADS_MAX:
            raise _overloaded()
        with tempfile.TemporaryDirectory(prefix="ilgam-upload-", ignore_cleanup_errors=True) as folder:
            upload = Upload(self, Path(folder))
            self._held[upload] = 0
            try:
                yield upload
            finally:
                del self._held[upload]

    def hold(self, size_bytes: int, upload: Upload) -> None:
        """Counts bytes on the disk; they are let go with the upload.

        Raises:
            ResourceExhaustedError: OVERLOADED.
        """
        if sum(self._held.values()) + size_bytes > RECORDINGS_BYTES_MAX:
            raise _overloaded()
        self._held[upload] += size_bytes


def _captions(received: Received) -> Taken:
    try:
        received.content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refusal(Flaw.BROKEN, "captions must be written in UTF-8") from None
    media_id = media_id_of(received.sha256, "vtt")
    return Taken(MediaFacts(media_id, size_bytes=len(received.content)), ((media_id, received.content),))


def _overloaded() -> ResourceExhaustedError:
    return ResourceExhaustedError(Reason.OVERLOADED, "too many files at once, try again")
