"""The handwritten digits that come with scikit-learn (Alpaydin & Kaynak 1998, UCI, CC BY 4.0) as items."""

from dataclasses import dataclass

from services.cli.running import CommandError
from services.cli.shift.pictures import data_url, png, scaled

LABELS = tuple(str(digit) for digit in range(10))
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
        CommandError: scikit-learn is not installed.
    """
    try:
        from sklearn.datasets import load_digits  # noqa: PLC0415  (takes a second, and only the shift needs it)
    except ImportError:
        raise CommandError("the shift needs scikit-learn's pictures: install Ilgam with the extra 'local'") from None
    found = load_digits()
    return [
        Digit(f"digit-{number:04}", data_url(png(scaled(_rows(image), SCALE))), str(label))
        for number, (image, label) in enumerate(zip(found.images.tolist(), found.target.tolist(), strict=True))
    ]


def _rows(image: list[list[float]]) -> list[bytes]:
    """Dark ink on white."""
    return [bytes(WHITE - round(ink * WHITE / INK_MAX) for ink in row) for row in image]
