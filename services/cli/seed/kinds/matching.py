"""A photo, and three others of which one shows the same thing: choices that are pictures."""

from __future__ import annotations

import io
import random

from PIL import Image, ImageOps

from services.cli.seed.kinds.made import Made, chance, media_id
from services.cli.seed.pictures import ASTRONAUT, CAMERA, CHELSEA, COFFEE, ROCKET, Source, opened
from services.labelling.values import MediaSize

SIZE = (320, 240)
QUALITY = 82
PIECE_MIN, PIECE_MAX = 0.55, 0.85
AWAY = 0.08
SOURCES = (CAMERA, ASTRONAUT, CHELSEA, COFFEE, ROCKET)
PLACES = ("first", "second", "third")


def matching(number: int) -> Made:
    """The known answer names the place of the picture that was cut from the photo that is shown."""
    rng = chance("matching", number)
    same, *others = rng.sample(SOURCES, len(PLACES))
    right = rng.choice(PLACES)
    shown = _cut(same, rng)
    cut = {place: _cut(same if place == right else others.pop(), rng) for place in PLACES}
    # Nobody finds it by what stands at the same place in both.
    cut[right] = ImageOps.mirror(cut[right])
    files = {name: _jpeg(image) for name, image in {"photo": shown, **cut}.items()}
    names = {name: media_id(content, "jpg") for name, content in files.items()}
    return Made(
        f"matching-{number:04}",
        dict(names),
        ({"control": "same", "type": "choice", "value": {"choices": [right]}},),
        {names[name]: content for name, content in files.items()},
        dict.fromkeys(names.values(), MediaSize(*SIZE)),
    )


def _cut(source: Source, rng: random.Random) -> Image.Image:
    """A piece of a photo about its subject."""
    photo = opened(source.file)
    width = min(photo.width, photo.height * SIZE[0] / SIZE[1]) * rng.uniform(PIECE_MIN, PIECE_MAX)
    height = width * SIZE[1] / SIZE[0]
    left, top = (
        min(max(side * (focus + rng.uniform(-AWAY, AWAY)) - of / 2, 0.0), side - of)
        for side, focus, of in zip(photo.size, source.focus, (width, height), strict=True)
    )
    return photo.resize(SIZE, Image.Resampling.BICUBIC, box=(left, top, left + width, top + height))


def _jpeg(image: Image.Image) -> bytes:
    file = io.BytesIO()
    plain = image.convert("RGB")
    # What a source says beside its pixels would be taken off when it is stored, under another name.
    plain.info = {}
    plain.save(file, "JPEG", quality=QUALITY)
    return file.getvalue()
