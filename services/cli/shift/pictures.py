"""Grey pictures as PNG data URLs, written with nothing but zlib (PNG: ISO/IEC 15948)."""

import base64
import struct
import zlib
from collections.abc import Sequence

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_GREY_8_BIT = (8, 0, 0, 0, 0)
_NO_FILTER = b"\x00"


def png(rows: Sequence[bytes]) -> bytes:
    """A grey picture.

    Args:
        rows: one byte a pixel, 0 black to 255 white; all of the same length.
    """
    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), *_GREY_8_BIT)
    pixels = zlib.compress(b"".join(_NO_FILTER + row for row in rows), 9)
    return _SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")


def scaled(rows: Sequence[bytes], factor: int) -> list[bytes]:
    """The picture with each pixel as a square of `factor` pixels."""
    return [bytes(value for value in row for _ in range(factor)) for row in rows for _ in range(factor)]


def data_url(picture: bytes) -> str:
    """A PNG as a data URL."""
    return f"data:image/png;base64,{base64.b64encode(picture).decode()}"


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
