"""Marks as rows of words and numbers: what is shown is read again as it was, and what nobody can read is kept and refused."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ilgam.tasks.v1 import tasks_service_pb2 as pb

from services.gateway.forms import Form
from services.gateway.pages.work.answer_form import lack_words, said_of
from services.gateway.pages.work.asked import Question
from services.gateway.pages.work.parts import Part
from services.gateway.pages.work.question import question_of
from services.gateway.words import load_words

TEXT = "김하늘 씨는 부산에서 김하늘 씨를 만났다."
PARTS = (Part("o", "text", TEXT),)
LABELS = [{"value": "a", "ko": "가"}]
WORDS = load_words()["ko"]
OF_TYPE: dict[str, tuple[str, dict[str, Any]]] = {
    "rect": ("image", {"kind": "shape", "tools": ["rect"]}),
    "polygon": ("image", {"kind": "shape", "tools": ["polygon"]}),
    "polyline": ("image", {"kind": "shape", "tools": ["polyline"]}),
    "point": ("image", {"kind": "shape", "tools": ["point"]}),
    "span": ("text", {"kind": "span"}),
    "segment": ("audio", {"kind": "segment"}),
    "track": ("video", {"kind": "track"}),
    "cell": ("table", {"kind": "cell"}),
}
PIXELS = st.integers(0, 40_000).map(lambda tenths: tenths / 10)
POINTS = st.lists(st.tuples(PIXELS, PIXELS).map(list), min_size=2, max_size=8)
KEYFRAMES = st.lists(
    st.tuples(
        st.integers(0, 9_000),
        st.tuples(PIXELS, PIXELS, PIXELS, PIXELS).map(list),
        st.sampled_from(["seen", "gone", "covered"]),
    ),
    min_size=1,
    max_size=6,
).map(
    lambda found: [
        {"frame": frame, "box": box, "visible": how != "gone", "occluded": how == "covered"}
        for frame, box, how in found
    ]
)
VALUES: dict[str, Any] = {
    "rect": st.fixed_dictionaries(dict.fromkeys("xywh", PIXELS)),
    "point": st.fixed_dictionaries(dict.fromkeys("xy", PIXELS)),
    "polygon": st.fixed_dictionaries({"points": POINTS}),
    "polyline": st.fixed_dictionaries({"points": POINTS}),
    "segment": st.fixed_dictionaries({"start_ms": st.integers(0, 10**7), "end_ms": st.integers(0, 10**7)}),
    "track": st.fixed_dictionaries({"keyframes": KEYFRAMES}),
    "cell": st.fixed_dictionaries({"row": st.integers(0, 999), "column": st.integers(0, 99)}),
}
UNREADABLE = [
    *(("rect", where) for where in ("abc", "1 2", "9e9 1 1 1", "<script>", "1 2 3 4 5")),
    *(("polygon", where) for where in ("x", "1 1, 2", "1 1, 2 2 2")),
    *(("track", where) for where in ("0 1 2", "0 10 10 50 50 q", "0 10 10 50 50, 5 1 2", "a 1 1 1 1")),
    *(("segment", where) for where in ("a b", "1")),
    ("cell", "a"),
    ("span", "없는 말"),
]


def question(type_: str) -> Question:
    kind, control = OF_TYPE[type_]
    schema: dict[str, Any] = {
        "objects": [{"id": "o", "kind": kind, "from": "$.o"}],
        "controls": [control | {"id": "c", "on": "o", "labels": LABELS}],
    }
    return question_of(pb.GetWorkJobResponse(label_schema_json=json.dumps(schema)), "ko")


def written(type_: str, where: str) -> Form:
    return Form({"row.c.1.where": where, "row.c.1.type": type_, "row.c.1.label": "a", "row.c.1.id": "m1"}, {})


@pytest.mark.parametrize("type_", VALUES)
@given(data=st.data())
def test_a_row_says_a_mark_exactly(type_: str, data: st.DataObject) -> None:
    asked = question(type_)
    mark = {"id": "m1", "control": "c", "type": type_, "label": "a", "value": data.draw(VALUES[type_])}
    row = asked.controls[0].rows_for([mark])[0]
    [read] = said_of(written(type_, row.where), asked, PARTS).marks
    assert read == mark


@pytest.mark.parametrize(("type_", "where"), UNREADABLE)
def test_what_nobody_can_read_is_named_kept_and_not_handed_in(type_: str, where: str) -> None:
    asked = question(type_)
    said = said_of(written(type_, where), asked, PARTS)
    control, words = lack_words(WORDS, asked, said)
    assert (control, words[:6]) == ("c", "1번째 표시")
    assert asked.controls[0].rows_for(said.marks)[0].where == where


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        ("track", {"keyframes": [3]}),
        ("track", {"keyframes": ["a", []]}),
        ("segment", {"start_ms": 10**4000, "end_ms": 1}),
        ("polygon", {"points": {"0": 1}}),
        ("cell", {"row": "a", "column": []}),
    ],
)
def test_a_draft_that_holds_something_else_is_an_empty_row(type_: str, value: dict[str, Any]) -> None:
    [control] = question(type_).controls
    row = control.rows_for([{"id": "m", "control": control.control_id, "type": type_, "value": value}])[0]
    assert (row.mark_id, row.where) == ("m", "")


@pytest.mark.parametrize("type_", ["text", "choice", "nothing"])
def test_a_row_of_a_type_that_no_row_has_is_named_like_any_that_nobody_can_read(type_: str) -> None:
    asked = question("rect")
    said = said_of(written(type_, "1 2"), asked, PARTS)
    assert lack_words(WORDS, asked, said)[0] == "c"
