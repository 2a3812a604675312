"""How alike answers are, and how several become one: what holds for every kind."""

from dataclasses import replace
from itertools import pairwise
from random import Random
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from services.labelling.annotation import annotation_json
from services.labelling.kinds import ControlKind
from services.labelling.likeness import KINDS, Memory, agreement, chance, fuse, matches, similarity, together
from services.labelling.likeness.matching import worth_comparing
from services.labelling.likeness.shape import shape_scores
from services.labelling.values import Control, Label, Mark
from tests.support.labellers import MARK_TRADES, TRADES, Answer

trades = st.sampled_from(sorted(TRADES))
seeds = st.integers(0, 2**32 - 1)


def bare(marks: Answer) -> list[str]:
    """What marks say, without ids and in no order."""
    known = {one.mark_id: one for one in marks}

    def said(one: Mark) -> str:
        if one.type != "relation":
            return annotation_json([replace(one, mark_id="")])
        return one.label + "".join(annotation_json([replace(known[end], mark_id="")]) for end in one.value.values())

    return sorted(said(one) for one in marks)


def answers(name: str, seed: int, count: int = 3, error: float = 1.0) -> tuple[Answer, list[Answer]]:
    chance_of = Random(seed)
    truth = TRADES[name].truth(chance_of)
    return truth, [TRADES[name].said(truth, chance_of, error) for _ in range(count)]


def test_every_kind_of_control_is_compared_and_fused() -> None:
    assert set(KINDS) == set(ControlKind)
    assert {control.kind for trade in TRADES.values() for control in trade.controls} == set(ControlKind)


@given(trades, seeds)
@settings(max_examples=60, deadline=None)
def test_likeness_is_a_share_and_the_same_from_either_side(name: str, seed: int) -> None:
    chance_of = Random(seed)
    trade = TRADES[name]
    truth = trade.truth(chance_of)
    for other in (trade.guessed(chance_of), trade.said(truth, chance_of, 2.0), ()):
        there = similarity(trade.controls, truth, other)
        assert 0.0 <= there <= 1.0
        assert there == similarity(trade.controls, other, truth)
        assert agreement(trade.controls, truth, other) == agreement(trade.controls, other, truth) <= 1.0
    assert similarity(trade.controls, truth, ()) == 0.0


@given(trades, seeds)
@settings(max_examples=50, deadline=None)
def test_an_answer_is_like_itself_whatever_the_order_and_the_ids_of_its_marks(name: str, seed: int) -> None:
    controls, (truth, _) = TRADES[name].controls, answers(name, seed)
    ids = {one.mark_id: f"other-{one.mark_id}" if one.mark_id else "" for one in truth}
    renamed = tuple(
        replace(
            one,
            mark_id=ids[one.mark_id],
            value={end: ids[at] for end, at in one.value.items()} if one.type == "relation" else one.value,
        )
        for one in reversed(truth)
    )
    assert similarity(controls, truth, renamed) == 1.0
    assert agreement(controls, truth, renamed) == 1.0
    assert matches(controls, truth, renamed)


@given(trades, seeds, st.integers(1, 5))
@settings(max_examples=50, deadline=None)
def test_equal_answers_become_that_answer(name: str, seed: int, count: int) -> None:
    controls, (truth, _) = TRADES[name].controls, answers(name, seed)
    fused = fuse(controls, [truth] * count, [1.0 + n for n in range(count)])
    assert bare(fused) == bare(truth)
    ids = [one.mark_id for one in fused if one.mark_id]
    assert len(set(ids)) == len(ids)


@given(trades, seeds, st.integers(2, 5), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_answers_changes_nothing(name: str, seed: int, count: int, chance_of: Random) -> None:
    controls, (_, said) = TRADES[name].controls, answers(name, seed, count, 3.0)
    said[-1] = TRADES[name].guessed(chance_of)
    weighted = [(one, chance_of.choice([0.5, 1.0, 2.0])) for one in said]
    mixed = [(tuple(chance_of.sample(one, len(one))), weight) for one, weight in weighted]
    chance_of.shuffle(mixed)
    plain = fuse(controls, *zip(*weighted, strict=True))
    assert fuse(controls, *zip(*mixed, strict=True)) == plain


@pytest.mark.parametrize("name", sorted(TRADES))
def test_several_sloppy_people_together_are_better_than_each_in_the_mean(name: str) -> None:
    controls = TRADES[name].controls
    single, together = [], []
    for seed in range(20):
        truth, said = answers(name, seed, 5, 2.0)
        single.append(sum(similarity(controls, truth, one) for one in said) / len(said))
        together.append(similarity(controls, truth, fuse(controls, said, [1.0] * 5)))
    assert sum(together) >= sum(single)
    assert sum(together) / 20 > 0.85


@pytest.mark.parametrize("name", sorted(TRADES))
def test_answers_of_people_who_do_not_look_are_about_as_alike_as_chance_says(name: str) -> None:
    trade, chance_of = TRADES[name], Random(5)
    pairs = [(trade.truth(chance_of), trade.guessed(chance_of)) for _ in range(100)]
    mean = sum(similarity(trade.controls, *pair) for pair in pairs) / len(pairs)
    assert abs(mean - chance(trade.controls, pairs[0])) < 0.15


@pytest.mark.parametrize("name", sorted(TRADES))
def test_a_sloppy_answer_matches_gold_and_one_without_looking_does_not(name: str) -> None:
    trade, chance_of = TRADES[name], Random(6)
    said = guessed = 0
    for _ in range(100):
        truth = trade.truth(chance_of)
        said += matches(trade.controls, trade.said(truth, chance_of, 1.0), truth)
        guessed += matches(trade.controls, trade.guessed(chance_of), truth)
    assert said >= 90
    assert guessed <= (5 if name in MARK_TRADES else 65)


def test_a_control_that_nobody_used_says_nothing() -> None:
    boxes, texts = TRADES["boxes"], TRADES["texts"]
    truth, (said, *_) = answers("boxes", 1)
    both = (*boxes.controls, *texts.controls)
    assert similarity(both, truth, said) == similarity(boxes.controls, truth, said)
    remarked = (*said, *texts.truth(Random(1)))
    assert similarity(both, truth, remarked) == pytest.approx(similarity(boxes.controls, truth, said) / 2)
    assert similarity(both, (), ()) == 1.0


def test_two_who_see_different_things_are_both_heard_and_one_of_three_is_not() -> None:
    controls = TRADES["boxes"].controls
    one = Mark("a", "shape", "rect", "car", {"x": 10.0, "y": 10.0, "w": 50.0, "h": 50.0})
    other = replace(one, value={**one.value, "x": 400.0})
    assert len(fuse(controls, [(one,), (other,)], [1.0, 1.0])) == 2
    assert bare(fuse(controls, [(one,), (other,), (one,)], [1.0, 1.0, 1.0])) == bare((one,))
    assert bare(fuse(controls, [(one,), (other,), (one,)], [1.0, 3.0, 1.0])) == bare((other,))


def test_a_fused_span_quotes_what_it_spans() -> None:
    controls = TRADES["spans"].controls
    said = [
        (Mark("a", "span", "span", "person", {"start": start, "end": end, "quote": "0123456789"[start:end]}),)
        for start, end in ((2, 6), (3, 7), (3, 8))
    ]
    (fused,) = fuse(controls, said, [1.0] * 3)
    assert fused.value == {"start": 3, "end": 7, "quote": "3456"}


def test_fused_segments_do_not_lie_over_each_other_where_nobodys_did() -> None:
    for seed in range(30):
        _, said = answers("segments", seed, 4, 6.0)
        fused = fuse(TRADES["segments"].controls, said, [1.0] * 4)
        ends = sorted((one.value["start_ms"], one.value["end_ms"]) for one in fused)
        assert all(before[1] <= after[0] for before, after in pairwise(ends))


def test_a_text_is_alike_however_its_hangul_is_composed_and_its_spaces_are_set() -> None:
    composed = (Mark("", "text", "text", "", {"text": "한글 문장"}),)
    taken_apart = (Mark("", "text", "text", "", {"text": "한글   문장\n"}),)
    assert similarity(TRADES["texts"].controls, composed, taken_apart) == 1.0


def test_points_and_lines_are_alike_by_their_distance() -> None:
    controls = TRADES["boxes"].controls
    point = Mark("a", "shape", "point", "car", {"x": 1000.0, "y": 10.0})
    near = replace(point, value={"x": 1030.0, "y": 10.0})
    assert similarity(controls, (point,), (near,)) == pytest.approx(0.5, abs=0.02)
    line = Mark("b", "shape", "polyline", "car", {"points": [[0.0, 0.0], [1000.0, 0.0]]})
    beside = replace(line, value={"points": [[1000.0, 30.0], [0.0, 30.0]]})
    assert similarity(controls, (line,), (beside,)) == pytest.approx(0.5, abs=0.02)
    assert similarity(controls, (line,), (point,)) == 0.0


@given(trades, seeds)
@settings(max_examples=40, deadline=None)
def test_what_is_remembered_of_answers_changes_nothing(name: str, seed: int) -> None:
    controls, (_, said) = TRADES[name].controls, answers(name, seed, 4)
    memory = Memory()
    for one in range(4):
        others = [said[other] for other in range(4) if other != one]
        assert together(controls, others, [1.0] * 3, memory) == together(controls, others, [1.0] * 3)


def test_a_weight_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="above 0"):
        fuse(TRADES["boxes"].controls, [()], [0.0])


def test_of_controls_that_exclude_each_other_one_is_kept() -> None:
    nothing = Control("nothing", ControlKind.CHOICE, labels=(Label("none"),), exclusive_with=("who", "joins"))
    who = Control("who", ControlKind.SPAN, labels=(Label("a"),), most=9)
    joins = Control("joins", ControlKind.RELATION, on="who", most=9)
    empty: Answer = (Mark("", "nothing", "choice", "", {"choices": ["none"]}),)
    spans = [Mark(f"s{n}", "who", "span", "a", {"start": n, "end": n + 1, "quote": "x"}) for n in range(2)]
    full: Answer = (*spans, Mark("r", "joins", "relation", "", {"from": "s0", "to": "s1"}))
    for controls, first in (([nothing, who, joins], empty), ([who, joins, nothing], full)):
        for weights in ([1.0, 1.0], [1.0 + 1e-12, 1.0]):
            assert bare(fuse(controls, [empty, full], weights)) == bare(first)
        assert bare(fuse(controls, [empty, empty, full, full], [1.0, 1.0, 1.0, 1.5])) == bare(full)
        assert bare(fuse(controls, [empty, empty, full], [1.0] * 3)) == bare(empty)


def test_of_thousands_of_marks_in_one_place_only_the_likeliest_pairs_are_compared() -> None:
    most = np.random.default_rng(3).random((1_500, 1_500)) + 0.1
    close = worth_comparing(most)
    assert close.sum() <= 2 * 8 * 1_500
    assert close.any(axis=0).all()
    assert close.any(axis=1).all()
    assert (close == worth_comparing(most.T).T).all()
    assert close[most == most.max()].all()
    assert worth_comparing(most[:70, :70]).all()
    assert not worth_comparing(np.zeros((3, 3))).any()


@pytest.mark.parametrize("seed", range(5))
def test_shapes_are_as_alike_as_their_geometry_says(seed: int) -> None:
    chance_of = Random(seed)
    marks = [[_drawn(kind, chance_of) for kind in ("rect", "polygon", "point", "polyline") * 4] for _ in range(2)]
    scores = shape_scores(marks[0], marks[1])
    for row, one in enumerate(marks[0]):
        for column, other in enumerate(marks[1]):
            assert scores[row, column] == pytest.approx(_plainly(one, other, _reach(marks)), abs=1e-9)


def _drawn(kind: str, chance_of: Random) -> Mark:
    x, y = (round(chance_of.uniform(0, 60), 1) for _ in range(2))
    corners = [[x, y], [x + 40.0, y], [x + 50.0, y + 40.0], [x + 5.0, y + 60.0]]
    value = {"rect": {"x": x, "y": y, "w": 50.0, "h": 40.0}, "point": {"x": x, "y": y}}.get(kind, {"points": corners})
    return Mark("", "c", kind, chance_of.choice("ab"), value)


def _shape(mark: Mark) -> Any:
    value = mark.value
    if mark.type == "rect":
        return shapely.box(value["x"], value["y"], value["x"] + value["w"], value["y"] + value["h"])
    if mark.type == "point":
        return shapely.Point(value["x"], value["y"])
    return (shapely.Polygon if mark.type == "polygon" else shapely.LineString)(value["points"])


def _reach(marks: list[list[Mark]]) -> float:
    return max(5.0, 0.03 * max(float(shapely.total_bounds(_shape(one)).max()) for own in marks for one in own))


def _plainly(one: Mark, other: Mark, reach: float) -> float:
    """The likeness of two shapes by its definition."""
    areas = {"rect", "polygon"}
    if one.label != other.label or (one.type != other.type and not {one.type, other.type} <= areas):
        return 0.0
    first, second = _shape(one), _shape(other)
    if one.type in areas:
        return float(first.intersection(second).area / first.union(second).area)
    steps = np.linspace(0, 1, 33)
    ways = [
        np.mean([line.interpolate(step, normalized=True).distance(partner) for step in steps])
        if one.type == "polyline"
        else line.distance(partner)
        for line, partner in ((first, second), (second, first))
    ]
    return float(1.0 / (1.0 + (np.mean(ways) / reach) ** 2))
