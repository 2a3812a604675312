"""Controls that exclude each other at the pages: whichever names the other, one of the two is enough."""

import json

from babel import Locale
from ilgam.tasks.v1 import tasks_service_pb2 as pb

from services.gateway.pages.work.annotated import Said, choice_mark
from services.gateway.pages.work.answer_form import lack_words
from services.gateway.pages.work.question import question_of
from services.gateway.words import Words, load_texts

SCHEMA = {
    "schema": "ilgam.label-config/1",
    "objects": [{"id": "photo", "kind": "image", "from": "$.photo"}],
    "controls": [
        {
            "id": "box",
            "kind": "shape",
            "on": "photo",
            "tools": ["rect"],
            "required": True,
            "labels": [{"value": "cup"}],
        },
        {"id": "none", "kind": "choice", "on": "photo", "options": [{"value": "none"}], "exclusive_with": ["box"]},
    ],
}
BOX = {"id": "m", "control": "box", "type": "rect", "label": "cup", "value": {"x": 1, "y": 1, "w": 9, "h": 9}}


def test_the_excluding_control_stands_for_the_required_one() -> None:
    question = question_of(pb.GetWorkJobResponse(label_schema_json=json.dumps(SCHEMA)), "ko")
    assert [control.view["exclusiveWith"] for control in question.controls] == [["none"], ["box"]]
    words = Words("ko", Locale("ko"), load_texts("ko"))
    none = choice_mark("none", "none")
    assert lack_words(words, question, Said((none,), not_sure=False))[0] == ""
    assert lack_words(words, question, Said((BOX,), not_sure=False))[0] == ""
    assert lack_words(words, question, Said((), not_sure=False))[0] == "box"
    assert lack_words(words, question, Said((BOX, none), not_sure=False))[0] == "box"
