"""The process that reads one recording: `python -m services.runtime.media_process <JSON>`.

Files from strangers are decoded here and nowhere else: with a bound on time, memory and what is written, without the
service's memory, environment or connections. It says on its output, a line of JSON each: how far it is
({"progress": 0.5}); at the end what it found ({"found": {...}}), why the file is refused ({"refused": {...}}), or what
hinders it here and now ({"hindered": "..."}).
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from av.error import FFmpegError

from services.runtime.copying import copy_recording
from services.runtime.media_rules import Flaw, Refusal, refuse_sound_bytes
from services.runtime.sound import read_sound
from services.runtime.video import Film, opened, read_film, video_of
from services.runtime.video_conversion import convert_film

MEMORY_BYTES_MAX: Final = 4 * 1024**3
WRITTEN_BYTES_MAX: Final = 2 * 1024**3
CPU_SECONDS_MAX: Final = 3 * 3600
_TELL_SECONDS: Final = 0.3
_NICER_BY: Final = 10
_TOO_MUCH: Final = frozenset({errno.ENOMEM, errno.EFBIG})
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE})


@dataclass(frozen=True)
class Task:
    """What to read.

    Attributes:
        source: the file.
        form: what FFmpeg calls its form.
        folder: where to write what is made.
        exact: videos must be steppable frame by frame; otherwise that browsers play them is enough.
    """

    source: str
    form: str
    folder: str
    exact: bool


def main() -> None:
    """Reads the file that the first argument tells of."""
    _bound()
    _say(**answer(Task(**json.loads(sys.argv[1]))))


def answer(task: Task) -> dict[str, Any]:
    """What is said at the end: {"found": ...}, {"refused": ..., "why": ...}, or {"hindered": ...}."""
    try:
        return {"found": _found(task)}
    except Refusal as refusal:
        return _refused(refusal)
    except Exception as error:  # noqa: BLE001 - whatever a file of a stranger brings about is told
        return _failed(error)


def _failed(error: Exception) -> dict[str, Any]:
    """What an error says: the file is too much for this process, something else is wrong here, or the file is broken."""
    why, number = repr(error)[:500], error.errno if isinstance(error, OSError) else 0
    if isinstance(error, MemoryError) or number in _TOO_MUCH:
        return {
            **_refused(Refusal(Flaw.TOO_HEAVY, "reading the file takes more memory than there is for it")),
            "why": why,
        }
    if number in _FULL or (isinstance(error, OSError) and not isinstance(error, FFmpegError)):
        return {"hindered": why}
    return {**_refused(Refusal(Flaw.BROKEN, "the file is broken or cut off")), "why": why}


def _refused(refusal: Refusal) -> dict[str, Any]:
    return {"refused": {"flaw": refusal.flaw.value, "rule": refusal.rule, "most": refusal.most}}


def _found(task: Task) -> dict[str, Any]:
    source, folder = Path(task.source), Path(task.folder)
    with opened(source, task.form) as container:
        seconds = float(container.duration or 0) / 1_000_000
        has_video, has_sound = video_of(container) is not None, bool(container.streams.audio)
    if has_video:
        return _video(task, source, folder)
    if not has_sound:
        raise Refusal(Flaw.SILENT, "the file holds neither sound nor video")
    refuse_sound_bytes(source.stat().st_size)
    sound = read_sound(source, task.form, folder, _Telling(seconds))
    return {
        "extension": sound.extension,
        "made": _made(sound.made),
        "duration_ms": sound.duration_ms,
        "sample_rate": sound.sample_rate,
        "peaks": _made(_written(folder / "peaks.json", sound.peaks_json.encode())),
    }


def _video(task: Task, source: Path, folder: Path) -> dict[str, Any]:
    extension, made = ("mp4" if task.form == "mov" else "webm"), None
    film = read_film(source, task.form)
    if _is_good(film, task) and not film.is_bare:
        made = folder / f"copied.{extension}"
        with opened(source, task.form) as container:
            copy_recording(container, made, extension)
        film = read_film(made, task.form)
    if not _is_good(film, task):
        film, extension, made = read_film(source, task.form), "mp4", folder / "made.mp4"
        convert_film(source, task.form, film, made, _Telling(film.duration_ms / 1000))
        film = read_film(made, "mov")
        if not film.is_exact:
            raise Refusal(Flaw.BROKEN, "the video cannot be made so that browsers play it exactly")
    return {
        "extension": extension,
        "made": _made(made),
        **_facts(film),
        "thumbnail": _made(_written(folder / "thumbnail.webp", film.thumbnail)) if film.thumbnail else None,
    }


def _is_good(film: Film, task: Task) -> bool:
    return film.is_exact if task.exact else film.plays


def _facts(film: Film) -> dict[str, int]:
    return {
        "width": film.width,
        "height": film.height,
        "duration_ms": film.duration_ms,
        "fps_numerator": film.fps.numerator,
        "fps_denominator": film.fps.denominator,
        "frame_count": film.frame_count,
        "sample_rate": film.sample_rate,
    }


def _written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _made(path: Path | None) -> dict[str, Any] | None:
    """A file that was written: where, its hash and size."""
    if path is None:
        return None
    with path.open("rb") as file:
        return {
            "path": str(path),
            "sha256": hashlib.file_digest(file, "sha256").hexdigest(),
            "size": path.stat().st_size,
        }


class _Telling:
    """Says how far the work is, some times a second."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._told = time.monotonic()

    def __call__(self, seconds: float) -> None:
        now = time.monotonic()
        if self._seconds > 0 and now - self._told >= _TELL_SECONDS:
            self._told = now
            _say(progress=round(min(1.0, seconds / self._seconds), 3))


def _say(**words: Any) -> None:  # noqa: ANN401 - what JSON holds
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


def _bound() -> None:
    """Takes from this process what it does not need."""
    os.nice(_NICER_BY)
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - not on every system

        for name, most in (
            (resource.RLIMIT_AS, MEMORY_BYTES_MAX),
            (resource.RLIMIT_FSIZE, WRITTEN_BYTES_MAX),
            (resource.RLIMIT_CPU, CPU_SECONDS_MAX),
            (resource.RLIMIT_CORE, 0),
        ):
            resource.setrlimit(name, (most, most))


if __name__ == "__main__":
    main()
