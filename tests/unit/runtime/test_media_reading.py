"""The process that reads a recording: what it says, how it ends, and what is told then."""

import errno
from pathlib import Path

import av
import psutil
import pytest

from services.core.errors import UnavailableError
from services.runtime import media_process, media_reading
from services.runtime.media_process import Task, answer
from services.runtime.media_reading import Taken, read_recording
from services.runtime.media_rules import Refusal
from tests.support.films import film, recording


async def test_the_process_says_what_is_found_and_what_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "received"
    content = recording()
    source.write_bytes(content)
    said = [step async for step in read_recording(source, "0" * 64, "wav", tmp_path, exact=True)]
    assert isinstance(said[-1], Taken)
    assert said[-1].facts.duration_ms == 1000
    source.write_bytes(content[:20])
    with pytest.raises(Refusal) as refused:
        [_ async for _ in read_recording(source, "0" * 64, "wav", tmp_path, exact=True)]
    assert refused.value.flaw == "broken"


async def test_a_process_that_is_given_up_ends(tmp_path: Path) -> None:
    source = tmp_path / "received"
    content = film(600, 30, size=(320, 240), colours="yuv444p", preset="ultrafast")
    source.write_bytes(content)
    reading = read_recording(source, "0" * 64, "mov", tmp_path, exact=True)
    assert isinstance(await anext(reading), float)
    [child] = [one for one in psutil.Process().children() if "services.runtime.media_process" in one.cmdline()]
    await reading.aclose()
    assert not child.is_running()


_DYING = """
import os, pathlib, runpy, signal
mark = pathlib.Path(__file__).with_name("died")
if not mark.exists():
    mark.touch()
    os.kill(os.getpid(), signal.SIGKILL)
runpy.run_module("services.runtime.media_process", run_name="__main__")
"""


async def test_a_file_whose_process_was_ended_by_something_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "dying_reader.py").write_text(_DYING)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(media_reading, "_PROGRAM", "dying_reader")
    source = tmp_path / "received"
    source.write_bytes(recording())
    said = [step async for step in read_recording(source, "0" * 64, "wav", tmp_path, exact=True)]
    assert (tmp_path / "died").exists()
    assert isinstance(said[-1], Taken)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (MemoryError(), "too_heavy"),
        (OSError(errno.EFBIG, "too large"), "too_heavy"),
        (av.error.InvalidDataError(1, "bad"), "broken"),
        (OSError(errno.ENOSPC, "full"), "hindered"),
        (OSError(errno.EIO, "disk"), "hindered"),
    ],
)
def test_what_hinders_the_reader_is_no_flaw_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, said: str
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(media_process, "opened", fail)
    found = answer(Task("source", "wav", str(tmp_path), exact=True))
    assert found.get("refused", {}).get("flaw", next(iter(found))) == said


def test_whatever_else_a_file_brings_about_is_a_flaw_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise AttributeError("no codec")

    monkeypatch.setattr(media_process, "opened", fail)
    assert answer(Task("source", "wav", str(tmp_path), exact=True))["refused"]["flaw"] == "broken"


_ENDING = """
import json, os, signal
{act}
"""


@pytest.mark.parametrize(
    ("act", "raised", "words"),
    [
        ("os.kill(os.getpid(), signal.SIGKILL)", Refusal, "memory"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", Refusal, "broken"),
        ("os.kill(os.getpid(), signal.SIGTERM)", UnavailableError, "try again later"),
        ("import nothing_of_the_kind", UnavailableError, "try again later"),
        ('print("{cut", end="", flush=True); os.kill(os.getpid(), signal.SIGSEGV)', Refusal, "broken"),
        ('print(json.dumps({"hindered": "full"}), flush=True)', UnavailableError, "try again later"),
    ],
)
async def test_how_the_reader_ends_says_what_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: str, raised: type[Exception], words: str
) -> None:
    (tmp_path / "ending_reader.py").write_text(_ENDING.format(act=act))
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(media_reading, "_PROGRAM", "ending_reader")
    with pytest.raises(raised, match=words):
        [_ async for _ in read_recording(tmp_path / "none", "0" * 64, "wav", tmp_path, exact=True)]
