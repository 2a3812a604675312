"""The pictures of the demo course, drawn on photos that come with scikit-image; green is good, orange and dashed is not.

No words are drawn, so one picture serves both languages and needs no font: what it shows is said beside it.
"""

import io
import math
from collections.abc import Callable, Sequence
from functools import partial

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from services.cli.seed.pictures import opened

GOOD, BAD, WHITE, INK = "#12723f", "#c2410c", "#ffffff", "#1e2124"
PAPER, LINE = "#f4f5f6", "#b1b8be"
BOX_WIDTH, HALO_WIDTH, DASH = 6, 10, 22
BADGE_RADIUS = 30
TEXT_SIZE = 34
QUALITY = 86
WAVE_SIZE = (760, 260)
# Where somebody speaks, as shares of the width.
SPEECH = ((0.12, 0.40), (0.58, 0.88))
SWINGS, WORD_SWINGS = 190, 7
FRAME_WIDTH = 220
FRAME_LEFTS = (150, 210, 270)
TABLE_SIZE = (640, 300)
Box = tuple[float, float, float, float]

CUP: Box = (75, 17, 481, 389)
TOO_LARGE: Box = (8, 4, 590, 396)
TOO_SMALL: Box = (200, 92, 372, 196)
ROCKET: Box = (307, 125, 338, 408)
COINS: tuple[Box, ...] = (
    (21, 32, 67, 76),
    (80, 38, 121, 77),
    (131, 27, 180, 75),
    (191, 29, 240, 75),
    (254, 32, 298, 74),
    (306, 14, 365, 74),
)


def drawing(name: str) -> bytes:
    """The picture of that name, the same each time: a PNG or, where it is a photo, a JPEG."""
    image, file = _DRAWINGS[name](), io.BytesIO()
    if name in _PLAIN:
        image.save(file, "PNG", optimize=True)
    else:
        image.save(file, "JPEG", quality=QUALITY)
    return file.getvalue()


def boxed(image: Image.Image, boxes: Sequence[Box], *, good: bool, numbers: Sequence[int] = ()) -> Image.Image:
    """A copy with boxes, which may carry numbers."""
    image = image.copy()
    draw = ImageDraw.Draw(image)
    for place, box in enumerate(boxes):
        _outline(draw, box, good=good)
        if numbers:
            _number(draw, box, numbers[place], good=good)
    return image


def badge(image: Image.Image, *, good: bool) -> Image.Image:
    """With a tick or a cross in the lower right corner."""
    draw, radius = ImageDraw.Draw(image), BADGE_RADIUS
    x, y = image.width - radius - 14, image.height - radius - 14
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=GOOD if good else BAD, outline=WHITE, width=4)
    if good:
        draw.line([(x - 14, y), (x - 4, y + 12), (x + 15, y - 12)], fill=WHITE, width=7, joint="curve")
    else:
        draw.line([(x - 12, y - 12), (x + 12, y + 12)], fill=WHITE, width=7)
        draw.line([(x - 12, y + 12), (x + 12, y - 12)], fill=WHITE, width=7)
    return image


def coffee() -> Image.Image:
    """The cup on its table, upright."""
    return opened("coffee.png")


def _cat(*, blurred: bool) -> Image.Image:
    cat = opened("chelsea.png")
    return cat.filter(ImageFilter.GaussianBlur(5)) if blurred else cat


def _lying_coffee() -> Image.Image:
    return coffee().resize((480, 320)).rotate(90, expand=True)


def _cup(box: Box, *, good: bool) -> Image.Image:
    return badge(boxed(coffee(), [box], good=good), good=good)


def _coins(boxes: Sequence[Box], *, good: bool) -> Image.Image:
    coins = opened("coins.png")
    twice = [(left * 2, top * 2, right * 2, bottom * 2) for left, top, right, bottom in boxes]
    return badge(boxed(coins.resize((coins.width * 2, coins.height * 2)), twice, good=good), good=good)


def _track(*, good: bool) -> Image.Image:
    """Three frames of a camera that moves past a rocket."""
    rocket, gap = opened("rocket.jpg"), 10
    strip = Image.new("RGB", (FRAME_WIDTH * 3 + gap * 2, rocket.height), WHITE)
    for place, left in enumerate(FRAME_LEFTS):
        # A box that does not follow stays where the first frame had it.
        shift = left if good else FRAME_LEFTS[0]
        box = (ROCKET[0] - shift, ROCKET[1], ROCKET[2] - shift, ROCKET[3])
        frame = rocket.crop((left, 0, left + FRAME_WIDTH, rocket.height))
        number = 1 if good or place < len(FRAME_LEFTS) - 1 else 2
        strip.paste(boxed(frame, [box], good=good, numbers=[number]), (place * (FRAME_WIDTH + gap), 0))
    return badge(strip, good=good)


def _sound(segments: Sequence[tuple[float, float]], *, good: bool) -> Image.Image:
    """A wave with segments over it."""
    width, height = WAVE_SIZE
    image = Image.new("RGB", WAVE_SIZE, PAPER)
    draw = ImageDraw.Draw(image)
    draw.line([(0, height / 2), (width, height / 2)], fill=LINE, width=2)
    for step in range(SWINGS):
        share = step / SWINGS
        reach = _loudness(share) * height * 0.42
        draw.line([(share * width, height / 2 - reach), (share * width, height / 2 + reach)], fill=INK, width=2)
    for begin, end in segments:
        _outline(draw, (begin * width, 14, end * width, height - 14), good=good)
    return badge(image, good=good)


def _loudness(share: float) -> float:
    """0 to 1: nearly nothing in the silence, swelling words in speech."""
    for begin, end in SPEECH:
        if begin < share < end:
            inside = (share - begin) / (end - begin)
            swell = abs(math.sin(math.pi * inside * WORD_SWINGS)) * math.pow(math.sin(math.pi * inside), 0.4)
            return 0.12 + 0.88 * swell
    return 0.02 + 0.01 * math.sin(share * 400)


def _table(rows: Sequence[Sequence[str]], marked: Sequence[tuple[int, int]], *, good: bool) -> Image.Image:
    """A small table; the marked cells are (row, column)."""
    width, height = TABLE_SIZE
    image = Image.new("RGB", TABLE_SIZE, WHITE)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(TEXT_SIZE)
    cell_width, cell_height = (width - 40) / 2, (height - 90) / len(rows)
    for row, cells in enumerate(rows):
        for column, text in enumerate(cells):
            box = _cell(row, column, cell_width, cell_height)
            draw.rectangle(box, outline=INK, width=2)
            draw.text((box[0] + 24, box[1] + cell_height / 2), text, fill=INK, font=font, anchor="lm")
    for row, column in marked:
        left, top, right, bottom = _cell(row, column, cell_width, cell_height)
        _outline(draw, (left + 9, top + 9, right - 9, bottom - 9), good=good)
    return badge(image, good=good)


def _cell(row: int, column: int, width: float, height: float) -> Box:
    left, top = 20 + column * width, 20 + row * height
    return left, top, left + width, top + height


def _outline(draw: ImageDraw.ImageDraw, box: Box, *, good: bool) -> None:
    """A box that is seen on light and dark ground: whole when good, dashed when not."""
    left, top, right, bottom = box
    draw.rectangle(
        (left - HALO_WIDTH // 2, top - HALO_WIDTH // 2, right + HALO_WIDTH // 2, bottom + HALO_WIDTH // 2),
        outline=WHITE,
        width=HALO_WIDTH,
    )
    if good:
        reach = BOX_WIDTH // 2
        draw.rectangle((left - reach, top - reach, right + reach, bottom + reach), outline=GOOD, width=BOX_WIDTH)
        return
    for start, end in (((left, top), (right, top)), ((right, top), (right, bottom)),
                       ((right, bottom), (left, bottom)), ((left, bottom), (left, top))):  # fmt: skip
        _dashes(draw, start, end)


def _dashes(draw: ImageDraw.ImageDraw, start: tuple[float, float], end: tuple[float, float]) -> None:
    length = math.dist(start, end)
    across, down = (end[0] - start[0]) / length, (end[1] - start[1]) / length
    for begin in range(0, int(length), DASH):
        stop = min(begin + DASH * 0.6, length)
        points = [(start[0] + across * at, start[1] + down * at) for at in (begin, stop)]
        draw.line(points, fill=BAD, width=BOX_WIDTH)


def _number(draw: ImageDraw.ImageDraw, box: Box, number: int, *, good: bool) -> None:
    left, top = box[0] - 8, box[1] - 50
    draw.rectangle((left, top, left + 44, top + 44), fill=GOOD if good else BAD, outline=WHITE, width=3)
    draw.text((left + 22, top + 22), str(number), fill=WHITE, font=ImageFont.load_default(TEXT_SIZE), anchor="mm")


_PLAIN = frozenset({"audio-good", "audio-bad", "table-good", "table-bad"})
_ONE_FOR_TWO: Box = (COINS[1][0], COINS[2][1], COINS[2][2], COINS[1][3])
_DRAWINGS: dict[str, Callable[[], Image.Image]] = {
    "cat-sharp": partial(_cat, blurred=False),
    "cat-blurred": partial(_cat, blurred=True),
    "coffee-tilted": _lying_coffee,
    "box-good": partial(_cup, CUP, good=True),
    "box-loose": partial(_cup, TOO_LARGE, good=False),
    "box-tight": partial(_cup, TOO_SMALL, good=False),
    "coins-good": partial(_coins, COINS, good=True),
    "coins-missing": partial(_coins, (COINS[0], _ONE_FOR_TWO, *COINS[3:5]), good=False),
    "audio-good": partial(_sound, SPEECH, good=True),
    "audio-bad": partial(_sound, ((SPEECH[0][0], 0.78),), good=False),
    "track-good": partial(_track, good=True),
    "track-bad": partial(_track, good=False),
    "table-good": partial(_table, (("06-09", "12000"), ("06-10", "")), ((0, 0), (0, 1), (1, 0), (1, 1)), good=True),
    "table-bad": partial(_table, (("06-09", "12,000"), ("06-10", "0")), ((0, 1), (1, 1)), good=False),
}
