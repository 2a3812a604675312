"""In which letters a file is written: UTF-8, UTF-16 or CP949, the one that Korean spreadsheets save in."""

from __future__ import annotations

import codecs
from enum import StrEnum
from typing import BinaryIO, Final

from services.gateway.uploads.problems import FileError, Wrong

HEAD_BYTES: Final = 64 * 1024
_READ_BYTES: Final = 1024 * 1024
# Below this share of Hangul in what is no ASCII, bytes that CP949 can read are some other encoding.
_HANGUL_SHARE_MIN: Final = 0.3


class Encoding(StrEnum):
    """An encoding by its name in Python."""

    UTF_8 = "utf-8-sig"
    UTF_16 = "utf-16"
    UTF_16_LE = "utf-16-le"
    UTF_16_BE = "utf-16-be"
    CP949 = "cp949"

    @property
    def label(self) -> str:
        """How people call it."""
        return {"utf-8-sig": "UTF-8", "cp949": "CP949(EUC-KR)"}.get(self.value, "UTF-16")


def encoding_of(file: BinaryIO) -> Encoding:
    """Finds out by reading the whole file once; leaves it at its beginning.

    Raises:
        FileError: it is empty, no text, or in letters that we cannot tell.
    """
    file.seek(0)
    head = file.read(HEAD_BYTES)
    if not head.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00"):
        raise FileError(Wrong.EMPTY)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise FileError(Wrong.SPREADSHEET)
    if head.startswith(b"PK\x03\x04"):
        raise FileError(Wrong.SPREADSHEET if b"xl/" in head or b"[Content_Types]" in head else Wrong.IS_ARCHIVE)
    found = next((one for one in _candidates(head) if _reads(file, one)), None)
    file.seek(0)
    if found is None:
        raise FileError(Wrong.LETTERS_UNKNOWN)
    return found


def _candidates(head: bytes) -> list[Encoding]:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return [Encoding.UTF_16]
    if head.startswith(codecs.BOM_UTF8):
        return [Encoding.UTF_8]
    if b"\x00" in head:
        # Commas and line ends have their 0 after them in little endian, before them in big endian.
        little = head[1::2].count(0) >= head[0::2].count(0)
        return [Encoding.UTF_16_LE if little else Encoding.UTF_16_BE] if _looks_wide(head) else []
    return [Encoding.UTF_8, Encoding.CP949] if _looks_korean(head) else [Encoding.UTF_8]


def _looks_wide(head: bytes) -> bool:
    """Whether zeros stand where two-byte letters have them, not all over as in other files."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    return min(even, odd) * 20 < max(even, odd)


def _looks_korean(head: bytes) -> bool:
    letters = [letter for letter in head.decode(Encoding.CP949, "ignore") if not letter.isascii()]
    hangul = sum("가" <= letter <= "힣" or "ㄱ" <= letter <= "ㆎ" for letter in letters)
    return hangul >= _HANGUL_SHARE_MIN * len(letters)


def _reads(file: BinaryIO, encoding: Encoding) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while data := file.read(_READ_BYTES):
            decoder.decode(data)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True
