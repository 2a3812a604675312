"""Which bytes are taken as a picture, and what of them is kept."""

import hashlib
import struct
import zlib

import pytest
from PIL import Image

from services.core.errors import Reason
from services.runtime.media_rules import BYTES_MAX, Kind, Refusal, media_invalid
from services.runtime.pictures import THUMBNAIL_SIDE, read_picture
from tests.support.pictures import encoded, moving, opened, photo, picture


def rule_of(content: bytes) -> str:
    """The rule that the bytes break."""
    with pytest.raises(Refusal) as refused:
        read_picture(content)
    error = media_invalid(refused.value)
    assert error.reason is Reason.MEDIA_INVALID
    [violation] = error.violations
    assert violation.field == "chunk"
    assert error.metadata["rule"] == violation.description
    assert error.metadata["flaw"] == refused.value.flaw
    return violation.description


@pytest.mark.parametrize(("kind", "extension"), [("PNG", "png"), ("JPEG", "jpg"), ("WEBP", "webp"), ("GIF", "gif")])
def test_a_picture_without_metadata_keeps_its_bytes(kind: str, extension: str) -> None:
    content = picture(kind)
    read = read_picture(content)
    assert (read.content, read.extension, read.width, read.height) == (content, extension, 8, 6)
    assert read.sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_turned_upright_and_forgets_where_it_was_taken(kind: str) -> None:
    content = photo(kind)
    assert opened(content).getexif()
    read = read_picture(content)
    image = opened(read.content)
    assert (read.width, read.height) == image.size == (8, 16)
    assert not image.getexif()
    assert b"Exif" not in read.content
    # Turned clockwise, what was above is on the right.
    left, right = (image.convert("L").getpixel((x, 8)) for x in (1, 6))
    assert isinstance(left, int)
    assert isinstance(right, int)
    assert (left < 60, right > 200) == (True, True)


def test_texts_in_a_picture_go_and_what_makes_it_transparent_stays() -> None:
    image = Image.new("P", (4, 4), 3)
    image.putpalette([0, 0, 0] * 3 + [10, 20, 30])
    exif = Image.Exif()
    exif[0x013B] = "김일감"
    content = encoded(image, "PNG", transparency=3, exif=exif)
    kept = opened(read_picture(content).content)
    assert kept.convert("RGBA").getpixel((0, 0)) == (10, 20, 30, 0)
    assert "exif" not in kept.info


@pytest.mark.parametrize("kind", ["JPEG", "GIF"])
def test_what_a_picture_says_beside_its_pixels_goes(kind: str) -> None:
    content = encoded(Image.new("P" if kind == "GIF" else "L", (8, 6), 7), kind, comment=b"SECRET at 35.1595, 126.8526")
    assert b"SECRET" in content
    read = read_picture(content)
    assert b"SECRET" not in read.content
    assert (opened(read.content).format, opened(read.content).size) == (kind, (8, 6))


def test_a_second_picture_behind_a_phones_photo_is_dropped() -> None:
    first, second = Image.new("RGB", (8, 6)), Image.new("RGB", (8, 6), (9, 9, 9))
    content = encoded(first, "MPO", save_all=True, append_images=[second])
    assert opened(content).format == "MPO"
    read = read_picture(content)
    assert (read.extension, opened(read.content).format) == ("jpg", "JPEG")


@pytest.mark.parametrize("orientation", [0, 3])
def test_a_photo_for_print_becomes_one_for_screens(orientation: int) -> None:
    exif = Image.Exif()
    if orientation:
        exif[0x0112] = orientation
    content = encoded(Image.new("CMYK", (4, 4)), "JPEG", exif=exif)
    assert opened(read_picture(content).content).mode == "RGB"


@pytest.mark.parametrize(
    ("kind", "mode"), [("JPEG", "RGB"), ("PNG", "RGBA"), ("PNG", "P"), ("PNG", "I;16"), ("WEBP", "RGBA")]
)
def test_a_large_picture_has_a_small_one_and_a_small_picture_is_its_own(kind: str, mode: str) -> None:
    read = read_picture(encoded(Image.new(mode, (800, 400)), kind))
    small = opened(read.thumbnail)
    assert (small.format, small.size) == ("WEBP", (THUMBNAIL_SIDE, THUMBNAIL_SIDE // 2))
    assert read_picture(encoded(Image.new(mode, (320, 200)), kind)).thumbnail == b""


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<html><script>alert(1)</script></html>",
        b"%PDF-1.7",
        b"\x00" * 100,
        picture("BMP"),
        picture("TIFF"),
        picture("PDF"),
    ],
)
def test_other_files_are_no_pictures(content: bytes) -> None:
    assert rule_of(content) == "must be a PNG, JPEG, WebP or GIF picture"


def test_nothing_and_too_much_are_refused() -> None:
    assert rule_of(b"") == "the file is empty"
    assert rule_of(b"\x89PNG" + b"x" * BYTES_MAX[Kind.PICTURE]) == "a picture has at most 20 MB"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_picture_that_is_cut_off_is_refused(kind: str) -> None:
    image = Image.effect_noise((64, 64), 90)
    whole = encoded(image, kind)
    assert rule_of(whole[: len(whole) // 2]) == "the picture is broken or cut off"


def test_a_flipped_byte_in_a_picture_with_a_checksum_is_noticed() -> None:
    content = bytearray(picture("PNG", (64, 64)))
    content[content.index(b"IDAT") + 8] ^= 0xFF
    assert rule_of(bytes(content)) == "the picture is broken or cut off"


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_moving_pictures_are_refused(kind: str) -> None:
    assert rule_of(moving(kind)) == "moving pictures are not supported: one frame only"


@pytest.mark.parametrize("side", [7_200, 9_600, 100_000])
def test_a_small_file_of_endless_pixels_is_refused_unread(side: int) -> None:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    assert rule_of(bomb) == "a picture has at most 50,000,000 pixels"
