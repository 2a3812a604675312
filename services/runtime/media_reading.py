"""What a received file is, and what of it is stored. Sound and video are read by a process of their own, two at a time."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import signal
import sys
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import structlog

from services.core.errors import UnavailableError
from services.runtime.child import Child
from services.runtime.media import media_id_of
from services.runtime.media_facts import MediaFacts
from services.runtime.media_rules import Flaw, Refusal
from services.runtime.pictures import Picture, read_picture

READING_SECONDS_MAX: Final = 6600.0
"""How long one recording may be read and made anew; the contract gives the call a little more."""
READERS_MAX: Final = 3
"""How many processes may be ended by one file, or beside it by something else, before it is refused."""
_LINE_BYTES_MAX: Final = 64 * 1024
_LAST_WORDS_BYTES_MAX: Final = 2_000
_PROGRAM: Final = "services.runtime.media_process"
# All that the process needs to know of where it runs.
_ENVIRONMENT: Final = ("PATH", "LANG", "LD_LIBRARY_PATH", "SYSTEMROOT")
# It computes on one core where it can be told; and its threads share memory, as each would reserve a part of its bound.
_ALONE: Final = {"OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}

# What ends who reads what it cannot.
_CRASHES: Final = frozenset({signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGILL})
_LATER: Final = "recordings cannot be read here just now, try again later"

log = structlog.get_logger()


@dataclass(frozen=True)
class Taken:
    """A file that is taken: what is known of it, and what is to be stored under which name, small ones as their bytes."""

    facts: MediaFacts
    files: tuple[tuple[str, bytes | Path], ...]


async def read_picture_bytes(content: bytes) -> Taken:
    """A picture, and a small one of it where it is large.

    Raises:
        Refusal: it is not taken.
    """
    return _picture_taken(await asyncio.to_thread(read_picture, content))


def _picture_taken(picture: Picture) -> Taken:
    media_id = media_id_of(picture.sha256, picture.extension)
    files: list[tuple[str, bytes | Path]] = [(media_id, picture.content)]
    thumbnail_id = media_id
    if picture.thumbnail:
        thumbnail_id = media_id_of(hashlib.sha256(picture.thumbnail).hexdigest(), "webp")
        files.append((thumbnail_id, picture.thumbnail))
    size = len(picture.content)
    facts = MediaFacts(media_id, picture.width, picture.height, size_bytes=size, thumbnail_id=thumbnail_id)
    return Taken(facts, tuple(files))


async def read_recording(
    source: Path, sha256: str, form: str, folder: Path, *, exact: bool
) -> AsyncGenerator[float | Taken]:
    """How far the reading of a recording is, 0 to 1, again and again; at last what was taken.

    Ending the iteration early ends the process.

    Args:
        source: the file.
        sha256: its hash.
        form: what FFmpeg calls its form (`media_rules.kind_of`).
        folder: where files may be written, until the caller has stored them.
        exact: videos must be steppable frame by frame; otherwise that browsers play them is enough.

    Raises:
        Refusal: it is not taken.
        UnavailableError: it cannot be read here just now.
    """
    task = {"source": str(source), "form": form, "folder": str(folder), "exact": exact}
    ended = 0
    for _ in range(READERS_MAX):
        try:
            async with aclosing(_said_by_reader(task)) as reader:
                async for said in reader:
                    yield said if isinstance(said, float) else _taken(said, source, sha256)
        except _ReaderEndedError as error:
            ended = error.returncode
        else:
            return
    if -ended == signal.SIGKILL:  # what a system does to who takes too much memory, or too much of the processor
        raise Refusal(Flaw.TOO_HEAVY, "reading the file takes more memory than there is for it")
    if -ended in _CRASHES:
        raise Refusal(Flaw.BROKEN, "the file is broken or cut off")
    raise UnavailableError(_LATER)  # it never began, or was told to stop: that says nothing of the file


class _ReaderEndedError(Exception):
    """Something ended the process before it had answered."""

    def __init__(self, returncode: int) -> None:
        super().__init__(returncode)
        self.returncode = returncode


async def _said_by_reader(task: dict[str, Any]) -> AsyncGenerator[float | dict[str, Any]]:
    """How far a process of its own is with a file; at last what it found.

    Raises:
        Refusal: the file is not taken.
        UnavailableError: it cannot be read here just now.
        _ReaderEndedError: something ended the process.
    """
    # What Python says of its end where something ends it: read only then.
    last_words = Path(task["folder"]) / "last_words"
    with await asyncio.to_thread(last_words.open, "wb") as words:
        command = (sys.executable, "-X", "faulthandler", "-m", _PROGRAM, json.dumps(task))
        child = Child(command, environment=_environment(), complaints=words)
    has_answered = False
    try:
        async with asyncio.timeout(READING_SECONDS_MAX), aclosing(child.lines(_LINE_BYTES_MAX)) as lines:
            async for line in lines:
                said = json.loads(line)
                if "progress" in said:
                    yield float(said["progress"])
                elif "refused" in said:
                    raise _refusal(said)
                elif "hindered" in said:
                    raise _hindered(said)
                else:
                    has_answered = True
                    yield said["found"]
            # It ends by itself: who ends it now would not learn how it ended.
            await child.ended()
    except TimeoutError:
        raise Refusal(Flaw.TOO_SLOW, "reading the file takes too long") from None
    finally:
        returncode = await child.end()
    if not has_answered:
        words_left = await asyncio.to_thread(_end_of, last_words)
        log.warning("recording_ended_its_reader", form=task["form"], returncode=returncode, last_words=words_left)
        raise _ReaderEndedError(returncode)


def _end_of(path: Path) -> str:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _LAST_WORDS_BYTES_MAX))
        return file.read().decode(errors="replace")


def _hindered(said: dict[str, Any]) -> UnavailableError:
    log.warning("reader_hindered", why=said["hindered"])
    return UnavailableError(_LATER)


def _refusal(said: dict[str, Any]) -> Refusal:
    if "why" in said:
        log.info("recording_not_readable", why=said["why"])
    refused = said["refused"]
    return Refusal(Flaw(refused["flaw"]), refused["rule"], refused["most"])


def _taken(found: dict[str, Any], source: Path, sha256: str) -> Taken:
    made, extension = found["made"], found["extension"]
    main_id = media_id_of(made["sha256"] if made else sha256, extension)
    files: list[tuple[str, bytes | Path]] = [(main_id, Path(made["path"]) if made else source)]
    beside: dict[str, str] = {}
    for name, kind in (("thumbnail", "webp"), ("peaks", "json")):
        if one := found.get(name):
            beside[name] = media_id_of(one["sha256"], kind)
            files.append((beside[name], Path(one["path"])))
    facts = MediaFacts(
        media_id=main_id,
        width=found.get("width", 0),
        height=found.get("height", 0),
        duration_ms=found["duration_ms"],
        fps_numerator=found.get("fps_numerator", 0),
        fps_denominator=found.get("fps_denominator", 0),
        frame_count=found.get("frame_count", 0),
        sample_rate=found["sample_rate"],
        size_bytes=made["size"] if made else source.stat().st_size,
        thumbnail_id=beside.get("thumbnail", ""),
        peaks_id=beside.get("peaks", ""),
    )
    return Taken(facts, tuple(files))


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    return {**kept, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path), **_ALONE}
