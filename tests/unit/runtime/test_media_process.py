"""Sound and videos: what stays as it came, what is made anew, and what is refused, as the process for it says."""

import hashlib
import io
import json
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest

from services.runtime import media_reading
from services.runtime.media_process import Task, answer
from services.runtime.media_reading import Taken
from services.runtime.media_rules import kind_of
from tests.support.films import film, recording, sound

VFR_MS = [0, 20, 53, 103, 223, 243, 276, 326, 446, 466, 499, 549]


async def taken(content: bytes, folder: Path) -> Taken:
    """What is taken of a file: as the process reads it, but here, which is quicker."""
    source = folder / "received"
    source.write_bytes(content)
    found = answer(task_of(content, source))["found"]
    return media_reading._taken(found, source, hashlib.sha256(content).hexdigest())


def task_of(content: bytes, source: Path) -> Task:
    return Task(str(source), kind_of(content[:4096])[1], str(source.parent), exact=True)


def bytes_of(found: Taken, media_id: str) -> bytes:
    """A stored file; its name is its hash."""
    held: Mapping[str, bytes | Path] = dict(found.files)
    content = held[media_id]
    content = content if isinstance(content, bytes) else content.read_bytes()
    assert hashlib.sha256(content).hexdigest() == media_id[6:70]
    return content


async def flaw_of(content: bytes, folder: Path) -> str:
    """Why a file is refused."""
    source = folder / "received"
    source.write_bytes(content)
    return str(answer(task_of(content, source))["refused"]["flaw"])


@pytest.mark.parametrize("fps", [Fraction(25), Fraction(30), Fraction(30000, 1001)])
async def test_a_film_that_browsers_step_through_exactly_keeps_its_bytes(tmp_path: Path, fps: Fraction) -> None:
    content = film(40, fps, with_sound=fps == 25)
    found = await taken(content, tmp_path)
    facts = found.facts
    assert facts.media_id == f"media:{hashlib.sha256(content).hexdigest()}.mp4"
    assert (facts.width, facts.height, facts.frame_count) == (160, 120, 40)
    assert Fraction(facts.fps_numerator, facts.fps_denominator) == fps
    assert (facts.duration_ms, facts.size_bytes) == (round(40 / fps * 1000), len(content))
    assert facts.sample_rate == (48_000 if fps == 25 else 0)


@pytest.mark.parametrize(("size", "small"), [((640, 360), (320, 180)), ((160, 120), (160, 120))])
async def test_a_webm_keeps_its_bytes_and_its_first_frame_is_its_small_picture(
    tmp_path: Path, size: tuple[int, int], small: tuple[int, int]
) -> None:
    content = film(10, 25, form="webm", codec="libvpx-vp9", size=size, deadline="realtime")
    found = await taken(content, tmp_path)
    assert found.facts.media_id.endswith(".webm")
    with av.open(io.BytesIO(bytes_of(found, found.facts.thumbnail_id)), "r") as picture:
        assert (picture.streams.video[0].width, picture.streams.video[0].height) == small


@pytest.mark.parametrize(
    ("content", "size", "fps"),
    [
        (lambda: film(12, times_ms=VFR_MS, with_sound=True), (160, 120), None),
        (lambda: film(12, 25, colours="yuv444p"), (160, 120), 25),
        (lambda: film(12, 25, form="matroska"), (160, 120), 25),
        (lambda: film(12, 25, form="mpegts", with_sound=True), (160, 120), 25),
        (lambda: film(12, 25, form="avi", codec="mpeg4", size=(161, 121)), (162, 122), 25),
    ],
    ids=["variable rate", "4:4:4", "mkv", "mpeg-ts", "avi of odd size"],
)
async def test_other_films_are_made_anew_with_frames_at_equal_distances(
    tmp_path: Path, content: Any, size: tuple[int, int], fps: int | None
) -> None:
    found = await taken(content(), tmp_path)
    facts = found.facts
    assert (facts.media_id[-4:], (facts.width, facts.height)) == (".mp4", size)
    rate = Fraction(facts.fps_numerator, facts.fps_denominator)
    assert fps is None or (rate, facts.frame_count) == (Fraction(fps), 12)
    made = bytes_of(found, facts.media_id)
    with av.open(io.BytesIO(made), "r") as container:
        frames = list(container.decode(video=0))
    assert [Fraction(frame.pts or 0) * (frame.time_base or 1) for frame in frames] == [
        n / rate for n in range(facts.frame_count)
    ]
    # What was seen at a time is seen at it still.
    times = VFR_MS if fps is None else [n * 1000 / fps for n in range(12)]
    for number, frame in enumerate(frames):
        shown = max((n for n, time in enumerate(times) if time <= float(number / rate) * 1000 + 21), default=0)
        wide = frame.to_ndarray(format="gray")[60].astype(int)
        assert abs(int((wide > 128).sum()) - 160 * (shown + 1) / 12) <= 14, number


@pytest.mark.parametrize(
    "content",
    [
        lambda: film(30, 30, says={"location": "+35.1595+126.8526/", "title": "SECRET"}),
        lambda: film(30, 30, form="webm", codec="libvpx-vp9", says={"title": "SECRET"}, deadline="realtime"),
        lambda: sound("mp3", "libmp3lame", says={"artist": "SECRET"}),
        lambda: sound("ogg", "libopus", says={"artist": "SECRET"}),
        lambda: sound("wav", "pcm_s16le", says={"artist": "SECRET"}),
    ],
    ids=["mp4", "webm", "mp3", "ogg", "wav"],
)
async def test_what_a_recording_says_of_people_goes_and_all_the_rest_stays(tmp_path: Path, content: Any) -> None:
    given = content()
    assert b"SECRET" in given
    found = await taken(given, tmp_path)
    kept = bytes_of(found, found.facts.media_id)
    assert b"SECRET" not in kept
    assert b"+35.1595" not in kept
    assert packets_of(kept) == packets_of(given)


async def test_an_index_at_the_end_moves_to_the_beginning_and_nothing_is_decoded(tmp_path: Path) -> None:
    given = film(12, 25, with_sound=True, written={})
    found = await taken(given, tmp_path)
    kept = bytes_of(found, found.facts.media_id)
    assert kept.index(b"moov") < kept.index(b"mdat")
    assert packets_of(kept) == packets_of(given)


def packets_of(content: bytes) -> list[tuple[int, bytes]]:
    """What is in a file, stream by stream."""
    with av.open(io.BytesIO(content), "r") as container:
        packets = [(packet.stream.index, bytes(packet)) for packet in container.demux() if packet.size]
    return sorted(packets, key=lambda packet: packet[0])


async def test_a_film_on_its_side_is_stored_upright(tmp_path: Path) -> None:
    content = bytearray(film(5, 25, written={}))
    at = content.index(b"tkhd") + 4 + 40
    quarter = [0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30]
    content[at : at + 36] = b"".join(value.to_bytes(4, "big", signed=True) for value in quarter)
    found = await taken(bytes(content), tmp_path)
    assert (found.facts.width, found.facts.height) == (120, 160)
    with av.open(io.BytesIO(bytes_of(found, found.facts.media_id)), "r") as container:
        first = next(container.decode(video=0)).to_ndarray(format="gray").astype(int)
    # The bar at the left lies at the top once the film is turned clockwise.
    assert first[5, 60] > 200
    assert first[150, 60] < 60


@pytest.mark.parametrize(
    ("content", "extension"),
    [
        (recording, "wav"),
        (lambda: recording(rate=44_100, channels=2), "wav"),
        (lambda: sound("mp3", "libmp3lame"), "mp3"),
        (lambda: sound("ogg", "libopus"), "ogg"),
        (lambda: recording(bytes_per_sample=1), "weba"),
        (lambda: recording(bytes_per_sample=3), "weba"),
        (lambda: recording(rate=17_000), "weba"),
        (lambda: sound("flac", "flac"), "weba"),
        (lambda: sound("ogg", "flac"), "weba"),
        (lambda: sound("webm", "libopus"), "weba"),
    ],
    ids=["wav", "stereo", "mp3", "opus", "8 bits", "24 bits", "odd rate", "flac", "flac in ogg", "webm"],
)
async def test_sound_stays_where_browsers_play_it_exactly(tmp_path: Path, content: Any, extension: str) -> None:
    given = content()
    found = await taken(given, tmp_path)
    facts = found.facts
    assert facts.media_id.endswith(f".{extension}")
    assert (bytes_of(found, facts.media_id) == given) == (extension != "weba")
    assert abs(facts.duration_ms - 1000) <= (60 if extension in ("mp3", "ogg") else 15)
    peaks = json.loads(bytes_of(found, facts.peaks_id))
    assert peaks["per_second"] == 100
    assert abs(len(peaks["peaks"]) - facts.duration_ms / 10) <= 2
    assert all(40 <= peak <= 60 for peak in peaks["peaks"][10:90])
    with av.open(io.BytesIO(bytes_of(found, facts.media_id)), "r") as container:
        stream = container.streams.audio[0]
        assert (stream.rate, stream.channels) == (facts.sample_rate, 2 if given[22:24] == b"\x02\x00" else 1)


async def test_one_channel_stays_one_and_long_sound_has_fewer_peaks(tmp_path: Path) -> None:
    found = await taken(recording(250, rate=8_000, bytes_per_sample=1), tmp_path)
    with av.open(io.BytesIO(bytes_of(found, found.facts.media_id)), "r") as container:
        assert container.streams.audio[0].channels == 1
    peaks = json.loads(bytes_of(found, found.facts.peaks_id))
    assert (peaks["per_second"], len(peaks["peaks"])) == (50, 12_500)


async def test_what_holds_nothing_to_see_or_hear_is_refused(tmp_path: Path) -> None:
    whole = film(60, 30)
    assert await flaw_of(recording(0), tmp_path) == "empty"
    assert await flaw_of(whole[: len(whole) // 2], tmp_path) == "broken"
    assert await flaw_of(b"\x1a\x45\xdf\xa3" + b"\x00" * 500, tmp_path) == "broken"
    assert await flaw_of(b"\x00\x00\x00\x18ftypmp42" + b"\x00" * 500, tmp_path) == "broken"
    assert await flaw_of(b"RIFF\xff\xff\xff\xffWAVEfmt ", tmp_path) == "broken"
    assert await flaw_of(b"OggS" + bytes(range(256)) * 9, tmp_path) == "broken"


async def test_what_is_coded_in_an_unknown_way_is_refused_as_that(tmp_path: Path) -> None:
    unknown = film(5, 25, form="matroska").replace(b"V_MPEG4/ISO/AVC", b"V_MPEG9/ISO/XXX")
    assert await flaw_of(unknown, tmp_path) == "coding"
    assert await flaw_of(film(5, 25, written={}).replace(b"avc1", b"zzz1"), tmp_path) == "coding"
    assert await flaw_of(sound("webm", "libopus").replace(b"A_OPUS", b"A_XPUS"), tmp_path) == "coding"


async def test_a_film_of_endless_pixels_is_refused_and_one_that_only_claims_them_is_read_as_it_is(
    tmp_path: Path,
) -> None:
    assert await flaw_of(film(1, 25, size=(4_200, 32)), tmp_path) == "too_many_pixels"
    content = bytearray(film(3, 25, written={}))
    at = content.index(b"avc1") + 4 + 24
    content[at : at + 4] = (60_000).to_bytes(2, "big") * 2
    facts = (await taken(bytes(content), tmp_path)).facts
    assert (facts.width, facts.height) == (160, 120)
