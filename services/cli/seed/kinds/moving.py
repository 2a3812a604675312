"""Short clips of a coin that moves over a ground and turns once: its box at every frame follows from three."""

from __future__ import annotations

import io
import math
import random
from collections.abc import Iterator
from fractions import Fraction

import numpy as np
from PIL import Image, ImageDraw

from services.cli.running import CommandError
from services.cli.seed.drawings import COINS
from services.cli.seed.kinds.made import Made, chance, media_id
from services.cli.seed.pictures import TEXTURES, opened
from services.labelling.values import MediaSize

SIZE = (320, 240)
FRAMES, FRAMES_PER_SECOND = 24, 6
COIN_MIN, COIN_MAX = 52, 72
TURN_MIN, TURN_MAX = 9, 14
EDGE = 6
STEP_MIN = 90
TRIES = 50
Key = tuple[int, float, float]


def clip(number: int) -> Made:
    """A clip of four seconds and the coin's track.

    Raises:
        CommandError: PyAV is not installed.
    """
    rng = chance("moving", number)
    side = rng.randint(COIN_MIN, COIN_MAX)
    keys = _keys(rng, side)
    content = _film(_frames(rng, side, keys))
    name = media_id(content, "webm")
    keyframes = [
        {"frame": frame, "box": [x, y, float(side), float(side)], "visible": True, "occluded": False}
        for frame, x, y in keys
    ]
    truth = {"id": "t1", "control": "coin", "type": "track", "label": "coin", "value": {"keyframes": keyframes}}
    size = MediaSize(*SIZE, FRAMES * 1000 // FRAMES_PER_SECOND, FRAMES_PER_SECOND, 1, FRAMES)
    return Made(f"moving-{number:04}", {"clip": name}, (truth,), {name: content}, {name: size})


def _keys(rng: random.Random, side: int) -> list[Key]:
    """Where it is at the first frame, where it turns, and at the last: whole pixels, well apart."""
    keys: list[Key] = []
    for frame in (0, rng.randint(TURN_MIN, TURN_MAX), FRAMES - 1):
        for _ in range(TRIES):
            x, y = (float(rng.randint(EDGE, of - side - EDGE)) for of in SIZE)
            if not keys or math.hypot(x - keys[-1][1], y - keys[-1][2]) > STEP_MIN:
                break
        keys.append((frame, x, y))
    return keys


def _frames(rng: random.Random, side: int, keys: list[Key]) -> Iterator[Image.Image]:
    texture = opened(TEXTURES[rng.choice(("brick", "gravel"))].file)
    left, top = rng.randint(0, texture.width - SIZE[0]), rng.randint(0, texture.height - SIZE[1])
    ground = Image.blend(
        texture.crop((left, top, left + SIZE[0], top + SIZE[1])), Image.new("RGB", SIZE, "#d9d2c5"), 0.5
    )
    coin = opened("coins.png").resize((side, side), box=rng.choice(COINS))
    coin = Image.blend(coin, Image.new("RGB", coin.size, "#b98a3e"), 0.35)
    mask = Image.new("L", coin.size)
    ImageDraw.Draw(mask).ellipse((0, 0, side - 1, side - 1), fill=255)
    for frame in range(FRAMES):
        shown = ground.copy()
        x, y = _at(keys, frame)
        shown.paste(coin, (round(x), round(y)), mask)
        yield shown


def _at(keys: list[Key], frame: int) -> tuple[float, float]:
    """In a straight line from one place to the next."""
    before, after = (keys[0], keys[1]) if frame <= keys[1][0] else (keys[1], keys[2])
    share = (frame - before[0]) / (after[0] - before[0])
    return before[1] + share * (after[1] - before[1]), before[2] + share * (after[2] - before[2])


def _film(frames: Iterator[Image.Image]) -> bytes:
    try:
        import av  # noqa: PLC0415  (an extra, and slow to import)
    except ImportError:
        raise CommandError("the demo's clips need PyAV: install Ilgam with the extra 'local'") from None
    file = io.BytesIO()
    with av.open(file, "w", format="webm", options={"fflags": "bitexact"}) as container:
        stream = container.add_stream("libvpx-vp9", rate=FRAMES_PER_SECOND)
        stream.width, stream.height = SIZE
        stream.pix_fmt = "yuv420p"
        stream.options = {"deadline": "realtime", "cpu-used": "8", "crf": "38", "b": "0", "g": "8", "threads": "1"}
        for number, image in enumerate(frames):
            frame = av.VideoFrame.from_ndarray(np.asarray(image), format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, FRAMES_PER_SECOND)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return file.getvalue()
