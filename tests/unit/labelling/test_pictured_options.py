"""Choices that are pictures, and the examples of a guide: which schemas have them, and what is refused in words."""

import json
from typing import Any

import pytest

from services.core.errors import InvalidArgumentError
from services.labelling.facts import media_named
from services.labelling.kinds import AnnotationType
from services.labelling.schema import LabelSchema, parse_label_schema

FIRST = {"value": "a", "ko": "첫째", "en": "First", "image": "$.a"}
SECOND = {"value": "b", "ko": "둘째", "en": "Second", "image": "$.shown.b"}
NONE = {"value": "none", "ko": "없어요", "en": "None"}
WHY = {"good": True, "data": {"photo": "x"}, "results": [{}], "why": {"ko": "그래서"}}


def schema(*options: dict[str, Any], **changed: Any) -> LabelSchema:
    control = {"id": "same", "kind": "choice", "on": "photo", "options": list(options)}
    document = {
        "schema": "ilgam.label-config/1",
        "objects": [{"id": "photo", "kind": "image", "from": "$.photo"}],
        "controls": [control],
    }
    return parse_label_schema(json.dumps(document | changed), AnnotationType.IMAGE_CHOICE)


def test_an_option_says_where_its_picture_is_and_others_beside_it_may_have_none() -> None:
    found = schema(FIRST, SECOND, NONE)
    assert found.option_pictures == (("a",), ("shown", "b"))
    assert found.data_paths == (("photo",), ("a",), ("shown", "b"))
    assert found.labels == ("a", "b", "none")
    data = {"photo": "media:1.png", "a": "media:2.png", "shown": {"b": "media:3.png"}, "other": "media:4.png"}
    assert media_named(found, data) == {"media:1.png", "media:2.png", "media:3.png"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (({"value": "a", "image": "$.a"}, SECOND), "controls[0].options[0].ko must be given beside image"),
        (
            ({"value": "a", "ko": "하나", "image": "$.a"}, SECOND),
            "controls[0].options[0].en must be given beside image",
        ),
        ((FIRST, SECOND | {"en": " "}), "controls[0].options[1].en must say in words what the picture is"),
        ((FIRST, SECOND | {"image": "$.a"}), "controls[0].options[1].image must be a place that no other"),
        ((FIRST, SECOND | {"image": "b.png"}), "controls[0].options[1].image must name a place"),
        ((FIRST, SECOND | {"image": ["$.a"]}), "controls[0].options[1].image must"),
        (
            tuple({"value": str(n), "ko": "가", "en": "a", "image": f"$.p{n}"} for n in range(21)),
            "controls[0].options must have at most 20 with a picture",
        ),
    ],
)
def test_a_picture_has_words_and_a_place_of_its_own(options: tuple[dict[str, Any], ...], words: str) -> None:
    with pytest.raises(InvalidArgumentError) as refused:
        schema(*options)
    assert refused.value.metadata["rule"].startswith(words)


def test_labels_of_marks_have_no_pictures() -> None:
    control = {"id": "box", "kind": "shape", "on": "photo", "tools": ["rect"], "labels": [FIRST]}
    with pytest.raises(InvalidArgumentError, match=r"labels\[0\].image is not known here"):
        schema(controls=[control])


@pytest.mark.parametrize(
    ("examples", "words"),
    [
        ([{"good": True}], "examples[0].data must be given"),
        ([WHY | {"why": "그래서"}], "examples[0].why must be"),
        ([WHY | {"results": []}], "examples[0].results must be a list of 1 to 200"),
        ([WHY | {"item": "gold-3"}], "examples[0].item is not known here"),
        ([WHY] * 11, "examples must be a list of 0 to 10"),
    ],
)
def test_an_example_shows_something_with_marks_and_says_why(examples: list[dict[str, Any]], words: str) -> None:
    with pytest.raises(InvalidArgumentError) as refused:
        schema(FIRST, SECOND, examples=examples)
    assert refused.value.metadata["rule"].startswith(words)
    assert len(schema(FIRST, SECOND, examples=[WHY]).examples) == 1
