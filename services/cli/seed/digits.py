"""The handwritten digits that come with scikit-learn (Alpaydin & Kaynak 1998, UCI, CC BY 4.0) as items."""

import base64
import csv
import gzip
import importlib.util
import io
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path

from PIL import Image

from services.cli.running import CommandError

LABELS = tuple(str(digit) for digit in range(10))
EXAM_POOL_SIZE = 60
SIDE = 8
SHOWN_SIDE = 96
PNG_LEVEL = 3
INK_MAX = 16
WHITE = 255


@dataclass(frozen=True)
class Digit:
    """One picture.

    Attributes:
        key: its name.
        image_url: the picture as a data URL, 96 pixels wide and high.
        label: what was written.
    """

    key: str
    image_url: str
    label: str


@cache
def digits(begin: int = 0, end: int | None = None) -> tuple[Digit, ...]:
    """Those of the 1,797 from a place on, in the data set's order, before another one.

    Raises:
        CommandError: scikit-learn is not installed, or keeps its pictures elsewhere.
    """
    found = importlib.util.find_spec("sklearn")
    if found is None or found.origin is None:
        raise CommandError("the demo needs scikit-learn's pictures: install Ilgam with the extra 'local'")
    # The file itself: importing scikit-learn takes seconds, and nothing else of it is needed.
    file = Path(found.origin).parent / "datasets" / "data" / "digits.csv.gz"
    try:
        with gzip.open(file, "rt", encoding="ascii", newline="") as lines:
            return tuple(_digit(number, row) for number, row in islice(enumerate(csv.reader(lines)), begin, end))
    except OSError as error:
        raise CommandError(f"{file}: cannot be read: {error.strerror}") from None


def _digit(number: int, row: list[str]) -> Digit:
    """From a line of 64 inks and the digit."""
    inks = [round(float(value)) for value in row]
    pixels = bytes(WHITE - ink * WHITE // INK_MAX for ink in inks[: SIDE * SIDE])
    image = Image.frombytes("L", (SIDE, SIDE), pixels).resize((SHOWN_SIDE, SHOWN_SIDE), Image.Resampling.BICUBIC)
    return Digit(f"digit-{number:04}", _data_url(image), str(inks[SIDE * SIDE]))


def _data_url(image: Image.Image) -> str:
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=PNG_LEVEL)
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
