"""Pictures, sound, videos and what belongs to them: where they are kept, and what they are called.

A file is named by its content: `media:<sha256>.<extension>`, the hash being that of the stored bytes. In the object store
it lies under `<owner_id>/<sha256>.<extension>`, so that what is a job's, or a course's, can be found, and given access
to, by its owner: the job, or the programme.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

import obstore
from obstore.exceptions import BaseError
from obstore.store import ObjectStore, from_url

from services.core.errors import UnavailableError

CONTENT_TYPES: Final = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "webp": "image/webp",
    "gif": "image/gif",
    "wav": "audio/wav",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "ogg": "audio/ogg",
    "weba": "audio/webm",
    "mp4": "video/mp4",
    "webm": "video/webm",
    "vtt": "text/vtt",
    "json": "application/json",
}
"""The kinds of files there are, by their extension. JSON: the peaks of sound."""
IO_SECONDS_MAX: Final = 30.0
"""How long a small file, or a part of one, may take on its way to or from the store."""
FILE_SECONDS_MAX: Final = 900.0
"""How long a whole large file may take on its way to the store."""
PIECE_BYTES: Final = 256 * 1024
"""About how much of a file is in memory at once while it is shown."""

_MEDIA_ID = re.compile(rf"media:([0-9a-f]{{64}}\.({'|'.join(CONTENT_TYPES)}))")
# What is kept in memory would be another store in every process.
_SCHEMES_WITHOUT_STORE = frozenset({"", "memory", "http"})

T = TypeVar("T")


def open_store(url: str) -> ObjectStore:
    """The object store behind a URL: file:///folder (made where it is missing), s3://bucket/prefix, gs://, az://, ...

    Raises:
        ValueError: the URL names no store that can be used.
    """
    scheme = urlsplit(url).scheme
    if scheme in _SCHEMES_WITHOUT_STORE:
        raise ValueError("ILGAM_MEDIA_URL must be a store that processes share, such as file:///folder or s3://bucket")
    try:
        return from_url(url, mkdir=True) if scheme == "file" else from_url(url)
    except (BaseError, OSError, ValueError) as error:
        raise ValueError(f"ILGAM_MEDIA_URL cannot be opened: {_first_line(error)}") from error


async def put(store: ObjectStore, path: str, content: bytes | Path) -> None:
    """Stores an object whole, from memory or, in parts, from a file; one of the same path is replaced.

    Raises:
        UnavailableError: the store cannot be reached, or refuses.
    """
    seconds = IO_SECONDS_MAX if isinstance(content, bytes) else FILE_SECONDS_MAX
    await _from_store(obstore.put_async(store, path, content), seconds)


async def get(store: ObjectStore, path: str) -> bytes | None:
    """The bytes of an object, None where there is none.

    Raises:
        UnavailableError: the store cannot be reached, or refuses.
    """
    try:
        found = await _from_store(obstore.get_async(store, path))
    except FileNotFoundError:
        return None
    return bytes(await _from_store(found.bytes_async()))


async def size_of(store: ObjectStore, path: str) -> int | None:
    """How many bytes an object has, None where there is none.

    Raises:
        UnavailableError: the store cannot be reached, or refuses.
    """
    try:
        return int((await _from_store(obstore.head_async(store, path)))["size"])
    except FileNotFoundError:
        return None


async def pieces(store: ObjectStore, path: str, first: int, last: int) -> AsyncIterator[bytes]:
    """The bytes of an object from one place to another, both included, piece by piece in constant memory.

    Raises:
        UnavailableError: the store cannot be reached, or refuses.
    """
    at = first
    while at <= last:
        end = min(at + PIECE_BYTES, last + 1)
        piece = await _from_store(obstore.get_range_async(store, path, start=at, end=end))
        yield bytes(piece)
        at = end


def is_media_id(text: str) -> bool:
    """Whether a text has the form of a stored file's name."""
    return _MEDIA_ID.fullmatch(text) is not None


def media_id_of(sha256: str, extension: str) -> str:
    """The name of a file with a hash (64 hexadecimal digits)."""
    return f"media:{sha256}.{extension}"


def object_path(owner_id: UUID, media_id: str) -> str:
    """Where a file of a job or a course lies in the store.

    Raises:
        ValueError: `media_id` is no file's name.
    """
    return f"{owner_id}/{_name_of(media_id)[1]}"


def content_type_of(media_id: str) -> str:
    """The content type that a file is served with.

    Raises:
        ValueError: `media_id` is no file's name.
    """
    return CONTENT_TYPES[_name_of(media_id)[2]]


def _name_of(media_id: str) -> re.Match[str]:
    match = _MEDIA_ID.fullmatch(media_id)
    if match is None:
        raise ValueError("not the name of a file")
    return match


async def _from_store(work: Awaitable[T], seconds: float = IO_SECONDS_MAX) -> T:
    try:
        async with asyncio.timeout(seconds):
            return await work
    except FileNotFoundError:
        raise
    except (BaseError, OSError) as error:
        raise UnavailableError("the store of pictures is not reachable just now, try again") from error


def _first_line(error: Exception) -> str:
    return str(error).split("\n", 1)[0][:200]
