"""Coins and pieces of paper that lie on a ground: cut from scikit-image's photos, so where each lies is known exactly."""

from __future__ import annotations

import io
import math
import random
from collections.abc import Iterator

from PIL import Image, ImageDraw, ImageFilter

from services.cli.seed.drawings import COINS
from services.cli.seed.kinds.made import Made, Result, chance, media_id, tenths
from services.cli.seed.pictures import ASTRONAUT, CHELSEA, COFFEE, ROCKET, TEXTURES, opened
from services.labelling.values import MediaSize

SIZE = (480, 360)
QUALITY = 84
COINS_MIN, COINS_MAX = 2, 4
COIN_MIN, COIN_MAX = 62, 104
PAPER_MIN, PAPER_MAX = 70, 100
CORNERS_MIN, CORNERS_MAX = 4, 6
TRIES = 200
GAP = 8
MASK_SCALE = 4
PHOTOS = (ASTRONAUT, CHELSEA, COFFEE, ROCKET)
Spot = tuple[float, float, float]


def coin_picture(number: int) -> Made:
    """A picture of some coins, each with a box."""
    rng = chance("coins", number)
    ground = _ground(rng)
    truth = []
    for place, (x, y, radius) in enumerate(_spots(rng, rng.randint(COINS_MIN, COINS_MAX), COIN_MIN / 2, COIN_MAX / 2)):
        box = (round(x - radius), round(y - radius), round(x + radius), round(y + radius))
        _lay_coin(ground, rng, box)
        value = {"x": box[0], "y": box[1], "w": box[2] - box[0], "h": box[3] - box[1]}
        truth.append(_result(place, "coins", "rect", "coin", {name: float(one) for name, one in value.items()}))
    words = "바닥에 놓인 동전을 위에서 찍은 사진"
    return _made(f"coins-{number:04}", ground, words, truth)


def paper_picture(number: int) -> Made:
    """A picture of one or two pieces of a torn photo, each with its outline."""
    rng = chance("papers", number)
    ground = _ground(rng)
    truth = []
    for place, spot in enumerate(_spots(rng, rng.randint(1, 2), PAPER_MIN, PAPER_MAX)):
        points = _corners(rng, spot)
        _lay_paper(ground, rng, points)
        truth.append(_result(place, "papers", "polygon", "paper", {"points": [list(point) for point in points]}))
    return _made(f"papers-{number:04}", ground, "바닥에 놓인 사진 조각을 위에서 찍은 사진", truth)


def _made(key: str, image: Image.Image, words: str, truth: list[Result]) -> Made:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=QUALITY)
    name = media_id(file.getvalue(), "jpg")
    sizes = {name: MediaSize(width=image.width, height=image.height)}
    return Made(key, {"photo": name, "words": words}, tuple(truth), {name: file.getvalue()}, sizes)


def _result(place: int, control: str, kind: str, label: str, value: dict[str, object]) -> Result:
    return {"id": f"t{place + 1}", "control": control, "type": kind, "label": label, "value": value}


def _ground(rng: random.Random) -> Image.Image:
    texture = opened(TEXTURES[rng.choice(("brick", "gravel"))].file).rotate(90 * rng.randrange(4))
    left, top = rng.randint(0, texture.width - SIZE[0]), rng.randint(0, texture.height - SIZE[1])
    ground = texture.crop((left, top, left + SIZE[0], top + SIZE[1]))
    # Paler than what lies on it.
    return Image.blend(ground, Image.new("RGB", SIZE, "#d9d2c5"), rng.uniform(0.35, 0.5))


def _spots(rng: random.Random, count: int, least: float, most: float) -> Iterator[Spot]:
    """Circles inside the picture that do not touch."""
    found: list[Spot] = []
    for _ in range(TRIES):
        radius = rng.uniform(least, most)
        x = rng.uniform(radius + GAP, SIZE[0] - radius - GAP)
        y = rng.uniform(radius + GAP, SIZE[1] - radius - GAP)
        if all(math.hypot(x - other[0], y - other[1]) > radius + other[2] + GAP for other in found):
            found.append((x, y, radius))
            yield found[-1]
        if len(found) == count:
            return


def _lay_coin(ground: Image.Image, rng: random.Random, box: tuple[int, int, int, int]) -> None:
    size = (box[2] - box[0], box[3] - box[1])
    coin = opened("coins.png").resize(size, Image.Resampling.BICUBIC, box=rng.choice(COINS))
    coin = coin.rotate(rng.uniform(0, 360), Image.Resampling.BICUBIC)
    coin = Image.blend(coin, Image.new("RGB", size, rng.choice(("#b98a3e", "#8f8f94", "#9a6a4a"))), 0.35)
    mask = Image.new("L", (size[0] * MASK_SCALE, size[1] * MASK_SCALE))
    ImageDraw.Draw(mask).ellipse((0, 0, mask.width - 1, mask.height - 1), fill=255)
    ground.paste(coin, box[:2], mask.resize(size, Image.Resampling.LANCZOS))


def _corners(rng: random.Random, spot: Spot) -> list[tuple[float, float]]:
    """A convex outline within a circle, corner after corner."""
    x, y, radius = spot
    count = rng.randint(CORNERS_MIN, CORNERS_MAX)
    turn = rng.uniform(0, math.tau)
    angles = [turn + math.tau * (place + rng.uniform(-0.2, 0.2)) / count for place in range(count)]
    return [(tenths(x + radius * math.cos(angle)), tenths(y + radius * math.sin(angle))) for angle in angles]


def _lay_paper(ground: Image.Image, rng: random.Random, points: list[tuple[float, float]]) -> None:
    photo = opened(rng.choice(PHOTOS).file).resize(SIZE)
    photo = photo.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if rng.random() < 1 / 2 else photo
    mask = Image.new("L", (SIZE[0] * 2, SIZE[1] * 2))
    ImageDraw.Draw(mask).polygon([(px * 2, py * 2) for px, py in points], fill=255)
    small = mask.resize(SIZE, Image.Resampling.LANCZOS)
    shade = Image.new("RGB", SIZE, "#3b3126")
    ground.paste(shade, (3, 4), small.filter(ImageFilter.GaussianBlur(3)).point(lambda ink: ink // 2))
    ground.paste(photo, (0, 0), small)
