"""What is wrong with a course document is said in the reader's language, with its place."""

import json
import re

import pytest

from services.gateway.pages.teach.course import document_words
from services.gateway.words import load_words
from services.workers.domain.course_document import parse_course
from services.workers.domain.places import PlaceError
from tests.support.courses import changed, document, module

WHOLE = document(module("first"), module("second", practice=2))
WORDS = load_words()
PRACTICE = "modules.1.practice"
BROKEN: list[tuple[str, object, str]] = [
    ("schema", "ilgam.course/2", "schema"),
    ("modules", [], "modules"),
    ("modules.0", 3, "modules[0]"),
    ("modules.0.id", "First Module", "modules[0].id"),
    ("modules.1.id", "first", "modules[1].id"),
    ("modules.0.title.ko", "", "modules[0].title.ko"),
    ("modules.0.title.ko", "nul \x00", "modules[0].title.ko"),
    ("modules.0.title.fr", "a", "modules[0].title"),
    ("modules.0.minutes", 0, "modules[0].minutes"),
    ("modules.0.minutes", 1.5, "modules[0].minutes"),
    ("modules.0.annotation_type", "POLYGON", "modules[0].annotation_type"),
    ("modules.0.parts.0", {"kind": "picture", "src": "x"}, "modules[0].parts[0].src"),
    ("modules.0.parts.0", {"kind": "video", "src": "x", "captions": {}}, "modules[0].parts[0].src"),
    ("modules.0.parts.0", {"kind": "examples", "good": [], "bad": []}, "modules[0].parts[0]"),
    ("modules.0.parts.0", {"kind": "examples", "good": [{"why": {"ko": "가"}}], "bad": []}, "modules[0].parts[0].good[0]"),
    ("modules.0.quiz.questions.0.right", "z", "modules[0].quiz.questions[0].right"),
    ("modules.1.annotation_type", None, "modules[1].practice"),
    (f"{PRACTICE}.label_schema.controls.0.kind", "dance", "modules[1].practice.label_schema.controls[0].kind"),
    (f"{PRACTICE}.label_schema.controls.0.on", "nothing", "modules[1].practice.label_schema.controls[0].on"),
    (f"{PRACTICE}.items.0.right", {"label": "기쁨"}, "modules[1].practice.items[0].right"),
    (f"{PRACTICE}.items.0.right", 3, "modules[1].practice.items[0].right"),
    (f"{PRACTICE}.items.0.data.more", [1e999], "modules[1].practice.items[0].data.more[0]"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "where"), BROKEN)
def test_a_refused_document_is_refused_in_words_of_both_languages(path: str, value: object, where: str) -> None:
    text = json.dumps(changed(WHOLE, path, value)).replace("Infinity", "1e999")
    with pytest.raises(PlaceError) as caught:
        parse_course(text)
    error = caught.value
    told = {"rule": str(error), "place": error.path, "code": error.code} | {n: str(v) for n, v in error.values.items()}
    korean, english = (document_words(WORDS[language], told) for language in ("ko", "en"))
    assert where in korean
    assert where in english
    assert re.search("[가-힣]", korean.replace(where, ""))
    assert str(error) not in {korean, english}


def test_a_rule_without_words_is_said_as_it_came() -> None:
    assert document_words(WORDS["ko"], {"rule": "modules must sing", "code": "song"}) == "modules must sing"
