"""Video that people upload: what it is, and whether browsers step through it frame by frame exactly.

Frame n of an exact video is shown from n / fps seconds on, for every n, so that a page that seeks to (n + 0.5) / fps
sees frame n and no other. Runs in a process of its own (`media_process`).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream
from PIL import Image

from services.runtime.copying import says_more
from services.runtime.media_rules import (
    VIDEO_FPS_MAX,
    VIDEO_PIXELS_MAX,
    VIDEO_SECONDS_MAX,
    VIDEO_SIDE_MAX,
    Flaw,
    Refusal,
)
from services.runtime.pictures import thumbnail_of
from services.runtime.sound import begins_with_index

THREADS_MAX: Final = 2
STANDARD_RATES: Final = tuple(
    Fraction(rate) for rate in ("24000/1001", "24", "25", "30000/1001", "30", "48", "50", "60000/1001", "60")
)
_CODECS: Final = {
    "mov": frozenset({"h264", "av1", "libdav1d"}),
    "matroska": frozenset({"vp8", "vp9", "libvpx-vp9", "av1", "libdav1d"}),
}
_COLOURS: Final = frozenset({"yuv420p", "yuvj420p"})
_SOUNDS: Final = frozenset({"aac", "mp3", "mp3float", "opus", "libopus", "vorbis", "libvorbis"})
# Browsers find a frame by decoding from the last whole one before it.
_SECONDS_BETWEEN_WHOLE_MAX: Final = 12
_TICK_SECONDS: Final = Fraction(1, 1000)
_BROKEN: Final = "the video is broken or cut off"


@dataclass(frozen=True)
class Film:
    """What a video is.

    Attributes:
        width, height: pixels as people see them.
        fps: frames per second, where they come at equal distances; otherwise the best that it is made anew with.
        frame_count: its frames.
        is_exact: browsers step through it exactly as it is.
        plays: browsers play it.
        is_bare: its index comes first and it holds nothing but pictures and sound; otherwise these are copied out.
        rotation: degrees, clockwise, by which it is turned to be upright.
        sample_rate: of its sound; 0 without.
        thumbnail: a small WebP of its first frame.
    """

    width: int
    height: int
    fps: Fraction
    frame_count: int
    is_exact: bool
    plays: bool
    is_bare: bool
    rotation: int
    sample_rate: int
    thumbnail: bytes

    @property
    def duration_ms(self) -> int:
        """How long it lasts."""
        return round(self.frame_count / self.fps * 1000)


@dataclass(frozen=True)
class _Times:
    """When frames are shown: seconds in order; and how long browsers decode at most to reach one."""

    seconds: list[Fraction]
    tick: Fraction
    whole_first: bool
    seconds_between_whole: float


def opened(source: Path, form: str) -> InputContainer:
    """A file as what it is; it may name no other file. It is decoded in few threads, however many cores there are.

    Raises:
        Refusal: CODING, nobody here knows how its pictures or its sound are coded.
    """
    container = av.open(str(source), format=form, metadata_errors="replace", options={"protocol_whitelist": "file"})
    for stream in (*container.streams.video, *container.streams.audio):
        if stream.codec_context is None:
            container.close()
            raise Refusal(Flaw.CODING, "the file is coded in a way that is not known here")
        stream.codec_context.thread_count = THREADS_MAX
    return container


def video_of(container: InputContainer) -> VideoStream | None:
    """The first moving stream of a file: covers of records are none."""
    moving = (one for one in container.streams.video if not one.disposition & Disposition.attached_pic)
    return next(moving, None)


def read_film(source: Path, form: str) -> Film:
    """Reads a video's index, and decodes its beginning and its end.

    Raises:
        Refusal: too large, too long, or broken.
    """
    with opened(source, form) as container:
        stream = video_of(container)
        if stream is None:
            raise Refusal(Flaw.SILENT, "the file holds neither sound nor video")
        refuse_size(stream.codec_context.width, stream.codec_context.height)
        rates = [rate for rate in (stream.average_rate, stream.guessed_rate, stream.base_rate) if rate]
        times = _times_of(container, stream)
    # Another reading: streams that were read to their end do not always begin again.
    with opened(source, form) as container:
        stream = video_of(container)
        if stream is None:
            raise Refusal(Flaw.BROKEN, _BROKEN)
        first = next(container.decode(stream), None)
        if first is None:
            raise Refusal(Flaw.BROKEN, _BROKEN)
        refuse_size(first.width, first.height)
        rotation = round(-first.rotation) % 360
        fps, even = rate_of(times.seconds, times.tick, rates)
        plays = stream.codec_context.name in _CODECS.get(form, ()) and _is_played(form, container, stream)
        is_bare = not says_more(container) and (form != "mov" or begins_with_index(source))
        if plays:
            _decode_the_end(container, stream)
        is_exact = (
            plays and even and times.whole_first and not rotation
            and times.seconds_between_whole <= _SECONDS_BETWEEN_WHOLE_MAX
            and stream.sample_aspect_ratio in (None, 0, 1)
        )  # fmt: skip
        sound = container.streams.audio[0] if container.streams.audio else None
        thumbnail = thumbnail_of(Image.fromarray(first.to_ndarray(format="rgb24"))) if not rotation else b""
        lies = rotation in (90, 270)
        width, height = (first.height, first.width) if lies else (first.width, first.height)
        return Film(
            width, height, fps, len(times.seconds), is_exact, plays, is_bare, rotation,
            sound.codec_context.sample_rate if sound else 0, thumbnail,
        )  # fmt: skip


def refuse_size(width: int, height: int) -> None:
    """Refuses more pixels than a video may have.

    Raises:
        Refusal: TOO_MANY_PIXELS, or BROKEN where there are none.
    """
    if not width or not height:
        raise Refusal(Flaw.BROKEN, _BROKEN)
    if max(width, height) > VIDEO_SIDE_MAX or width * height > VIDEO_PIXELS_MAX:
        rule = f"a video has at most {VIDEO_PIXELS_MAX:,} pixels, and {VIDEO_SIDE_MAX:,} on a side"
        raise Refusal(Flaw.TOO_MANY_PIXELS, rule, VIDEO_PIXELS_MAX)


def rate_of(seconds: list[Fraction], tick: Fraction, rates: list[Fraction]) -> tuple[Fraction, bool]:
    """The frames per second, and whether frame n is shown from n / fps seconds on, to a tick of the file's clock.

    Where frames come at unequal distances: the standard rate that is next to what they are on average.
    """
    if len(seconds) < 2:  # noqa: PLR2004 - one frame has no rate: what the file says, where it can be
        said = next((rate for rate in rates if 1 <= rate <= VIDEO_FPS_MAX), Fraction(25))
        return said, seconds[0] == 0
    span = seconds[-1] - seconds[0]
    mean = (len(seconds) - 1) / span if span > 0 else Fraction(0)
    usual = [*rates, *STANDARD_RATES, mean.limit_denominator(1001)]
    for rate in (one for one in usual if 1 <= one <= VIDEO_FPS_MAX):
        if all(abs(time - number / rate) <= tick for number, time in enumerate(seconds)):
            return rate, True
    return min(STANDARD_RATES, key=lambda rate: abs(rate - mean)), False


def _times_of(container: InputContainer, stream: VideoStream) -> _Times:
    base = stream.time_base or Fraction(1, 1000)
    times: list[int] = []
    whole: list[int] = []
    most = VIDEO_SECONDS_MAX * VIDEO_FPS_MAX
    for packet in container.demux(stream):
        if not packet.size:
            continue
        pts = packet.pts if packet.pts is not None else packet.dts
        if pts is None:
            pts = len(times)
        if packet.is_keyframe:
            whole.append(pts)
        times.append(pts)
        if len(times) > most or (len(times) > 1 and (pts - times[0]) * base > VIDEO_SECONDS_MAX):
            minutes = VIDEO_SECONDS_MAX // 60
            raise Refusal(Flaw.TOO_LONG, f"a video lasts at most {minutes} minutes", minutes)
    if not times:
        raise Refusal(Flaw.BROKEN, _BROKEN)
    # An index that promises more frames than come was cut off.
    if stream.frames > len(times) + 1:
        raise Refusal(Flaw.BROKEN, _BROKEN)
    times.sort()
    whole.sort()
    between = [after - before for before, after in zip(whole, [*whole[1:], times[-1]], strict=True)]
    return _Times(
        [time * base for time in times],
        max(base, _TICK_SECONDS),
        bool(whole) and whole[0] == times[0],
        float(max(between, default=0) * base),
    )


def _decode_the_end(container: InputContainer, stream: VideoStream) -> None:
    """Decodes what follows the last whole frame, to know that it is there."""
    container.seek((stream.duration or 0) + (stream.start_time or 0), stream=stream, backward=True)
    if next(container.decode(stream), None) is None:
        raise Refusal(Flaw.BROKEN, _BROKEN)


def _is_played(form: str, container: InputContainer, stream: VideoStream) -> bool:
    """Whether every browser plays what is in the file: its colours and its sound, and knows how long it is."""
    sounds = {one.codec_context.name for one in container.streams.audio}
    if stream.codec_context.pix_fmt not in _COLOURS or not sounds <= _SOUNDS:
        return False
    return form == "mov" or container.duration is not None
