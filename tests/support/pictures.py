"""Pictures for tests: small, and as bad as needed."""

import base64
import io
from typing import Any

from PIL import Image

ORIENTATION, GPS_LATITUDE = 0x0112, 2
GPS_FOLDER = 0x8825


def picture(kind: str = "PNG", size: tuple[int, int] = (8, 6), colour: int = 7, **saved: Any) -> bytes:
    """A picture of one colour."""
    return encoded(Image.new("RGB", size, (colour, 40, 90)), kind, **saved)


def encoded(image: Image.Image, kind: str, **saved: Any) -> bytes:
    """An image in a format."""
    written = io.BytesIO()
    image.save(written, kind, **saved)
    return written.getvalue()


def moving(kind: str = "GIF") -> bytes:
    """Two frames."""
    frames = [Image.new("RGB", (8, 6), (value, 0, 0)) for value in (0, 255)]
    return encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)


def photo(kind: str = "JPEG", orientation: int = 6) -> bytes:
    """A picture that lies on its side and says where it was taken: its upper half is white, its lower half black."""
    image = Image.new("RGB", (16, 8), (0, 0, 0))
    image.paste((255, 255, 255), (0, 0, 16, 4))
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif.get_ifd(GPS_FOLDER)[GPS_LATITUDE] = (35.0, 9.0, 36.0)
    return encoded(image, kind, exif=exif)


def data_url(content: bytes, subtype: str = "png") -> str:
    """A data URL."""
    return f"data:image/{subtype};base64,{base64.b64encode(content).decode()}"


def opened(content: bytes) -> Image.Image:
    """The picture that bytes hold."""
    image = Image.open(io.BytesIO(content))
    image.load()
    return image
