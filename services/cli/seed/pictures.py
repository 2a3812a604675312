"""Photos with a known truth, cut from the pictures that come with scikit-image (free of copyright only).

Sources and licences are listed in THIRD_PARTY.md. The same picture is drawn each time: what a picture shows is known by
its content.
"""

import importlib.util
import io
import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import Image, ImageEnhance, ImageFilter

from services.cli.running import CommandError

SIZE = (480, 360)
QUALITY = 84
BLUR_MIN, BLUR_MAX = 4.0, 7.0
TEXTURE_MIN, TEXTURE_MAX = 210, 330


@dataclass(frozen=True)
class Source:
    """One of scikit-image's pictures.

    Attributes:
        file: its name in the package.
        focus: where its subject is, as shares of width and height.
    """

    file: str
    focus: tuple[float, float]


CAMERA = Source("camera.png", (0.45, 0.32))
ASTRONAUT = Source("astronaut.png", (0.45, 0.35))
CHELSEA = Source("chelsea.png", (0.55, 0.42))
COFFEE = Source("coffee.png", (0.48, 0.45))
ROCKET = Source("rocket.jpg", (0.5, 0.5))
HUBBLE = Source("hubble_deep_field.jpg", (0.5, 0.5))
TEXTURES = {
    "brick": Source("brick.png", (0.5, 0.5)),
    "grass": Source("grass.png", (0.5, 0.5)),
    "gravel": Source("gravel.png", (0.5, 0.5)),
}
SUBJECTS = {
    "cat": (CHELSEA,),
    "coffee": (COFFEE,),
    "rocket": (ROCKET,),
    "person": (ASTRONAUT, CAMERA),
    "space": (HUBBLE,),
}
# A cup from above has no top.
UPRIGHT = (CAMERA, ASTRONAUT, CHELSEA, ROCKET)
# How often a picture is turned by 90 degrees anticlockwise until its top is there.
TURNS = {"up": 0, "left": 1, "down": 2, "right": 3}


@dataclass(frozen=True)
class Picture:
    """A picture and what is true of it.

    Attributes:
        key: its name.
        content: JPEG.
        label: the right answer.
    """

    key: str
    content: bytes
    label: str


def pictures(kind: str, count: int) -> list[Picture]:
    """So many pictures of a kind, each label about as often.

    Args:
        kind: sharpness, direction, surface or subject.
        count: how many.

    Raises:
        CommandError: scikit-image is not installed, or keeps its pictures elsewhere.
    """
    labels, draw = _KINDS[kind]
    found = []
    for number in range(count):
        rng = random.Random(f"{kind}/{number}")  # noqa: S311  (the same picture each time, not a secret)
        label = labels[number % len(labels)]
        found.append(Picture(f"{kind}-{number + 1:03}", _jpeg(draw(label, rng)), label))
    rng = random.Random(kind)  # noqa: S311  (as above)
    rng.shuffle(found)
    return found


def _sharpness(label: str, rng: random.Random) -> Image.Image:
    image = _cut(rng.choice((CAMERA, ASTRONAUT, CHELSEA, COFFEE)), rng, 0.6)
    image = _lit(_mirrored(image, rng), rng)
    radius = rng.uniform(BLUR_MIN, BLUR_MAX)
    return image.filter(ImageFilter.GaussianBlur(radius)) if label == "blurred" else image


def _direction(label: str, rng: random.Random) -> Image.Image:
    image = _lit(_mirrored(_cut(rng.choice(UPRIGHT), rng, 0.8), rng), rng)
    return image.rotate(90 * TURNS[label], expand=True)


def _surface(label: str, rng: random.Random) -> Image.Image:
    image = opened(TEXTURES[label].file).rotate(90 * rng.randrange(4))
    width = rng.randint(TEXTURE_MIN, TEXTURE_MAX)
    height = width * SIZE[1] // SIZE[0]
    left, top = rng.randint(0, image.width - width), rng.randint(0, image.height - height)
    return _lit(image.crop((left, top, left + width, top + height)).resize(SIZE, Image.Resampling.BICUBIC), rng)


def _subject(label: str, rng: random.Random) -> Image.Image:
    return _lit(_mirrored(_cut(rng.choice(SUBJECTS[label]), rng, 0.7), rng), rng)


_KINDS: dict[str, tuple[tuple[str, ...], Callable[[str, random.Random], Image.Image]]] = {
    "sharpness": (("sharp", "blurred"), _sharpness),
    "direction": (tuple(TURNS), _direction),
    "surface": (tuple(TEXTURES), _surface),
    "subject": (tuple(SUBJECTS), _subject),
}


def _cut(source: Source, rng: random.Random, least: float) -> Image.Image:
    """A 4:3 piece about the subject, `least` to 1 of the largest there is."""
    image = opened(source.file)
    largest = min(image.width, image.height * SIZE[0] / SIZE[1])
    width = largest * rng.uniform(least, 1.0)
    height = width * SIZE[1] / SIZE[0]
    left = source.focus[0] * image.width - width * rng.uniform(0.4, 0.6)
    top = source.focus[1] * image.height - height * rng.uniform(0.4, 0.6)
    left, top = min(max(left, 0.0), image.width - width), min(max(top, 0.0), image.height - height)
    return image.resize(SIZE, Image.Resampling.BICUBIC, box=(left, top, left + width, top + height))


def _mirrored(image: Image.Image, rng: random.Random) -> Image.Image:
    return image.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if rng.random() < 1 / 2 else image


def _lit(image: Image.Image, rng: random.Random) -> Image.Image:
    return ImageEnhance.Brightness(image).enhance(rng.uniform(0.75, 1.15))


def _jpeg(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=QUALITY)
    return file.getvalue()


@cache
def opened(name: str) -> Image.Image:
    """One of scikit-image's pictures, in colours.

    Raises:
        CommandError: scikit-image is not installed, or keeps its pictures elsewhere.
    """
    found = importlib.util.find_spec("skimage")
    if found is None or found.origin is None:
        raise CommandError("the demo needs scikit-image's pictures: install Ilgam with the extra 'local'")
    # The file itself: importing scikit-image takes seconds, and nothing else of it is needed.
    file = Path(found.origin).parent / "data" / name
    try:
        with Image.open(file) as image:
            return image.convert("RGB")
    except OSError as error:
        raise CommandError(f"{file}: cannot be read: {error}") from None
