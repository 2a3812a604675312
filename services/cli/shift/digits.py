"""The handwritten digits that come with scikit-learn (Alpaydin & Kaynak 1998, UCI, CC BY 4.0) as items."""

import csv
import gzip
import importlib.util
from dataclasses import dataclass
from pathlib import Path

from services.cli.running import CommandError
from services.cli.shift.pictures import data_url, png, scaled

LABELS = tuple(str(digit) for digit in range(10))
SIDE = 8
SCALE = 8
INK_MAX = 16
WHITE = 255


@dataclass(frozen=True)
class Digit:
    """One picture.

    Attributes:
        key: its name.
        image_url: the picture, 64 pixels wide and high.
        label: what was written.
    """

    key: str
    image_url: str
    label: str


def digits() -> list[Digit]:
    """All 1,797, in the data set's order.

    Raises:
        CommandError: scikit-learn is not installed, or keeps its pictures elsewhere.
    """
    found = importlib.util.find_spec("sklearn")
    if found is None or found.origin is None:
        raise CommandError("the shift needs scikit-learn's pictures: install Ilgam with the extra 'local'")
    # The file itself: importing scikit-learn takes seconds, and nothing else of it is needed.
    file = Path(found.origin).parent / "datasets" / "data" / "digits.csv.gz"
    try:
        with gzip.open(file, "rt", encoding="ascii", newline="") as lines:
            return [_digit(number, row) for number, row in enumerate(csv.reader(lines))]
    except OSError as error:
        raise CommandError(f"{file}: cannot be read: {error.strerror}") from None


def _digit(number: int, row: list[str]) -> Digit:
    """From a line of 64 inks and the digit."""
    inks = [round(float(value)) for value in row]
    rows = [
        bytes(WHITE - ink * WHITE // INK_MAX for ink in inks[start : start + SIDE])
        for start in range(0, SIDE * SIDE, SIDE)
    ]
    return Digit(f"digit-{number:04}", data_url(png(scaled(rows, SCALE))), str(inks[SIDE * SIDE]))
