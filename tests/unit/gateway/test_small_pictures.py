"""The small picture of an item in a list of answers: of a photo, of a film, and never from outside."""

import json

from ilgam.common.v1.common_pb2 import MediaFacts
from ilgam.tasks.v1 import tasks_service_pb2 as pb

from services.gateway.pages.work.answers import picture_of
from services.gateway.pages.work.parts import Part, parts_of
from services.gateway.pages.work.question import question_of

FILE, SMALL = "media:file", "media:small.webp"
CONTROL = {"id": "box", "on": "shown", "labels": [{"value": "cup", "ko": "컵", "en": "Cup"}]}


def parts(kind: str, control: str, held: str, small: str) -> tuple[Part, ...]:
    schema = {
        "schema": "ilgam.label-config/1",
        "objects": [{"id": "shown", "kind": kind, "from": "$.file"}],
        "controls": [CONTROL | {"kind": control} | ({"tools": ["rect"]} if control == "shape" else {})],
    }
    work = pb.GetWorkJobResponse(label_schema_json=json.dumps(schema))
    media = [MediaFacts(media_id=FILE, thumbnail_id=small)]
    item = pb.Assignment(data_json=json.dumps({"file": held}), media=media)
    return parts_of(item, question_of(work, "ko"), lambda media_id: f"/media/{media_id.removeprefix('media:')}")


def picture(kind: str, control: str, held: str = FILE, small: str = SMALL) -> str:
    return picture_of(parts(kind, control, held, small))


def test_a_film_and_a_photo_have_a_small_picture() -> None:
    assert picture("video", "track") == "/media/small.webp"
    assert picture("image", "shape") == "/media/small.webp"


def test_without_one_a_photo_is_shown_itself_and_a_film_is_not() -> None:
    assert picture("image", "shape", small="") == "/media/file"
    assert picture("video", "track", small="") == ""


def test_nothing_comes_from_outside() -> None:
    assert picture("image", "shape", held="https://elsewhere.test/photo.png") == ""
    assert picture("image", "shape", held="data:image/png;base64,AA==").startswith("data:")
