"""What a row of a picture job may show."""

import json

import pytest

from services.labelling.schema import LabelSchema
from services.tasks.domain.import_row import ImportRow, ImportRules, check_row, media_named, refusal
from tests.support.pictures import data_url, picture

MEDIA_ID = f"media:{'0a' * 32}.png"
RULES = ImportRules(LabelSchema((("image",),), "kind", ("a", "b"), not_sure=False, shows_pictures=True), True)
NO_PICTURE = "data_json: the picture at $.image must be media:<id> (upload it with PutMedia) or a small data:image/..."


def why(shown: str, known: frozenset[str] = frozenset()) -> str:
    return refusal(check_row(ImportRow("k", json.dumps({"image": shown})), RULES), known)


def test_a_stored_picture_of_the_job_is_taken_and_another_is_not() -> None:
    assert why(MEDIA_ID, frozenset({MEDIA_ID})) == ""
    assert why(MEDIA_ID).startswith(NO_PICTURE)


def test_pictures_are_looked_up_once_for_all_rows() -> None:
    row = check_row(ImportRow("k", json.dumps({"image": MEDIA_ID})), RULES)
    assert media_named([row, row]) == {MEDIA_ID}


@pytest.mark.parametrize(("kind", "subtype"), [("PNG", "png"), ("JPEG", "jpeg"), ("WEBP", "webp"), ("GIF", "gif")])
def test_a_small_picture_can_stand_in_the_row(kind: str, subtype: str) -> None:
    assert why(data_url(picture(kind), subtype)) == ""


@pytest.mark.parametrize(
    "shown",
    [
        "https://example.org/a.png",
        "http://127.0.0.1/a.png",
        "//example.org/a.png",
        "/etc/passwd",
        "javascript:alert(1)",
        "data:image/svg+xml;base64,PHN2Zy8+",
        "data:text/html;base64,PHN2Zy8+",
        data_url(picture(), "jpeg"),
        data_url(b"<svg/>"),
        data_url(picture()) + "!",
        data_url(picture()) + "\n",
        data_url(picture() + bytes(64 * 1024)),
        "data:image/png;base64,",
        "media:",
        MEDIA_ID + "\x00",
        MEDIA_ID + "\n",
        MEDIA_ID.upper(),
        f"media:../{'0a' * 32}.png",
        "\ud800",
    ],
)
def test_anything_else_is_no_picture(shown: str) -> None:
    assert why(shown, frozenset({shown})).startswith(NO_PICTURE)


def test_a_text_job_shows_texts_whatever_they_say() -> None:
    texts = ImportRules(LabelSchema((("image",),), "kind", ("a", "b"), not_sure=False), True)
    row = check_row(ImportRow("k", json.dumps({"image": "https://example.org"})), texts)
    assert refusal(row, frozenset()) == ""
