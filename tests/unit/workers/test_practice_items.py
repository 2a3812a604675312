"""Practice of every kind: what an item shows, and its right answer."""

import json
import unicodedata
from typing import Any

import pytest

from services.labelling.refusal import AnswerInvalidError
from services.labelling.values import MediaSize
from services.workers.domain.course_document import parse_course
from services.workers.domain.places import PlaceError
from services.workers.domain.right_answer import marks_in
from tests.support.courses import document, module
from tests.support.hostile import HOSTILE

PHOTO, SOUND, CLIP = (f"media:{'0' * 64}.{ending}" for ending in ("png", "wav", "webm"))
LABELS = [{"value": "cup"}, {"value": "bike"}]
BOX = {"id": "b", "control": "c", "type": "rect", "label": "cup", "value": {"x": 1, "y": 2, "w": 30, "h": 40}}


def span(quote: str) -> dict[str, Any]:
    value = {"start": 3, "end": 3 + len(quote), "quote": quote}
    return {"id": "s", "control": "c", "type": "span", "label": "cup", "value": value}


TRACK = {"id": "t", "control": "c", "type": "track", "label": "cup"}
KEYFRAMES = {"keyframes": [{"frame": 3, "box": [1, 1, 9, 9]}]}
SEGMENT = {"id": "s", "control": "c", "type": "segment", "label": "cup", "value": {"start_ms": 1, "end_ms": 900}}
CELL = {"id": "e", "control": "c", "type": "cell", "label": "cup", "value": {"row": 1, "column": 0}}
TABLE = {"columns": ["이름"], "rows": [["가"], ["나"]]}
KINDS: dict[str, tuple[Any, Any, Any, Any]] = {
    "IMAGE_SHAPE": ("image", {"kind": "shape", "labels": LABELS, "tools": ["rect"]}, PHOTO, BOX),
    "TEXT_SPAN": ("text", {"kind": "span", "labels": LABELS}, "우리 해운대", span("해운대")),
    "AUDIO_SEGMENT": ("audio", {"kind": "segment", "labels": LABELS}, SOUND, SEGMENT),
    "VIDEO_TRACK": ("video", {"kind": "track", "labels": LABELS}, CLIP, TRACK | {"value": KEYFRAMES}),
    "TABLE_CELL": ("table", {"kind": "cell", "labels": LABELS}, TABLE, CELL),
    "TEXT_WRITING": ("html", {"kind": "text"}, "<h2>알림</h2><p>요약</p>", {"control": "c", "value": {"text": "요약"}}),
}


def course(kind: str, *, data: Any = None, right: Any = None) -> str:
    shown, control, held, mark = KINDS[kind]
    schema = {
        "schema": "ilgam.label-config/1",
        "objects": [{"id": "o", "kind": shown, "from": "$.shown"}],
        "controls": [control | {"id": "c", "on": "o"}],
    }
    whole = document(module("first", practice=1))
    first = whole["modules"][0]
    first["annotation_type"] = kind
    item = first["practice"]["items"][0]
    item["data"] = {"shown": held if data is None else data}
    item["right"] = right if right is not None else {"schema": "ilgam.annotation/1", "results": [mark]}
    first["practice"]["label_schema"] = schema
    return json.dumps(whole)


@pytest.mark.parametrize("kind", KINDS)
def test_practice_of_each_kind_has_its_right_answer(kind: str) -> None:
    practice = parse_course(course(kind)).modules[0].practice
    assert practice is not None
    assert [mark.control for mark in practice.items[0].right] == ["c"]


@pytest.mark.parametrize(
    ("kind", "changed", "words"),
    [
        ("IMAGE_SHAPE", {"data": "a text"}, "items[0].data.shown must name a picture"),
        ("AUDIO_SEGMENT", {"data": PHOTO}, "items[0].data.shown must name a sound"),
        ("VIDEO_TRACK", {"data": SOUND}, "items[0].data.shown must name a video"),
        ("TABLE_CELL", {"data": {"columns": ["a"], "rows": [["b", "c"]]}}, "data.shown.rows[0] must be a list of 1"),
        ("TABLE_CELL", {"data": {"columns": ["a"], "rows": [[1]]}}, "data.shown.rows[0][0] must be a text"),
        ("TABLE_CELL", {"data": {"columns": ["a"], "rows": [["b"]]}}, "items[0].right results[0].value.row must be"),
        ("TEXT_SPAN", {"data": "다른 글입니다"}, "items[0].right results[0].value.quote must be the text"),
        ("TEXT_SPAN", {"data": unicodedata.normalize("NFD", "우리 해운대")}, "items[0].data.shown must be in NFC"),
        ("TEXT_SPAN", {"data": "우리 해운대\r\n"}, "items[0].data.shown must be in NFC"),
        *(("TEXT_WRITING", {"data": html}, "items[0].data.shown must be html of structure") for html in HOSTILE),
        ("TEXT_WRITING", {"data": "<p>열린 채로"}, "items[0].data.shown must be html of structure"),
        ("TEXT_WRITING", {"data": "<p> </p>"}, "items[0].data.shown holds html without a text"),
        ("TEXT_SPAN", {"right": {"label": "cup"}}, "items[0].right results must be a list"),
        ("TEXT_SPAN", {"right": "cup"}, "items[0].right must be an annotation"),
    ],
)
def test_an_item_that_cannot_be_right_is_refused_with_its_path(kind: str, changed: Any, words: str) -> None:
    with pytest.raises(PlaceError) as refused:
        parse_course(course(kind, **changed))
    assert words in str(refused.value)


def test_marks_on_files_are_bounded_by_what_is_known_of_the_files() -> None:
    practice = parse_course(course("IMAGE_SHAPE")).modules[0].practice
    assert practice is not None
    answer = json.dumps({"results": [BOX]})
    data = practice.items[0].data
    assert marks_in(practice.schema, data, answer, {PHOTO: MediaSize(31, 42)})
    with pytest.raises(AnswerInvalidError, match="must end inside the 30 pixels"):
        marks_in(practice.schema, data, answer, {PHOTO: MediaSize(30, 42)})


def pictured(**held: object) -> str:
    """A course with practice that asks for one of two pictures."""
    options = [{"value": one, "ko": one, "en": one, "image": f"$.{one}"} for one in ("a", "b")]
    whole = json.loads(course("IMAGE_SHAPE"))
    practice = whole["modules"][0]["practice"]
    whole["modules"][0]["annotation_type"] = "IMAGE_CHOICE"
    practice["label_schema"]["controls"] = [{"id": "c", "kind": "choice", "on": "o", "options": options}]
    practice["items"][0] |= {"data": {"shown": PHOTO} | held, "right": {"label": "b"}}
    return json.dumps(whole)


def test_choices_may_be_pictures_of_the_course() -> None:
    found = parse_course(pictured(a=PHOTO, b=PHOTO.replace("0", "1")))
    assert {media_id for _, media_id in found.media} >= {PHOTO, PHOTO.replace("0", "1")}


@pytest.mark.parametrize("held", [{}, {"a": PHOTO}, {"a": PHOTO, "b": SOUND}, {"a": PHOTO, "b": "b.png"}])
def test_a_choice_whose_picture_is_missing_is_refused_by_its_place(held: dict[str, str]) -> None:
    with pytest.raises(PlaceError) as refused:
        parse_course(pictured(**held))
    assert refused.value.path.endswith(".data.a" if not held else ".data.b")
