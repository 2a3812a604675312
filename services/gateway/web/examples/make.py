"""Makes the recording and the clip that companies see in the preview of a job: `python make.py`, in this folder.

Three tones with silence between them, their peaks as the services count them, and a ball that turns once.
"""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import av
import numpy as np
from PIL import Image, ImageDraw

HERE: Final = Path(__file__).parent
SOUND_SECONDS, RATE, PEAKS_PER_SECOND = 4, 24_000, 100
TONES: Final = ((0.5, 1.2, 440.0), (1.6, 2.4, 330.0), (3.0, 3.5, 523.0))
LOUDNESS, FADE_SECONDS = 0.35, 0.06
FRAMES, FRAMES_PER_SECOND, SIZE = 36, 12, (320, 200)
BALL: Final = 56


def wave() -> np.ndarray:
    """The tones, -1 to 1."""
    at = np.arange(SOUND_SECONDS * RATE) / RATE
    found = np.zeros_like(at)
    for begin, end, pitch in TONES:
        swell = np.clip(np.minimum(at - begin, end - at) / FADE_SECONDS, 0, 1)
        found += swell * np.sin(2 * np.pi * pitch * at)
    return LOUDNESS * found


def write_sound(samples: np.ndarray) -> None:
    """The recording, and its peaks beside it."""
    with av.open(HERE / "sound.mp3", "w", options={"fflags": "bitexact"}) as container:
        stream: Any = container.add_stream("mp3", rate=RATE)
        stream.layout, stream.format, stream.bit_rate = "mono", "s16p", 32_000
        frame = av.AudioFrame.from_ndarray((samples * 32767).astype(np.int16)[None, :], format="s16p", layout="mono")
        frame.sample_rate = RATE
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    loudest = np.abs(samples).reshape(-1, RATE // PEAKS_PER_SECOND).max(axis=1)
    peaks = {"per_second": PEAKS_PER_SECOND, "peaks": np.rint(loudest * 100).astype(int).tolist()}
    (HERE / "sound.peaks").write_text(json.dumps(peaks, separators=(",", ":")), encoding="utf-8")


def write_film() -> None:
    """The clip."""
    with av.open(HERE / "film.mp4", "w", options={"fflags": "bitexact", "movflags": "faststart"}) as container:
        stream: Any = container.add_stream("libx264", rate=FRAMES_PER_SECOND)
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        stream.options = {"crf": "30", "preset": "veryslow", "x264-params": "bframes=0:threads=1"}
        for number in range(FRAMES):
            picture = av.VideoFrame.from_ndarray(np.asarray(drawn(number)), format="rgb24")
            picture.pts, picture.time_base = number, Fraction(1, FRAMES_PER_SECOND)
            container.mux(stream.encode(picture))
        container.mux(stream.encode())


def drawn(number: int) -> Image.Image:
    """One frame: the ball goes right and down, then right and up."""
    image = Image.new("RGB", SIZE, "#dce6f2")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 150, *SIZE), fill="#b9c9a7")
    x, half = 12 + number * 6, FRAMES // 2
    y = 24 + (half - abs(half - number)) * 5
    draw.ellipse((x, y, x + BALL, y + BALL), fill="#d98c3f", outline="#7a4a1c", width=3)
    return image


if __name__ == "__main__":
    write_sound(wave())
    write_film()
