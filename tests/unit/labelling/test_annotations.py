"""Which answers are taken, in which form they are kept, and what a refusal names."""

import json
import random
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from services.labelling.annotation import (
    AnswerInvalidError,
    annotation_json,
    check_answer,
    facts_of,
    read_annotation,
)
from services.labelling.checks.shapes import crosses_itself
from services.labelling.schema import LabelSchema
from services.labelling.values import ItemFacts, MediaSize
from tests.unit.labelling.answers import FACTS, RIGHT, TEXT, annotation, asking, changed, right_answer

ALL, PLAIN = asking(), asking("mood")


def refusal(schema: LabelSchema, text: str, facts: ItemFacts | None = FACTS) -> AnswerInvalidError:
    with pytest.raises(AnswerInvalidError) as refused:
        check_answer(schema, text, facts)
    return refused.value


def test_a_plain_answer_says_its_label_and_whether_it_is_sure() -> None:
    said = check_answer(PLAIN, annotation(RIGHT["mood"] | {"id": "1"}, not_sure=True))
    assert (said.label, said.not_sure) == ("good", True)
    assert [mark.mark_id for mark in said.marks] == [""]


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_mark_of_each_type_is_taken_and_read_again_as_it_was(name: str) -> None:
    marks = [RIGHT["span"], RIGHT["other"], RIGHT[name]] if name == "relation" else [RIGHT[name]]
    said = check_answer(ALL, annotation(*marks), FACTS)
    kept = annotation_json(said.marks, said.not_sure)
    assert read_annotation(kept).marks == said.marks
    assert check_answer(ALL, kept, FACTS) == said
    assert said.label == ""


def test_the_kept_form_is_the_same_for_the_same_marks() -> None:
    first = annotation(changed("rect", x=163), changed("polygon"), RIGHT["words"], RIGHT["many"])
    second = annotation(
        changed("rect", x=163.0), changed("polygon"), changed("words", text="두 줄\n이에요"), RIGHT["many"]
    )
    kept = [annotation_json(check_answer(ALL, one, FACTS).marks) for one in (first, second)]
    assert kept[0] == kept[1]
    assert '"x":163.0' in kept[0]
    assert '"choices":["a","b"]' in kept[0]
    assert "이에요" in kept[0]


@pytest.mark.parametrize("seed", range(30))
def test_any_right_answer_is_kept_exactly(seed: int) -> None:
    given = right_answer(seed)
    said = check_answer(ALL, annotation(*given), FACTS)
    again = check_answer(ALL, annotation_json(said.marks), FACTS)
    assert again == said
    assert [(mark.control, mark.mark_id, mark.label) for mark in said.marks] == [
        (mark["control"], mark["id"] if "label" in mark else "", mark.get("label", "")) for mark in given
    ]
    for mark, asked in zip(said.marks, given, strict=True):
        if mark.type in {"rect", "polygon", "span", "segment", "cell"}:
            assert mark.value == asked["value"]


WRONG_DOCUMENTS = [
    ("nonsense", "$", "is not JSON"),
    ("[" * 100_000, "$", "is not JSON"),
    ("3", "$", "must be a JSON object"),
    ('{"results": [], "results": []}', "$", "names something twice"),
    ('{"results": [1e999]}', "$", "holds a number that is too large"),
    ('{"results": [NaN]}', "$", "holds NaN"),
    ('{"results": [-Infinity]}', "$", "holds -Infinity"),
    ('{"results": ["\\ud83d"]}', "$", "holds half a character"),
    ('{"results": [' + "9" * 5000 + "]}", "$", "is not JSON"),
    ('{"schema": "other/1"}', "schema", "must be"),
    ('{"not_sure": 1}', "not_sure", "must be true or false"),
    ("{}", "results", "must be a list of 0 to 4,000 marks"),
    ('{"results": [1]}', "results[0]", "must be a JSON object"),
    ('{"results": [{}]}', "results[0].control", 'must be one of "mood"'),
    ('{"results": [{"control": ["mood"]}]}', "results[0].control", "must be one of"),
]


@pytest.mark.parametrize(("text", "mark", "rule"), WRONG_DOCUMENTS)
def test_what_is_no_answer_is_refused_in_words(text: str, mark: str, rule: str) -> None:
    refused = refusal(ALL, text)
    assert refused.mark == mark
    assert refused.rule.startswith(rule)


@pytest.mark.parametrize("results", [[], [RIGHT["mood"]] * 2, None])
def test_a_plain_choice_needs_one_mark(results: Any) -> None:
    refused = refusal(PLAIN, json.dumps({"results": results}))
    assert (refused.mark, refused.rule) == ("results", 'must hold one mark, of control "mood"')


def keyframes(*frames: Any) -> Any:
    return changed("track", keyframes=[{"frame": 0, "box": [0, 0, 10, 10]} | one for one in frames])


FLAT, BOW = [[0, 0], [10, 0], [20, 0]], [[0, 0], [100, 100], [100, 0], [0, 100]]
TOUCHING = [[0, 0], [100, 0], [100, 100], [50, 0], [0, 100]]
WRONG = [
    (changed("mood", choices=["good", "bad"]), "value.choices", "must hold one label"),
    (changed("mood", choices=["z" * 999]), "value.choices[0]", "'" + "z" * 60 + "' is not a label"),
    (changed("mood", choices=[1]), "value.choices[0]", "must be a label"),
    (changed("mood", more=1), "value.more", "is not known"),
    (RIGHT["mood"] | {"type": "rect"}, "type", 'must be "choice"'),
    (RIGHT["mood"] | {"label": "good"}, "label", "must not be given"),
    (RIGHT["mood"] | {"value": 3}, "value", "must be a JSON object"),
    (changed("many", choices=[]), "value.choices", "must be a list of 1 to 2 labels"),
    (changed("many", choices=["a", "a"]), "value.choices[1]", "is there twice"),
    (changed("stars", rating=8), "value.rating", "must be a whole number from 1 to 7"),
    (changed("stars", rating=2.5), "value.rating", "must be a whole number"),
    (changed("stars", rating=True), "value.rating", "must be a whole number"),
    (changed("stars", rating="3"), "value.rating", "must be a whole number"),
    (changed("count", number=0.4), "value.number", "must be at least 0.5"),
    (changed("count", number=9.6), "value.number", "must be at most 9.5"),
    (changed("count", number=1.35), "value.number", "must be a multiple of 0.1 above 0.5"),
    (changed("count", number=10**300), "value.number", "must be a number of at most"),
    (changed("words", text=" \n "), "value.text", "must have 1 to 20 characters"),
    (changed("words", text="x" * 21), "value.text", "must have 1 to 20 characters"),
    (changed("words", text="a\x07b"), "value.text", "must hold no control characters"),
    (changed("better", choice="tie"), "value.choice", "'tie' is not one of first, second"),
    (RIGHT["rect"] | {"id": ""}, "id", "must be a text of 1 to 40"),
    (RIGHT["rect"] | {"id": "x" * 41}, "id", "must be a text of 1 to 40"),
    (RIGHT["rect"] | {"label": "dog"}, "label", "'dog' is not a label of control \"box\""),
    (RIGHT["rect"] | {"type": "star"}, "type", 'must be one of "rect", "polygon"'),
    (changed("rect", x=-0.1), "value.x", "must be from 0 to 600 pixels"),
    (changed("rect", x=163.25), "value.x", "must have at most one decimal"),
    (changed("rect", w=436.9, x=163.2), "value.w", "must end inside the 600 pixels"),
    (changed("rect", y=90.3), "value.h", "must end inside the 400 pixels"),
    (changed("rect", w=7.9), "value.w", "must be at least 8 pixels"),
    (changed("rect", x=None), "value.x", "must be a number"),
    (changed("polygon", points=FLAT[:2]), "value.points", "must be a list of 3 to 1,000 points"),
    (changed("polygon", points=[[0, 0]] * 1001), "value.points", "must be a list of 3 to 1,000 points"),
    (changed("polygon", points=[[0, 0, 0]] * 3), "value.points[0]", "must be [x, y]"),
    (changed("polygon", points=[[0, 0], [1, "1"], [2, 0]]), "value.points[1][1]", "must be a number"),
    (changed("polygon", points=[[0, 0], [601, 0], [0, 9]]), "value.points[1][0]", "must be from 0 to 600 pixels"),
    (changed("polygon", points=BOW), "value.points", "must not cross or touch itself"),
    (changed("polygon", points=TOUCHING), "value.points", "must not cross or touch itself"),
    (changed("polygon", points=FLAT), "value.points", "must not cross or touch itself"),
    (changed("polygon", points=[[0, 0], [9, 0], [9, 9], [0, 0]]), "value.points", "must not hold a point twice"),
    (changed("polyline", points=[[0, 0]]), "value.points", "must be a list of 2"),
    (changed("point", y=400.1), "value.y", "must be from 0 to 400 pixels"),
    (changed("span", end=6), "value.end", "must be above start"),
    (changed("span", end=len(TEXT) + 1), "value.end", "must be a whole number from 0 to"),
    (changed("span", quote="다른글자"), "value.quote", "must be the text from start to end: the text there"),
    (changed("span", quote="해운"), "value.quote", "must be the text from start to end"),
    (changed("span", start=6.5), "value.start", "must be a whole number"),
    (changed("relation", to="s"), "value.to", "must be another span"),
    (changed("relation", to="nobody"), "value.from", 'must be the id of a span of control "entity"'),
    (changed("segment", end_ms=10_001), "value.end_ms", "must be a whole number from 0 to 10,000"),
    (changed("segment", end_ms=699), "value.end_ms", "must be above start_ms"),
    (changed("segment", text="x" * 11), "value.text", "must have 0 to 10 characters"),
    (keyframes(), "value.keyframes", "must be a list of 1 to 2,000 keyframes"),
    (keyframes({}, {}), "value.keyframes[1].frame", "must be after the keyframe before it"),
    (keyframes({"frame": 250}), "value.keyframes[0].frame", "must be a whole number from 0 to 249"),
    (keyframes({"box": [0, 0, 10]}), "value.keyframes[0].box", "must be [x, y, width, height]"),
    (keyframes({"box": [639, 0, 10, 10]}), "value.keyframes[0].box[2]", "must end inside the 640"),
    (keyframes({"visible": 1}), "value.keyframes[0].visible", "must be true or false"),
    (keyframes({"speed": 1}), "value.keyframes[0].speed", "is not known"),
    (changed("cell", row=4), "value.row", "must be a whole number from 0 to 3"),
    (changed("cell", column=-1), "value.column", "must be a whole number from 0 to 2"),
]


@pytest.mark.parametrize(("wrong", "mark", "rule"), WRONG)
@pytest.mark.parametrize("before", [0, 2])
def test_a_broken_rule_is_named_with_the_mark_that_breaks_it(wrong: Any, mark: str, rule: str, before: int) -> None:
    others = [RIGHT["polyline"] | {"id": f"before{number}"} for number in range(before)]
    refused = refusal(ALL, annotation(*others, wrong))
    assert refused.mark == f"results[{before}].{mark}"
    assert refused.rule.startswith(rule)


TOGETHER = [
    ([RIGHT["rect"], RIGHT["rect"]], "results[1].id", '"r" is there twice'),
    ([RIGHT["mood"], RIGHT["mood"]], "results", 'must hold one mark of control "mood"'),
    ([RIGHT["point"] | {"id": str(n)} for n in range(4)], "results", 'must hold at most 3 marks of control "box"'),
    ([RIGHT["span"], changed("span") | {"id": "again"}], "results[1].value.start", 'must not lie over the mark "s"'),
    ([RIGHT["segment"], RIGHT["segment"] | {"id": "b"}], "results[1].value.start_ms", 'must not lie over the mark "a"'),
    ([RIGHT["cell"], RIGHT["cell"] | {"id": "d"}], "results[1].value", "must be another cell"),
    (
        [{"control": "nothing", "type": "choice", "value": {"choices": ["none"]}}, RIGHT["point"]],
        "results",
        'must hold marks of control "nothing" or of "box", not of both',
    ),
]


@pytest.mark.parametrize(("marks", "mark", "rule"), TOGETHER)
def test_what_marks_must_keep_together_is_named(marks: list[Any], mark: str, rule: str) -> None:
    refused = refusal(ALL, annotation(*marks))
    assert refused.mark == mark
    assert refused.rule.startswith(rule)


def test_of_two_required_controls_that_exclude_each_other_one_is_needed() -> None:
    schema = asking("box", "nothing")
    needed = tuple(replace(control, required=True) for control in schema.controls)
    schema = replace(schema, controls=needed)
    none = {"control": "nothing", "type": "choice", "value": {"choices": ["none"]}}
    assert check_answer(schema, annotation(none))
    assert check_answer(schema, annotation(RIGHT["point"]))
    assert refusal(schema, annotation()).rule == 'must hold one mark of control "box"'
    assert "not of both" in refusal(schema, annotation(none, RIGHT["point"])).rule


def test_marks_that_touch_do_not_overlap() -> None:
    after = RIGHT["segment"] | {"id": "b", "value": {"start_ms": 0, "end_ms": 699}}
    assert check_answer(ALL, annotation(RIGHT["segment"], after), FACTS)


def test_without_facts_only_the_item_is_not_checked() -> None:
    far = changed("rect", x=99_999)
    assert check_answer(ALL, annotation(far)).marks[0].value["x"] == 99_999
    assert refusal(ALL, annotation(far), FACTS).mark == "results[0].value.x"
    assert refusal(ALL, annotation(changed("rect", x=1e7)), None).rule == "must be from 0 to 1e+06 pixels"


def test_too_many_points_in_all_are_refused() -> None:
    line = changed("polyline", points=[[0, 0], [1, 1]] * 500)
    schema = asking("box")
    many = [line | {"id": str(number)} for number in range(51)]
    assert refusal(schema, annotation(*many)).rule == "must hold at most 50,000 points and keyframes in all"


@pytest.mark.parametrize("seed", range(20))
def test_a_polygon_crosses_itself_exactly_where_two_of_its_edges_meet(seed: int) -> None:
    rng = random.Random(seed)
    corners = [(rng.randrange(12), rng.randrange(12)) for _ in range(rng.randrange(3, 7))]
    if any(a == b for a, b in zip(corners, [*corners[1:], corners[0]], strict=True)):
        return
    assert crosses_itself(np.array(corners, dtype=np.int64)) == _edges_meet(corners)


def _edges_meet(corners: list[tuple[int, int]]) -> bool:
    """Slowly: by the points that edges share, in fractions of a hundredth."""
    edges = list(zip(corners, [*corners[1:], corners[0]], strict=True))
    for first in range(len(edges)):
        for second in range(first + 1, len(edges)):
            shared = {*edges[first]} & {*edges[second]}
            next_to = second - first == 1 or (first == 0 and second == len(edges) - 1)
            if _meet(edges[first], edges[second], shared if next_to else set()):
                return True
    return False


def _meet(first: Any, second: Any, allowed: set[Any]) -> bool:
    (ax, ay), (bx, by) = first
    (cx, cy), (dx, dy) = second
    across = (bx - ax) * (dy - cy) - (by - ay) * (dx - cx)
    if across == 0:
        if (bx - ax) * (cy - ay) != (by - ay) * (cx - ax):
            return False
        low = max(min(first), min(second))
        high = min(max(first), max(second))
        return low < high or (low == high and low not in allowed)
    t = ((cx - ax) * (dy - cy) - (cy - ay) * (dx - cx)) / across
    u = ((cx - ax) * (by - ay) - (cy - ay) * (bx - ax)) / across
    if not (-1e-12 <= t <= 1 + 1e-12 and -1e-12 <= u <= 1 + 1e-12):
        return False
    return not allowed


def test_facts_say_what_is_shown_of_an_item() -> None:
    data = {"text": TEXT, "photo": "media:1", "sound": "media:2", "clip": "data:x"}
    table = {"columns": ["a", "b"], "rows": [["1", "2"]] * 5}
    facts = facts_of(ALL, data | {"sheet": table}, {"media:1": MediaSize(6, 4)})
    assert facts == ItemFacts({"t": TEXT}, {"photo": MediaSize(6, 4)}, {"sheet": (5, 2)})
    assert facts_of(ALL, {"text": 3, "sheet": []}, {}) == ItemFacts()
