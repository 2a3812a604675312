"""Pictures that people upload: which bytes are taken, and what of them is kept.

What comes in is shown to strangers in their browsers: so it must really be a picture, of a bounded size, and must not
say where, when and by whom it was taken (a photo's metadata may hold the place of a home).
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from services.runtime.media_rules import Flaw, Kind, Refusal, refuse_bytes

PIXELS_MAX: Final = 50_000_000
THUMBNAIL_SIDE: Final = 320
"""Small pictures are at most this wide and high; what is no larger is its own small picture."""

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
# MPO: what phones call JPEG when a second picture (depth, preview) follows the first.
_EXTENSIONS = {"PNG": "png", "JPEG": "jpg", "MPO": "jpg", "WEBP": "webp", "GIF": "gif"}
_SAVED_AS = {"png": "PNG", "jpg": "JPEG", "webp": "WEBP", "gif": "GIF"}
_QUALITY = 92
_THUMBNAIL_QUALITY = 75
_JPEG_MODES = ("L", "RGB")


@dataclass(frozen=True)
class Picture:
    """A picture as it is stored. `extension` is png, jpg, webp or gif; the size is in pixels.

    `thumbnail` is a small WebP of it, empty where the picture itself is small.
    """

    content: bytes
    extension: str
    width: int
    height: int
    thumbnail: bytes = b""

    @property
    def sha256(self) -> str:
        """The hash that names it, in hexadecimal digits."""
        return hashlib.sha256(self.content).hexdigest()


def read_picture(content: bytes) -> Picture:
    """The picture that bytes hold, decoded once to be sure of it; takes up to a second, so not on an event loop.

    The bytes stay as they are, unless they hold metadata, say that the picture lies on its side, or mix printing
    colours (CMYK), which browsers show each in their own way: then it is turned and written anew, JPEG and WebP at
    quality 92, PNG and GIF without loss.

    Raises:
        Refusal: no picture of the four kinds, broken, moving, or of too many pixels.
    """
    if not content:
        raise Refusal(Flaw.EMPTY, "the file is empty")
    refuse_bytes(Kind.PICTURE, len(content))
    try:
        return _decoded(content)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels() from None
    except Refusal:
        raise
    except UnidentifiedImageError:
        raise Refusal(Flaw.KIND, "must be a PNG, JPEG, WebP or GIF picture") from None
    except Exception:  # noqa: BLE001 - decoders raise a dozen kinds; all mean that the bytes are no whole picture
        raise Refusal(Flaw.BROKEN, "the picture is broken or cut off") from None


def thumbnail_of(image: Image.Image) -> bytes:
    """A WebP of an upright image, at most 320 pixels wide and high."""
    small = image.copy() if image.mode in ("RGB", "RGBA") else image.convert("RGBA" if "A" in image.mode else "RGB")
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), reducing_gap=2.0)
    small.info = {}
    written = io.BytesIO()
    small.save(written, "WEBP", quality=_THUMBNAIL_QUALITY, method=2)
    return written.getvalue()


def _decoded(content: bytes) -> Picture:
    with Image.open(io.BytesIO(content), formats=_FORMATS) as checked:
        if checked.width * checked.height > PIXELS_MAX:
            raise _too_many_pixels()
        if checked.format != "MPO" and getattr(checked, "is_animated", False):
            raise Refusal(Flaw.MOVING, "moving pictures are not supported: one frame only")
        checked.verify()
    # A verified image cannot be read any more.
    with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
        image.load()
        extension = _EXTENSIONS[image.format or ""]
        if _holds_more_than_pixels(image) or image.mode == "CMYK":
            return _written_anew(image, extension)
        return Picture(content, extension, image.width, image.height, _smaller(image))


def _holds_more_than_pixels(image: Image.Image) -> bool:
    named = ("exif", "xmp", "XML:com.adobe.xmp", "photoshop", "comment")
    return image.format == "MPO" or any(name in image.info for name in named) or bool(getattr(image, "text", None))


def _written_anew(image: Image.Image, extension: str) -> Picture:
    upright = ImageOps.exif_transpose(image)
    # What the encoder would take over: metadata goes, what makes pixels transparent stays.
    upright.info = {name: upright.info[name] for name in ("transparency",) if name in upright.info}
    if extension == "jpg" and upright.mode not in _JPEG_MODES:
        upright = upright.convert("RGB")
    written = io.BytesIO()
    upright.save(written, _SAVED_AS[extension], **({"quality": _QUALITY} if extension in ("jpg", "webp") else {}))
    return Picture(written.getvalue(), extension, upright.width, upright.height, _smaller(upright))


def _smaller(image: Image.Image) -> bytes:
    """A small one of a picture that is not small itself."""
    return thumbnail_of(image) if max(image.size) > THUMBNAIL_SIDE else b""


def _too_many_pixels() -> Refusal:
    return Refusal(Flaw.TOO_MANY_PIXELS, f"a picture has at most {PIXELS_MAX:,} pixels", PIXELS_MAX)
