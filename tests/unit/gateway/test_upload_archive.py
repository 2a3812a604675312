"""ZIP files of pictures, honest ones and others."""

import io
import zipfile

import pytest

from services.gateway.uploads import archive as archive_module
from services.gateway.uploads.archive import MediaArchive, MediaFile
from services.gateway.uploads.problems import FileError, RefusedRow, Wrong


def packed(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> io.BytesIO:
    packed_file = io.BytesIO()
    with zipfile.ZipFile(packed_file, "w", method) as opened:
        for name, content in files.items():
            opened.writestr(name, content)
    return packed_file


def wrong_with(file: io.BytesIO) -> Wrong:
    with pytest.raises(FileError) as caught:
        MediaArchive(file)
    return caught.value.problem.wrong


def test_pictures_come_by_name_with_their_known_answers() -> None:
    files = {"cats/1.png": b"one", "2.JPG": b"two", "gold.csv": "file,label\n1.png,고양이\n".encode("cp949")}
    assert list(MediaArchive(packed(files))) == [
        MediaFile(1, "cats/1.png", "고양이", b"one"),
        MediaFile(2, "2.JPG", "", b"two"),
    ]


def test_what_systems_add_by_themselves_is_passed_over() -> None:
    files = {"__MACOSX/._1.png": b"x", ".DS_Store": b"x", ".hidden.png": b"x", "notes.txt": b"x", "a/1.png": b"one"}
    assert [entry.key for entry in MediaArchive(packed(files)) if isinstance(entry, MediaFile)] == ["a/1.png"]


def test_names_that_korean_windows_wrote_are_read() -> None:
    raw = packed({"AAAA.png": b"one"}).getvalue().replace(b"AAAA", "사진".encode("cp949"))
    assert [entry.key for entry in MediaArchive(io.BytesIO(raw)) if isinstance(entry, MediaFile)] == ["사진.png"]


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (b"", Wrong.NO_ARCHIVE),
        (b"text\nhello", Wrong.NO_ARCHIVE),
        (b"PK\x03\x04 and then nothing", Wrong.ARCHIVE_BROKEN),
        (b"PK\x03\x04" + b"PK\x05\x06" + b"\x00" * 6 + b"\xff" * 12, Wrong.ARCHIVE_TOO_MANY),
    ],
)
def test_what_is_no_archive_is_refused_as_what_it_is(content: bytes, wrong: Wrong) -> None:
    assert wrong_with(io.BytesIO(content)) == wrong


def test_an_archive_without_pictures_is_refused() -> None:
    assert wrong_with(packed({"readme.txt": b"hello"})) == Wrong.NO_MEDIA


def test_an_archive_of_too_many_files_is_refused_before_its_list_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_module, "LIST_BYTES_MAX", 1000)
    many = packed({f"{number}.png": b"x" for number in range(50)})
    assert wrong_with(many) == Wrong.ARCHIVE_TOO_MANY


def test_a_picture_that_grows_without_end_is_refused_and_the_next_one_is_read() -> None:
    grown = b"\x00" * (archive_module.PICTURE_BYTES_MAX + 10)
    first, second = MediaArchive(packed({"bomb.png": grown, "2.png": b"two"}))
    assert isinstance(first, RefusedRow)
    assert (first.shown, first.problem.wrong) == ("bomb.png", Wrong.PICTURE_TOO_LARGE)
    assert second == MediaFile(2, "2.png", "", b"two")


def test_a_broken_picture_is_refused_and_the_next_one_is_read() -> None:
    raw = bytearray(packed({"1.png": b"one one one", "2.png": b"two"}, zipfile.ZIP_STORED).getvalue())
    raw[raw.index(b"one one")] = 0
    first, second = MediaArchive(io.BytesIO(bytes(raw)))
    assert isinstance(first, RefusedRow)
    assert first.problem.wrong == Wrong.PICTURE_BROKEN
    assert second == MediaFile(2, "2.png", "", b"two")


def test_a_table_of_known_answers_without_its_columns_is_told() -> None:
    assert wrong_with(packed({"1.png": b"one", "gold.csv": b"name,answer\n1.png,cat"})) == Wrong.COLUMN_MISSING


def test_an_archive_that_is_much_larger_unpacked_is_read_up_to_its_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_module, "PICTURE_BYTES_MAX", 1_000)
    monkeypatch.setattr(archive_module, "ARCHIVE_BYTES_MAX", 2_500)
    pictures = {f"{number}.png": bytes([number]) * 1_000 for number in range(4)}
    too_large = {f"{number}.png": b"x" * 1_001 for number in range(4)}
    for files in (pictures, too_large):
        read = iter(MediaArchive(packed(files)))
        assert len([next(read), next(read)]) == 2
        with pytest.raises(FileError) as caught:
            next(read)
        assert caught.value.problem.wrong == Wrong.ARCHIVE_TOO_LARGE


def test_a_recording_lies_on_the_disk_and_is_bounded_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_module, "RECORDING_BYTES_MAX", 1_000)
    files = {"1.wav": b"x" * 1_001, "2.MP4": b"film", "3.wav": b"y" * 1_000}
    first, second, third = MediaArchive(packed(files))
    assert isinstance(first, RefusedRow)
    assert first.problem.wrong == Wrong.PICTURE_TOO_LARGE
    for entry, content in ((second, b"film"), (third, b"y" * 1_000)):
        assert isinstance(entry, MediaFile)
        assert not isinstance(entry.content, bytes)
        with entry.content as file:
            file.seek(0)
            assert file.read() == content
