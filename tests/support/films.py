"""Sound and videos for tests: made on the spot, short, and as odd as needed."""

import io
import tempfile
import wave
from collections.abc import AsyncIterable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from ilgam.common.v1 import common_pb2

WIDE, HIGH = 160, 120
SOUND_RATE = 48_000
INDEX_FIRST = {"movflags": "+faststart"}


async def stored(answers: AsyncIterable[Any]) -> common_pb2.MediaFacts:
    """What a put file was stored as: the last answer tells."""
    last = [answer async for answer in answers][-1]
    facts: common_pb2.MediaFacts = last.media
    return facts


def recording(seconds: float = 1.0, *, rate: int = 16_000, bytes_per_sample: int = 2, channels: int = 1) -> bytes:
    """A tone as WAV."""
    times = np.arange(int(seconds * rate)) / rate
    tone = np.repeat(np.sin(times * 2 * np.pi * 440) * 0.5, channels)
    if bytes_per_sample == 1:
        samples = ((tone + 1) * 127).astype(np.uint8).tobytes()
    else:
        whole = (tone * (2**31 - 1)).astype("<i4").view(np.uint8).reshape(-1, 4)
        samples = whole[:, 4 - bytes_per_sample :].tobytes()
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(channels)
        written.setsampwidth(bytes_per_sample)
        written.setframerate(rate)
        written.writeframes(samples)
    return file.getvalue()


def sound(
    form: str, codec: str, seconds: float = 1.0, *, rate: int = SOUND_RATE, says: dict[str, str] | None = None
) -> bytes:
    """A tone in a form and codec."""
    file = io.BytesIO()
    with av.open(file, "w", format=form, options={"fflags": "bitexact"}) as container:
        container.metadata.update(says or {})
        stream: Any = container.add_stream(codec, rate=rate)
        stream.layout = "mono"
        for frame in _tone(seconds, rate):
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return file.getvalue()


def _tone(seconds: float, rate: int) -> list[av.AudioFrame]:
    frames = []
    for begin in range(0, int(seconds * rate), rate // 10):
        times = (begin + np.arange(rate // 10)) / rate
        samples = (np.sin(times * 2 * np.pi * 440) * 16_000).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(samples[None], format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = rate, begin, Fraction(1, rate)
        frames.append(frame)
    return frames


def film(
    count: int = 30,
    fps: Fraction | int = 30,
    *,
    form: str = "mp4",
    codec: str = "libx264",
    size: tuple[int, int] = (WIDE, HIGH),
    colours: str = "yuv420p",
    times_ms: Sequence[int] = (),
    with_sound: bool = False,
    written: dict[str, str] | None = None,
    says: dict[str, str] | None = None,
    **options: str,
) -> bytes:
    """A bar that grows: frame n has its n / count of white at the left. `times_ms` gives frames times of their own."""
    rate = Fraction(fps)
    base = Fraction(1, 1000) if times_ms else 1 / rate
    written = INDEX_FIRST if written is None and form == "mp4" else written or {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film"
        with av.open(str(path), "w", format=form, options=written) as container:
            container.metadata.update(says or {})
            stream: Any = container.add_stream(codec, rate=rate, options=options)
            stream.width, stream.height, stream.pix_fmt = *size, colours
            stream.codec_context.time_base = base
            heard: Any = container.add_stream("aac", rate=SOUND_RATE) if with_sound else None
            if heard:
                heard.layout = "mono"
            for number in range(count):
                frame = av.VideoFrame.from_ndarray(bar(number, count, size), format="rgb24")
                frame.pts, frame.time_base = (times_ms[number] if times_ms else number), base
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
            if heard:
                for tone in _tone(float(count / rate), SOUND_RATE):
                    container.mux(heard.encode(tone))
                container.mux(heard.encode(None))
        return path.read_bytes()


def bar(number: int, count: int, size: tuple[int, int] = (WIDE, HIGH)) -> Any:
    """The picture of a frame."""
    image = np.zeros((size[1], size[0], 3), np.uint8)
    image[:, : size[0] * (number + 1) // count] = 255
    return image
