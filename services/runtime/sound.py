"""Sound that people upload: what it is, how loud it is over time, and sound that browsers play exactly.

What every browser plays and seeks in to the sample stays as it came: PCM of 16 bits in WAV, MP3 of constant bit rate,
AAC in M4A, Opus and Vorbis in Ogg. The rest becomes Opus in WebM, whose index Chromium, Firefox and Safari seek by; Opus
has one rate, 48 kHz. One channel stays one, more become two. Runs in a process of its own (`media_process`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import av
import numpy as np
from av.audio import AudioStream
from av.audio.resampler import AudioResampler
from av.container import InputContainer

from services.runtime.copying import copy_recording, says_more
from services.runtime.media_rules import SOUND_SECONDS_MAX, Flaw, Refusal

PEAKS_MAX: Final = 20_000
PEAKS_PER_SECOND: Final = 100
_PEAKS_RATE: Final = 16_000
_PEAK_SAMPLES: Final = _PEAKS_RATE // PEAKS_PER_SECOND
_LOUDEST: Final = 32_767
_OPUS_RATE: Final = 48_000
_OPUS_SAMPLES: Final = 960
_OPUS_BITS_PER_SECOND: Final = {1: 64_000, 2: 96_000}
_RATES: Final = frozenset({8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000})
_WAV_BYTES_MAX: Final = 50 * 1024 * 1024
_CHANNELS_MAX: Final = 2
_PADDING_BYTES: Final = 1

Progress = Callable[[float], None]


@dataclass(frozen=True)
class Sound:
    """What was found and made. `made` is the file to store instead of the one that came; None: that one stays.

    `extension` is wav, mp3, m4a, ogg or weba.
    """

    extension: str
    made: Path | None
    duration_ms: int
    sample_rate: int
    peaks_json: str


def read_sound(source: Path, form: str, folder: Path, progress: Progress) -> Sound:
    """Reads a recording to its end, and makes one that browsers play exactly where it is needed.

    Raises:
        Refusal: it holds no sound, is too long, or broken.
    """
    kept = _kept_as(source, form)
    made = None if kept else folder / "sound.weba"
    with _opened(source, form) as container:
        says_too_much = says_more(container)
        stream = container.streams.audio[0]
        peaks, encoder = _Peaks(), _Encoder(made, stream) if made else None
        seconds = 0.0
        for frame in _frames(container, stream):
            seconds += frame.samples / frame.sample_rate
            if seconds > SOUND_SECONDS_MAX:
                hours = SOUND_SECONDS_MAX // 3600
                raise Refusal(Flaw.TOO_LONG, f"sound lasts at most {hours} hours", hours)
            peaks.add(frame)
            if encoder:
                encoder.add(frame)
            progress(seconds)
        rate = stream.codec_context.sample_rate
        if encoder:
            encoder.close()
    duration_ms = round(seconds * 1000)
    if not duration_ms:
        raise Refusal(Flaw.EMPTY, "the recording has no length")
    if kept and (says_too_much or (kept == "m4a" and not begins_with_index(source))):
        made = folder / f"sound.{kept}"
        with _opened(source, form) as container:
            copy_recording(container, made, kept)
    return Sound(kept or "weba", made, duration_ms, rate if kept else _OPUS_RATE, peaks.json())


def _opened(source: Path, form: str) -> InputContainer:
    return av.open(str(source), format=form, metadata_errors="replace", options={"protocol_whitelist": "file"})


def _frames(container: InputContainer, stream: AudioStream) -> Iterator[av.AudioFrame]:
    stream.codec_context.thread_type = "AUTO"
    for frame in container.decode(stream):
        if frame.samples and frame.sample_rate:
            # Samples are counted: time stamps may be in any disorder.
            frame.pts = None
            yield frame


def _kept_as(source: Path, form: str) -> str:
    """The extension that a recording is stored with as it came; empty: it is made anew."""
    with _opened(source, form) as container:
        stream = container.streams.audio[0]
        codec, rate, channels = (
            stream.codec_context.name,
            stream.codec_context.sample_rate,
            stream.codec_context.channels,
        )
        if rate not in _RATES or channels > _CHANNELS_MAX or len(container.streams.audio) > 1:
            return ""
        if form == "wav":
            return "wav" if codec == "pcm_s16le" and source.stat().st_size <= _WAV_BYTES_MAX else ""
        if form == "ogg":
            return "ogg" if codec in ("opus", "libopus", "vorbis", "libvorbis") else ""
        if form == "mov":
            return "m4a" if codec == "aac" else ""
        if form == "mp3" and codec in ("mp3", "mp3float"):
            return "mp3" if _has_one_bit_rate(container, stream) else ""
    return ""


def _has_one_bit_rate(container: InputContainer, stream: AudioStream) -> bool:
    """Whether all frames are of one size: then a place in time is a place in the file."""
    sizes = [packet.size for packet in container.demux(stream) if packet.size]
    return bool(sizes) and max(sizes) - min(sizes) <= _PADDING_BYTES


def begins_with_index(source: Path) -> bool:
    """Whether an MP4 has its index (moov) before its data and whole, so that browsers begin and seek at once."""
    found: list[bytes] = []
    with source.open("rb") as file:
        end = source.stat().st_size
        at = 0
        while at + 8 <= end and len(found) < 64:  # noqa: PLR2004 - more boxes than any whole file has on its top level
            file.seek(at)
            head = file.read(16)
            size, kind = int.from_bytes(head[:4], "big"), head[4:8]
            if size == 1:
                size = int.from_bytes(head[8:16], "big")
            found.append(kind)
            if size < 8:  # noqa: PLR2004 - 0: to the end of the file; less than a box's head: broken
                break
            at += size
    return (
        b"moof" not in found and b"moov" in found and b"mdat" in found and found.index(b"moov") < found.index(b"mdat")
    )


class _Encoder:
    """Writes Opus in WebM."""

    def __init__(self, path: Path, source: AudioStream) -> None:
        channels = 1 if source.codec_context.channels == 1 else 2
        layout = "mono" if channels == 1 else "stereo"
        self._container = av.open(str(path), "w", format="webm", options={"fflags": "bitexact"})
        self._stream: Any = self._container.add_stream("libopus", rate=_OPUS_RATE)
        self._stream.codec_context.layout = layout
        self._stream.codec_context.bit_rate = _OPUS_BITS_PER_SECOND[channels]
        self._resampler = AudioResampler("s16", layout, _OPUS_RATE, frame_size=_OPUS_SAMPLES)
        self._samples = 0

    def add(self, frame: av.AudioFrame | None) -> None:
        """The next of the sound; None: the last has come."""
        for piece in self._resampler.resample(frame):
            piece.pts = self._samples
            self._samples += piece.samples
            self._container.mux(self._stream.encode(piece))

    def close(self) -> None:
        """Writes what is left, and the index."""
        self.add(None)
        self._container.mux(self._stream.encode(None))
        self._container.close()


class _Peaks:
    """How loud each hundredth of a second is, at its loudest."""

    def __init__(self) -> None:
        self._resampler: AudioResampler | None = None
        self._rest = np.empty(0, np.int16)
        self._peaks: list[np.ndarray] = []

    def add(self, frame: av.AudioFrame) -> None:
        """The next of the sound."""
        if self._resampler is None:
            layout = "mono" if frame.layout.nb_channels == 1 else "stereo"
            self._resampler = AudioResampler("s16", layout, _PEAKS_RATE)
        for piece in self._resampler.resample(frame):
            self._take(piece)

    def _take(self, piece: av.AudioFrame) -> None:
        samples = np.abs(piece.to_ndarray().reshape(-1, piece.layout.nb_channels).astype(np.int32)).max(axis=1)
        samples = np.concatenate((self._rest, samples))
        whole = len(samples) // _PEAK_SAMPLES * _PEAK_SAMPLES
        self._peaks.append(samples[:whole].reshape(-1, _PEAK_SAMPLES).max(axis=1))
        self._rest = samples[whole:]

    def json(self) -> str:
        """{"per_second": 100, "peaks": [0..100, ...]}; fewer per second where there were more than 20,000 of them."""
        tail = [self._rest.max()] if len(self._rest) else []
        peaks = np.concatenate((*self._peaks, tail)) if self._peaks or tail else np.zeros(1)
        step = -(-len(peaks) // PEAKS_MAX)
        padded = np.concatenate((peaks, np.zeros(-len(peaks) % step)))
        shares = np.clip(np.rint(padded.reshape(-1, step).max(axis=1) * 100 / _LOUDEST), 0, 100).astype(int)
        per_second = PEAKS_PER_SECOND if step == 1 else PEAKS_PER_SECOND / step
        return json.dumps({"per_second": per_second, "peaks": shares.tolist()}, separators=(",", ":"))
