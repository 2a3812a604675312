"""Pictures, sound and videos in a ZIP file, one at a time, and the known answers in its gold.csv.

Every size is bounded before it is read.
"""

from __future__ import annotations

import io
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from services.gateway.uploads.problems import FileError, Problem, RefusedRow, Wrong
from services.gateway.uploads.rows import KEY_LENGTH_MAX, RowFile, shorten, tidy

PICTURE_BYTES_MAX: Final = 20 * 1024 * 1024
RECORDING_BYTES_MAX: Final = 500 * 1024 * 1024
# All of it unpacked: files of these kinds hardly pack, so one of 600 MB that holds more than this is made to hold it.
ARCHIVE_BYTES_MAX: Final = 1024 * 1024 * 1024
GOLD_BYTES_MAX: Final = 4 * 1024 * 1024
# What the list of files may take in the archive, about 20,000 of them: Python holds all of it in memory.
LIST_BYTES_MAX: Final = 2 * 1024 * 1024
GOLD_FILE: Final = "gold.csv"
SHEET_FILE: Final = "items.jsonl"
SHEET_BYTES_MAX: Final = 32 * 1024 * 1024
_PICTURES: Final = (".png", ".jpg", ".jpeg", ".webp", ".gif")
_RECORDINGS: Final = (
    *(".wav", ".mp3", ".m4a", ".aac", ".ogg", ".oga", ".opus", ".flac", ".weba", ".amr", ".aif", ".aiff"),
    *(".mp4", ".m4v", ".mov", ".webm", ".mkv", ".avi", ".mpg", ".mpeg", ".ts", ".wmv", ".flv", ".3gp", ".ogv"),
)
_PIECE_BYTES: Final = 1024 * 1024
_UTF8_FLAG: Final = 0x800
_END_BYTES: Final = 22
_COMMENT_BYTES_MAX: Final = 65_535
_END_MARK: Final = b"PK\x05\x06"
_ZIP64_MARK: Final = b"PK\x06\x07"
_ZIP64_BYTES: Final = 20
_READ_ERRORS: Final = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)


@dataclass(frozen=True, slots=True)
class MediaFile:
    """One file: its place in the archive, its key, the known answer (empty: none), and its bytes.

    Those of a recording lie in a temporary file, which whoever takes it closes.
    """

    line: int
    key: str
    gold: str
    content: bytes | BinaryIO


class MediaArchive:
    """An open ZIP file of pictures, sound and videos.

    Attributes:
        count: how many of them there are.
        gold: the known answers by key.
        sheet: the content of its items.jsonl, whose rows name the files; empty where it has none.
    """

    def __init__(self, file: BinaryIO) -> None:
        """Reads the list of files and the known answers; not on an event loop.

        Raises:
            FileError: it is no such file, or holds too much.
        """
        check_list(file)
        try:
            self._archive = zipfile.ZipFile(file)
        except _READ_ERRORS:
            raise FileError(Wrong.ARCHIVE_BROKEN) from None
        members = [(name_of(member), member) for member in self._archive.infolist() if not member.is_dir()]
        shown = [(name, member) for name, member in members if not _is_hidden(name)]
        self._media = [(name, member) for name, member in shown if name.lower().endswith(_PICTURES + _RECORDINGS)]
        self.count = len(self._media)
        if not self.count:
            raise FileError(Wrong.NO_MEDIA)
        table = next((member for name, member in shown if name.rpartition("/")[2].lower() == GOLD_FILE), None)
        self.gold: dict[str, str] = self._known_answers(table) if table else {}
        sheet = next((member for name, member in shown if name.rpartition("/")[2].lower() == SHEET_FILE), None)
        self.sheet = self._read(sheet, SHEET_BYTES_MAX) if sheet else b""

    def __iter__(self) -> Iterator[MediaFile | RefusedRow]:
        """The files, read one by one; not on an event loop.

        Raises:
            FileError: they are larger together than an archive may be.
        """
        left = ARCHIVE_BYTES_MAX
        for line, (name, member) in enumerate(self._media, start=1):
            problem: Problem | None = None
            content: bytes | BinaryIO = b""
            # What is refused has been unpacked too, up to its bound.
            most = RECORDING_BYTES_MAX if name.lower().endswith(_RECORDINGS) else PICTURE_BYTES_MAX
            size = min(member.file_size, most)
            if len(name) > KEY_LENGTH_MAX:
                problem = Problem.of(Wrong.KEY_TOO_LONG, most=KEY_LENGTH_MAX)
            else:
                try:
                    if most == RECORDING_BYTES_MAX:
                        content, size = self._unpack(member, min(most, left))
                    else:
                        content = self._read(member, most)
                        size = len(content)
                except FileError as error:
                    problem = error.problem
            left -= size
            if left < 0:
                raise FileError(Wrong.ARCHIVE_TOO_LARGE, most=ARCHIVE_BYTES_MAX // 1024 // 1024)
            if problem:
                yield RefusedRow(line, shorten(name), problem)
            else:
                gold = self.gold.get(name, "") or self.gold.get(name.rpartition("/")[2], "")
                yield MediaFile(line, name, gold, content)

    def _unpack(self, member: zipfile.ZipInfo, bytes_max: int) -> tuple[BinaryIO, int]:
        """A file of the archive in a temporary file, and its size."""
        file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever takes it closes it
        size = 0
        try:
            with self._archive.open(member) as opened:
                while size <= bytes_max and (piece := opened.read(_PIECE_BYTES)):
                    size += len(piece)
                    file.write(piece)
        except _READ_ERRORS:
            file.close()
            raise FileError(Wrong.PICTURE_BROKEN) from None
        if size > bytes_max:
            file.close()
            raise FileError(Wrong.PICTURE_TOO_LARGE, most=bytes_max // 1024 // 1024)
        return file, size

    def _read(self, member: zipfile.ZipInfo, bytes_max: int) -> bytes:
        """A file of the archive; what it says of its size is not believed."""
        try:
            with self._archive.open(member) as opened:
                content = opened.read(bytes_max + 1)
        except _READ_ERRORS:
            raise FileError(Wrong.PICTURE_BROKEN) from None
        if len(content) > bytes_max:
            raise FileError(Wrong.PICTURE_TOO_LARGE, most=bytes_max // 1024 // 1024)
        return content

    def _known_answers(self, member: zipfile.ZipInfo) -> dict[str, str]:
        rows = RowFile(io.BytesIO(self._read(member, GOLD_BYTES_MAX)), "label", key_column="file")
        return {row.key: row.text for row in rows if not isinstance(row, RefusedRow)}


def name_of(member: zipfile.ZipInfo) -> str:
    """A file's name in NFC. Korean Windows writes names in CP949 without saying so, Python reads them as CP437."""
    name = member.filename
    if not member.flag_bits & _UTF8_FLAG:
        raw = name.encode("cp437", "replace")
        for encoding in ("utf-8", "cp949"):
            try:
                name = raw.decode(encoding)
            except UnicodeDecodeError:
                continue
            break
    return tidy(name.replace("\\", "/"))


def _is_hidden(name: str) -> bool:
    """Files that systems add by themselves."""
    return name.startswith("__MACOSX/") or any(part.startswith(".") for part in name.split("/"))


def check_list(file: BinaryIO) -> None:
    """Bounds the list of files before Python reads it; looks for it where `zipfile` does."""
    file.seek(0)
    if file.read(2) != b"PK":
        raise FileError(Wrong.NO_ARCHIVE)
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - _END_BYTES - _COMMENT_BYTES_MAX - _ZIP64_BYTES))
    tail = file.read()
    without_comment = len(tail) - _END_BYTES
    at = without_comment if tail[without_comment:].startswith(_END_MARK) else tail.rfind(_END_MARK)
    if at < 0 or len(tail) - at < _END_BYTES:
        raise FileError(Wrong.ARCHIVE_BROKEN)
    list_bytes = struct.unpack_from("<L", tail, at + 12)[0]
    if list_bytes > LIST_BYTES_MAX or tail[max(0, at - _ZIP64_BYTES) : at].startswith(_ZIP64_MARK):
        raise FileError(Wrong.ARCHIVE_TOO_MANY)
    file.seek(0)
