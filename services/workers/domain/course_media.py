"""Which files a course takes besides pictures: videos and captions, told by their first bytes."""

from __future__ import annotations

from typing import Final

MEDIA_PER_COURSE_MAX: Final = 2_000
_CAPTIONS_BYTES_MAX: Final = 1024 * 1024
_EBML: Final = b"\x1a\x45\xdf\xa3"
_WEBM_WITHIN: Final = 64


def extension_of(content: bytes) -> str:
    """mp4, webm or vtt; empty for everything else, pictures among them."""
    if content[4:8] == b"ftyp":
        return "mp4"
    if content.startswith(_EBML) and b"webm" in content[:_WEBM_WITHIN]:
        return "webm"
    return "vtt" if _is_captions(content) else ""


def _is_captions(content: bytes) -> bool:
    """Whether a file is WebVTT: UTF-8 whose first line is WEBVTT, or begins with it and a space."""
    if len(content) > _CAPTIONS_BYTES_MAX:
        return False
    try:
        first = content.decode("utf-8-sig").split("\n", 1)[0].rstrip("\r")
    except UnicodeDecodeError:
        return False
    return first == "WEBVTT" or first.startswith(("WEBVTT ", "WEBVTT\t"))
