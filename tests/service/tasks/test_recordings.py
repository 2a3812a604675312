"""Sound and videos are stored for a job with what is known of them, and hostile files are refused in words."""

import asyncio
import io
import zlib
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import psutil
import pytest
from ilgam.common.v1 import common_pb2
from ilgam.tasks.v1 import tasks_service_pb2 as pb
from PIL import Image
from sqlalchemy import text

from services.runtime import media, media_reading
from tests.service.tasks.shop import Shop, refused
from tests.support.films import film, recording
from tests.support.pictures import encoded, picture
from tests.support.servers import Servers
from tests.support.service import eventually, running

VFR_MS = [0, 20, 53, 103, 223, 243, 276, 326]
SCRIPT = b"<script>alert(1)</script>"


async def messages(job_id: str, content: bytes) -> AsyncIterator[pb.PutMediaRequest]:
    yield pb.PutMediaRequest(job_id=job_id)
    for begin in range(0, len(content), 500_000):
        yield pb.PutMediaRequest(chunk=content[begin : begin + 500_000])


async def put(shop: Shop, job_id: str, content: bytes) -> tuple[list[float], common_pb2.MediaFacts]:
    """What was told while a file was stored, and what is stored."""
    answers = [answer async for answer in shop.stub.PutMedia(messages(job_id, content))]
    return [answer.progress for answer in answers], answers[-1].media


async def test_a_film_is_made_anew_once_and_stored_with_all_that_is_known_of_it(
    servers: Servers, tmp_path: Path
) -> None:
    async with running("tasks", servers, media_url=tmp_path.as_uri()) as service:
        shop = Shop(service)
        job = await shop.create()
        content = film(8, times_ms=VFR_MS, size=(640, 360))
        told, facts = await put(shop, job.job_id, content)
        assert (told[0], told[-1]) == (0, 1)
        assert (facts.width, facts.height, facts.media_id[-4:]) == (640, 360, ".mp4")
        assert facts.frame_count * 1000 * facts.fps_denominator // facts.fps_numerator == pytest.approx(
            facts.duration_ms, abs=1
        )
        store = media.open_store(tmp_path.as_uri())
        stored = await media.get(store, media.object_path(UUID(job.job_id), facts.media_id))
        assert stored is not None
        assert len(stored) == facts.size_bytes
        small = await media.get(store, media.object_path(UUID(job.job_id), facts.thumbnail_id))
        assert small is not None
        assert Image.open(io.BytesIO(small)).size == (320, 180)
        # The same bytes again are known by what they were: nothing is read.
        assert await put(shop, job.job_id, content) == ([0, 1], facts)
        async with service.database.transaction() as tx:
            assert (await tx.connection.execute(text("SELECT media_count FROM job"))).scalar_one() == 1


async def test_sound_is_stored_with_its_length_and_loudness(servers: Servers, tmp_path: Path) -> None:
    async with running("tasks", servers, media_url=tmp_path.as_uri()) as service:
        shop = Shop(service)
        job = await shop.create()
        _, kept = await put(shop, job.job_id, recording(2))
        _, made = await put(shop, job.job_id, recording(2, bytes_per_sample=1))
        assert [one.media_id.rpartition(".")[2] for one in (kept, made)] == ["wav", "weba"]
        for facts in (kept, made):
            assert facts.duration_ms == 2000
            path = media.object_path(UUID(job.job_id), facts.peaks_id)
            peaks = await media.get(media.open_store(tmp_path.as_uri()), path)
            assert peaks is not None
            assert peaks.startswith(b'{"per_second":100,"peaks":[')


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def bomb() -> bytes:
    """A small PNG of endless pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + name + body + zlib.crc32(name + body).to_bytes(4, "big")

    size = (60_000).to_bytes(4, "big")
    header = chunk(b"IHDR", size * 2 + b"\x01\x00\x00\x00\x00")
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(10_000))) + chunk(b"IEND", b"")


HOSTILE = {
    "svg with script": (b"<svg xmlns='http://www.w3.org/2000/svg'>" + SCRIPT + b"</svg>", "kind"),
    "html": (b"<!doctype html>" + SCRIPT, "kind"),
    "text": ("그냥 글이에요.".encode(), "kind"),
    "a playlist that names another file": (b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "kind"),
    "a list that names another file": (b"ffconcat version 1.0\nfile /etc/passwd\n", "kind"),
    "captions": (b"WEBVTT\n\n00:00.000 --> 00:01.000\nx\n", "kind"),
    "gif that is also a script": (b"GIF89a/*" + b"\x00" * 20 + b"*/=1;alert(1)", "kind"),
    "png bomb": (bomb(), "too_many_pixels"),
    "png without an end": (picture("PNG", (64, 64))[:80], "broken"),
    "0 seconds": (recording(0), "empty"),
    "mp4 that is nothing": (b"\x00\x00\x00\x18ftypmp42" + b"\xff" * 400, "broken"),
    "mkv that is nothing": (b"\x1a\x45\xdf\xa3" + b"\xff" * 400, "broken"),
    "nothing": (b"", "empty"),
}


async def test_hostile_files_are_refused_in_words_and_nothing_of_them_is_stored(
    servers: Servers, tmp_path: Path
) -> None:
    async with running("tasks", servers, media_url=tmp_path.as_uri()) as service:
        shop = Shop(service)
        job = await shop.create()

        async def flaw_of(content: bytes) -> tuple[str, str]:
            error = await refused(put(shop, job.job_id, content))
            assert error.fields == {"chunk": error.metadata["rule"]}
            return error.reason, error.metadata["flaw"]

        flaws = await asyncio.gather(*(flaw_of(content) for content, _ in HOSTILE.values()))
        assert dict(zip(HOSTILE, flaws, strict=True)) == {
            name: ("MEDIA_INVALID", flaw) for name, (_, flaw) in HOSTILE.items()
        }
        assert files_in(tmp_path) == []


async def test_a_picture_with_a_script_behind_it_is_served_as_a_picture_and_nothing_else(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        shop = Shop(service)
        job = await shop.create()
        _, facts = await put(shop, job.job_id, picture("GIF") + SCRIPT)
        assert media.content_type_of(facts.media_id) == "image/gif"
        _, print_photo = await put(shop, job.job_id, encoded(Image.new("CMYK", (9, 7), (0, 99, 99, 0)), "JPEG"))
        assert (print_photo.width, print_photo.height) == (9, 7)


async def test_whoever_goes_away_stops_the_making(servers: Servers) -> None:
    async with running("tasks", servers) as service:
        shop = Shop(service)
        job = await shop.create()
        content = film(300, 30, colours="yuv444p", preset="ultrafast")
        call = asyncio.ensure_future(put(shop, job.job_id, content))
        await eventually(readers)
        call.cancel()
        await eventually(lambda: not readers())


def readers() -> list[psutil.Process]:
    """The processes that read recordings for this one."""
    return [one for one in psutil.Process().children() if _is_reader(one)]


def _is_reader(process: psutil.Process) -> bool:
    try:
        return "services.runtime.media_process" in process.cmdline()
    except psutil.Error:
        return False


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        ("os.kill(os.getpid(), signal.SIGSEGV)", "MEDIA_INVALID"),
        ("os.kill(os.getpid(), signal.SIGTERM)", "UNAVAILABLE"),
    ],
)
async def test_an_upload_whose_reader_died_leaves_nothing_and_can_be_tried_again(
    servers: Servers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: str, reason: str
) -> None:
    stored, programs = tmp_path / "stored", tmp_path / "programs"
    programs.mkdir()
    (programs / "dying_reader.py").write_text(f"import os, signal\n{act}\n")
    monkeypatch.syspath_prepend(programs)
    async with running("tasks", servers, media_url=stored.as_uri()) as service:
        shop = Shop(service)
        job = await shop.create()
        with monkeypatch.context() as while_it_dies:
            while_it_dies.setattr(media_reading, "_PROGRAM", "dying_reader")
            said = await refused(put(shop, job.job_id, recording()))
        assert said.reason == reason
        assert files_in(stored) == []
        _, facts = await put(shop, job.job_id, recording())
        assert facts.duration_ms == 1000
