"""Examples of a guide are shown as items are, with marks that keep the rules of answers."""

import json
import unicodedata
from typing import Any

import pytest

from services.core.errors import InvalidArgumentError
from services.labelling.kinds import AnnotationType
from services.labelling.schema import parse_label_schema
from services.labelling.values import MediaSize
from services.tasks.domain.guide_examples import check_examples

MEDIA_ID = f"media:{'0a' * 32}.png"
SIZES = {MEDIA_ID: MediaSize(width=100, height=50)}
BOX = {"id": "m1", "control": "q", "type": "rect", "label": "cup", "value": {"x": 1, "y": 2, "w": 30, "h": 20}}
SPAN = {"id": "m1", "control": "q", "type": "span", "label": "cup", "value": {"start": 0, "end": 1, "quote": "컵"}}
ASKED: dict[str, dict[str, Any]] = {
    "image": {"kind": "shape", "tools": ["rect"], "labels": [{"value": "cup"}], "min": 1, "required": True},
    "text": {"kind": "span", "labels": [{"value": "cup"}], "required": True},
    "html": {"kind": "span", "labels": [{"value": "cup"}], "required": True},
}
WORK = {"image": AnnotationType.IMAGE_SHAPE, "text": AnnotationType.TEXT_SPAN, "html": AnnotationType.TEXT_SPAN}


def problem(kind: str, held: object, *results: dict[str, Any], good: bool = True) -> str:
    """Why a schema with this example is refused; empty where it is taken."""
    example = {"good": good, "data": {"o": held}, "results": list(results), "why": {"ko": "그래서"}}
    document = {
        "schema": "ilgam.label-config/1",
        "objects": [{"id": "o", "kind": kind, "from": "$.o"}],
        "controls": [{"id": "q", "on": "o", **ASKED[kind]}],
        "examples": [example],
    }
    try:
        check_examples(parse_label_schema(json.dumps(document), WORK[kind]), SIZES)
    except InvalidArgumentError as error:
        return error.violations[0].description
    return ""


def test_marks_on_a_file_of_the_job_or_on_a_text_are_an_example() -> None:
    assert problem("image", MEDIA_ID, BOX) == ""
    assert problem("text", "컵이 하나 있어요.", SPAN) == ""
    assert problem("html", "<p>컵이 하나 있어요.</p>", SPAN) == ""


@pytest.mark.parametrize(
    ("kind", "held", "mark", "words"),
    [
        ("image", MEDIA_ID.replace("0a", "0b"), BOX, "examples[0].data: the picture at $.o must be media:<id>"),
        ("image", None, BOX, "examples[0].data: the picture at $.o"),
        ("image", MEDIA_ID, BOX | {"value": {"x": 90, "y": 2, "w": 30, "h": 20}}, "examples[0].results[0]"),
        ("image", MEDIA_ID, BOX | {"label": "dog"}, "examples[0].results[0]"),
        ("text", "하나도 없어요.", SPAN, "examples[0].results[0]"),
        ("text", unicodedata.normalize("NFD", "컵이"), SPAN, "examples[0].data: must be written as it is kept"),
        ("html", "<p onclick='x()'>컵이</p><script>x()</script>", SPAN, "examples[0].data: must be written"),
    ],
)
def test_what_could_not_be_shown_is_refused_by_its_number(kind: str, held: object, mark: Any, words: str) -> None:
    assert problem(kind, held, mark).startswith(words)


def test_a_bad_example_may_leave_out_what_a_good_one_must_have() -> None:
    ASKED["image"] |= {"min": 2}
    try:
        assert "examples[0]." in problem("image", MEDIA_ID, BOX)
        assert problem("image", MEDIA_ID, BOX, good=False) == ""
    finally:
        ASKED["image"] |= {"min": 1}
