"""Video made anew so that browsers step through it exactly: H.264 in MP4, frames at equal distances, upright.

Colours are 4:2:0, a whole frame comes each second, none leans on later ones, and the index comes first. Runs in a process
of its own (`media_process`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import av
from av.audio.resampler import AudioResampler
from av.container import InputContainer, OutputContainer
from av.filter import Graph
from av.video.stream import VideoStream

from services.runtime.media_rules import Flaw, Refusal
from services.runtime.video import Film, opened, video_of

_TURNS: Final = {0: (), 90: ("transpose=clock",), 180: ("hflip", "vflip"), 270: ("transpose=cclock",)}
_OPTIONS: Final = {"preset": "veryfast", "crf": "20", "bf": "0", "threads": "2", "profile": "high"}
_SOUND_RATE: Final = 48_000
_SOUND_BITS_PER_SECOND: Final = 128_000

Progress = Callable[[float], None]


def convert_film(source: Path, form: str, film: Film, target: Path, progress: Progress) -> None:
    """Writes `source` anew; `progress` is told how many seconds of it are done.

    Raises:
        Refusal: nothing of it can be decoded.
    """
    with opened(source, form) as container, av.open(str(target), "w", format="mp4", options=_INDEX_FIRST) as made:
        stream = video_of(container)
        if stream is None:
            raise Refusal(Flaw.BROKEN, "the video is broken or cut off")
        stream.thread_type = "AUTO"
        begin = Fraction(stream.start_time or 0) * (stream.time_base or 1)
        picture = _Picture(made, stream, film)
        sound = _Sound(made, container, begin)
        # The file begins with the picture's size, which the first frame tells: sound that comes earlier waits.
        waiting: list[av.AudioFrame] = []
        for frame in _frames(container, stream, sound):
            if isinstance(frame, av.VideoFrame):
                picture.add(frame)
                progress(float(picture.seconds))
            else:
                waiting.append(frame)
            while picture.count and waiting:
                sound.add(waiting.pop(0))
        picture.close()
        if not picture.count:
            raise Refusal(Flaw.BROKEN, "the video is broken or cut off")
        for heard in waiting:
            sound.add(heard)
        sound.close()


_INDEX_FIRST: Final = {"movflags": "+faststart", "fflags": "bitexact"}


def _frames(container: InputContainer, stream: VideoStream, sound: _Sound) -> Iterator[av.VideoFrame | av.AudioFrame]:
    streams = [stream, sound.source] if sound.source else [stream]
    for packet in container.demux(streams):
        try:
            for frame in packet.decode():
                if isinstance(frame, av.VideoFrame | av.AudioFrame):
                    yield frame
        except av.error.InvalidDataError:
            # A frame that is broken is left out: the one before it stays until the next.
            continue


class _Picture:
    """What is seen."""

    def __init__(self, made: OutputContainer, source: VideoStream, film: Film) -> None:
        self._made, self._fps = made, film.fps
        self.count = 0
        self._graph = Graph()
        entry: Any = self._graph.add_buffer(template=source)
        for step in _steps(film):
            name, _, arguments = step.partition("=")
            after: Any = self._graph.add(name, arguments)
            entry.link_to(after)
            entry = after
        entry.link_to(self._graph.add("buffersink"))
        self._graph.configure()
        options = {**_OPTIONS, "g": str(max(1, round(film.fps)))}
        self._stream: Any = made.add_stream("libx264", rate=film.fps, options=options)
        self._stream.pix_fmt = "yuv420p"
        self._stream.time_base = 1 / film.fps

    @property
    def seconds(self) -> Fraction:
        """How much is written."""
        return self.count / self._fps

    def add(self, frame: av.VideoFrame | None) -> None:
        """The next frame; None: the last has come."""
        if frame is not None and frame.pts is None:
            return
        self._graph.push(frame)
        while True:
            try:
                piece: Any = self._graph.pull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return
            if not self.count:
                self._stream.width, self._stream.height = piece.width, piece.height
            piece.pts, piece.time_base = self.count, 1 / self._fps
            piece.pict_type = 0
            self.count += 1
            self._made.mux(self._stream.encode(piece))

    def close(self) -> None:
        """Writes what is left."""
        self.add(None)
        if self.count:
            self._made.mux(self._stream.encode(None))


def _steps(film: Film) -> tuple[str, ...]:
    """The filters: even distances in time, upright, square pixels, and sides of even length (a line more, never less)."""
    rate = f"{film.fps.numerator}/{film.fps.denominator}"
    return (
        "setpts=PTS-STARTPTS",
        f"fps=fps={rate}:round=near",
        *_TURNS.get(film.rotation, ()),
        "scale=w=trunc(iw*sar+0.5):h=ih",
        "setsar=1",
        "pad=w=ceil(iw/2)*2:h=ceil(ih/2)*2",
        "format=yuv420p",
    )


class _Sound:
    """What is heard: AAC, from the moment that the first frame is seen."""

    def __init__(self, made: OutputContainer, source: InputContainer, begin: Fraction) -> None:
        self.source = next((one for one in source.streams.audio if one.codec_context.sample_rate), None)
        self._made, self._begin = made, begin
        self._samples = -1
        if self.source is None:
            return
        layout = "mono" if self.source.codec_context.channels == 1 else "stereo"
        self._stream: Any = made.add_stream("aac", rate=_SOUND_RATE)
        self._stream.codec_context.layout = layout
        self._stream.codec_context.bit_rate = _SOUND_BITS_PER_SECOND
        self._resampler = AudioResampler("fltp", layout, _SOUND_RATE, frame_size=1024)

    def add(self, frame: av.AudioFrame | None) -> None:
        """The next of the sound; None: the last has come."""
        if frame is not None and self._samples < 0:
            time = Fraction(frame.pts or 0) * (frame.time_base or 1) - self._begin
            self._samples = max(0, round(time * _SOUND_RATE))
        if frame is not None:
            frame.pts = None
        for piece in self._resampler.resample(frame):
            piece.pts, piece.time_base = self._samples, Fraction(1, _SOUND_RATE)
            self._samples += piece.samples
            self._made.mux(self._stream.encode(piece))

    def close(self) -> None:
        """Writes what is left."""
        if self.source is not None and self._samples >= 0:
            self.add(None)
            self._made.mux(self._stream.encode(None))
