"""Two of a kind beside each other: which sentence is more polite, which picture is sharper."""

from __future__ import annotations

import io

from PIL import Image, ImageFilter

from services.cli.seed.kinds.made import Made, chance, media_id
from services.cli.seed.kinds.polite import PAIRS
from services.cli.seed.pictures import ASTRONAUT, CAMERA, CHELSEA, COFFEE, opened
from services.labelling.values import MediaSize

SIZE = (360, 270)
QUALITY = 84
BLUR_MIN, BLUR_MAX = 2.5, 5.0
PIECE_MIN, PIECE_MAX = 0.5, 0.8
SOURCES = (CAMERA, ASTRONAUT, CHELSEA, COFFEE)


def polite_pair(number: int) -> Made:
    """A polite sentence and one that says the same bluntly, in either order."""
    polite, blunt = PAIRS[number % len(PAIRS)]
    is_first = chance("polite", number).random() < 1 / 2
    first, second = (polite, blunt) if is_first else (blunt, polite)
    return Made(f"polite-{number:04}", {"first": first, "second": second}, _truth("polite", is_first=is_first))


def sharp_pair(number: int) -> Made:
    """A piece of a photo as it is, and the same piece blurred, in either order."""
    rng = chance("sharp", number)
    photo = opened(rng.choice(SOURCES).file)
    width = min(photo.width, photo.height * SIZE[0] / SIZE[1]) * rng.uniform(PIECE_MIN, PIECE_MAX)
    height = width * SIZE[1] / SIZE[0]
    left, top = rng.uniform(0, photo.width - width), rng.uniform(0, photo.height - height)
    sharp = photo.resize(SIZE, Image.Resampling.BICUBIC, box=(left, top, left + width, top + height))
    blurred = sharp.filter(ImageFilter.GaussianBlur(rng.uniform(BLUR_MIN, BLUR_MAX)))
    is_first = rng.random() < 1 / 2
    shown = [_jpeg(image) for image in ((sharp, blurred) if is_first else (blurred, sharp))]
    names = [media_id(content, "jpg") for content in shown]
    return Made(
        f"sharp-{number:04}",
        {"first": names[0], "second": names[1]},
        _truth("sharper", is_first=is_first),
        dict(zip(names, shown, strict=True)),
        dict.fromkeys(names, MediaSize(*SIZE)),
    )


def _truth(control: str, *, is_first: bool) -> tuple[dict[str, object], ...]:
    return ({"control": control, "type": "pairwise", "value": {"choice": "first" if is_first else "second"}},)


def _jpeg(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=QUALITY)
    return file.getvalue()
