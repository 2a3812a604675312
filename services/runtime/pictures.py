"""Pictures that people upload: which bytes are taken, and what of them is kept.

What comes in is shown to strangers in their browsers: so it must really be a picture, of a bounded size, and must not
say where, when and by whom it was taken (a photo's metadata may hold the place of a home).
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from services.core.errors import FieldViolation, InvalidArgumentError, Reason

BYTES_MAX = 20 * 1024 * 1024
PIXELS_MAX = 50_000_000
FIELD = "chunk"

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
# MPO: what phones call JPEG when a second picture (depth, preview) follows the first.
_EXTENSIONS = {"PNG": "png", "JPEG": "jpg", "MPO": "jpg", "WEBP": "webp", "GIF": "gif"}
_SAVED_AS = {"png": "PNG", "jpg": "JPEG", "webp": "WEBP"}
_QUALITY = 92
_JPEG_MODES = ("L", "RGB")


@dataclass(frozen=True)
class Picture:
    """A picture as it is stored. `extension` is png, jpg, webp or gif; the size is in pixels."""

    content: bytes
    extension: str
    width: int
    height: int

    @property
    def sha256(self) -> str:
        """The hash that names it, in hexadecimal digits."""
        return hashlib.sha256(self.content).hexdigest()


def media_invalid(rule: str) -> InvalidArgumentError:
    """The error for bytes that are not taken: `rule` says which rule they break."""
    return InvalidArgumentError(
        f"{FIELD}: {rule}", reason=Reason.MEDIA_INVALID, violations=(FieldViolation(FIELD, rule),), rule=rule
    )


def refuse_bytes(size_bytes: int) -> None:
    """Refuses more bytes than a picture may have.

    Raises:
        InvalidArgumentError: MEDIA_INVALID.
    """
    if size_bytes > BYTES_MAX:
        raise media_invalid(f"a picture has at most {BYTES_MAX // 1024 // 1024} MB")


def read_picture(content: bytes) -> Picture:
    """The picture that bytes hold, decoded once to be sure of it; takes up to a second, so not on an event loop.

    The bytes stay as they are, unless they hold metadata or say that the picture lies on its side: then it is turned
    and written anew without them, JPEG and WebP at quality 92, PNG without loss.

    Raises:
        InvalidArgumentError: MEDIA_INVALID: no picture of the four kinds, broken, moving, or of too many pixels.
    """
    if not content:
        raise media_invalid("the picture is empty")
    refuse_bytes(len(content))
    try:
        return _decoded(content)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels() from None
    except InvalidArgumentError:
        raise
    except UnidentifiedImageError:
        raise media_invalid("must be a PNG, JPEG, WebP or GIF picture") from None
    except Exception:  # noqa: BLE001 - decoders raise a dozen kinds; all mean that the bytes are no whole picture
        raise media_invalid("the picture is broken or cut off") from None


def _decoded(content: bytes) -> Picture:
    with Image.open(io.BytesIO(content), formats=_FORMATS) as checked:
        if checked.width * checked.height > PIXELS_MAX:
            raise _too_many_pixels()
        if checked.format != "MPO" and getattr(checked, "is_animated", False):
            raise media_invalid("moving pictures are not supported: one frame only")
        checked.verify()
    # A verified image cannot be read any more.
    with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
        image.load()
        extension = _EXTENSIONS[image.format or ""]
        if extension != "gif" and _holds_more_than_pixels(image):
            return _written_anew(image, extension)
        return Picture(content, extension, image.width, image.height)


def _holds_more_than_pixels(image: Image.Image) -> bool:
    named = ("exif", "xmp", "XML:com.adobe.xmp", "photoshop")
    return image.format == "MPO" or any(name in image.info for name in named) or bool(getattr(image, "text", None))


def _written_anew(image: Image.Image, extension: str) -> Picture:
    upright = ImageOps.exif_transpose(image)
    # What the encoder would take over: metadata goes, what makes pixels transparent stays.
    upright.info = {name: upright.info[name] for name in ("transparency",) if name in upright.info}
    if extension == "jpg" and upright.mode not in _JPEG_MODES:
        upright = upright.convert("RGB")
    written = io.BytesIO()
    upright.save(written, _SAVED_AS[extension], **({} if extension == "png" else {"quality": _QUALITY}))
    return Picture(written.getvalue(), extension, upright.width, upright.height)


def _too_many_pixels() -> InvalidArgumentError:
    return media_invalid(f"a picture has at most {PIXELS_MAX:,} pixels")
