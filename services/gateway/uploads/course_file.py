"""A course as a file: its document alone, or a ZIP file of the document (course.json) and the files that it names."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Final

from services.gateway.uploads.archive import check_list, name_of
from services.gateway.uploads.problems import FileError, Wrong

DOCUMENT_FILE: Final = "course.json"
DOCUMENT_BYTES_MAX: Final = 4 * 1024 * 1024
FILE_BYTES_MAX: Final = 20 * 1024 * 1024
FILES_MAX: Final = 200
ALL_BYTES_MAX: Final = 300 * 1024 * 1024
_ENDINGS: Final = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".mp4", ".webm", ".vtt")
_ZIP: Final = b"PK"


@dataclass(frozen=True)
class CourseFile:
    """What was uploaded: the document's bytes, and the files by the names that the document may use for them."""

    document: bytes
    files: Mapping[str, bytes] = field(default_factory=dict)


def read_course_file(file: BinaryIO) -> CourseFile:
    """Reads a document or an archive; not on an event loop.

    Raises:
        FileError: it is broken, or holds too much, or no document.
    """
    file.seek(0)
    if file.read(2) != _ZIP:
        file.seek(0)
        document = file.read(DOCUMENT_BYTES_MAX + 1)
        if len(document) > DOCUMENT_BYTES_MAX:
            raise FileError(Wrong.ARCHIVE_TOO_LARGE, most=DOCUMENT_BYTES_MAX // 1024 // 1024)
        return CourseFile(document)
    check_list(file)
    try:
        with zipfile.ZipFile(file) as archive:
            return _unpacked(archive)
    except (
        zipfile.BadZipFile,
        EOFError,
        OSError,
        NotImplementedError,
        RuntimeError,
        ValueError,
        io.UnsupportedOperation,
    ):
        raise FileError(Wrong.ARCHIVE_BROKEN) from None


def _unpacked(archive: zipfile.ZipFile) -> CourseFile:
    members = {name_of(member): member for member in archive.infolist() if not member.is_dir()}
    found = next((name for name in sorted(members, key=len) if name.rpartition("/")[2] == DOCUMENT_FILE), None)
    if found is None:
        raise FileError(Wrong.NO_JSON)
    folder = found.removesuffix(DOCUMENT_FILE)
    named = {name.removeprefix(folder): one for name, one in members.items() if name.startswith(folder)}
    media = {name: one for name, one in named.items() if name.lower().endswith(_ENDINGS)}
    if len(media) > FILES_MAX:
        raise FileError(Wrong.ARCHIVE_TOO_MANY)
    files: dict[str, bytes] = {}
    left = ALL_BYTES_MAX
    for name, member in media.items():
        files[name] = _read(archive, member, FILE_BYTES_MAX)
        left -= len(files[name])
        if left < 0:
            raise FileError(Wrong.ARCHIVE_TOO_LARGE, most=ALL_BYTES_MAX // 1024 // 1024)
    return CourseFile(_read(archive, members[found], DOCUMENT_BYTES_MAX), files)


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, bytes_max: int) -> bytes:
    """A file of the archive; what it says of its size is not believed."""
    with archive.open(member) as opened:
        content = opened.read(bytes_max + 1)
    if len(content) > bytes_max:
        raise FileError(Wrong.PICTURE_TOO_LARGE, most=bytes_max // 1024 // 1024)
    return content


def names_in(document: object, names: Mapping[str, Any]) -> set[str]:
    """Which of the archive's files a document names."""
    if isinstance(document, dict):
        return {name for value in document.values() for name in names_in(value, names)}
    if isinstance(document, list):
        return {name for value in document for name in names_in(value, names)}
    return {document} if isinstance(document, str) and document in names else set()


def with_media(document: object, media_ids: Mapping[str, str]) -> object:
    """The document with the names of files replaced by the names that they are stored under."""
    if isinstance(document, dict):
        return {name: with_media(value, media_ids) for name, value in document.items()}
    if isinstance(document, list):
        return [with_media(value, media_ids) for value in document]
    return media_ids.get(document, document) if isinstance(document, str) else document
