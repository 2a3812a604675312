"""What several right answers become keeps the rules of the label schema that each of them keeps."""

import json
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.labelling.annotation import annotation_json, check_answer
from services.labelling.kinds import FIELD_KINDS, ControlKind
from services.labelling.likeness import fuse, together
from services.labelling.refusal import AnswerInvalidError
from services.labelling.schema import LabelSchema
from services.labelling.schema_parts import control_of
from services.labelling.values import Control, Label, Mark
from tests.unit.labelling.answers import CONTROLS, DURATION_MS, FACTS, FRAMES, LABELS, TEXT

SLOTS = 4
"""How many things there are to see: few, so that people agree on some of them."""
seeds = st.integers(0, 2**32 - 1)


def schema(rng: Random) -> LabelSchema:
    """Some controls of any kind, with bounds and controls that exclude each other."""
    chosen = rng.sample(CONTROLS, rng.randint(1, 4))
    if any(one["id"] == "joins" for one in chosen):
        chosen = [one for one in CONTROLS if one in chosen or one["id"] == "entity"]
    ids = [one["id"] for one in chosen]
    return LabelSchema((), tuple(control_of(_bounded(rng, one, ids)) for one in chosen))


def _bounded(rng: Random, control: dict[str, Any], ids: list[str]) -> dict[str, Any]:
    others = [one for one in ids if one != control["id"] and {one, control["id"]} != {"entity", "joins"}]
    bounds: dict[str, Any] = {"required": rng.random() < 0.5, "exclusive_with": []}
    if ControlKind(control["kind"]) not in FIELD_KINDS:
        least = rng.randint(0, 2)
        bounds |= {"min": least, "max": rng.randint(max(1, least), SLOTS)}
    if others and rng.random() < 0.3:
        bounds["exclusive_with"] = [rng.choice(others)]
    return control | bounds


def answers(rng: Random, asked: LabelSchema) -> list[tuple[Mark, ...]]:
    """What a few people say, all by the rules."""
    found: list[tuple[Mark, ...]] = []
    for _ in range(rng.randint(2, 5) * 4):
        try:
            found.append(check_answer(asked, _answer(rng, asked), FACTS).marks)
        except AnswerInvalidError:
            continue
    return found[: rng.randint(1, 4)]


def _answer(rng: Random, asked: LabelSchema) -> str:
    marks: list[dict[str, Any]] = []
    for control in sorted(asked.controls, key=lambda one: (one.kind is ControlKind.RELATION, rng.random())):
        used = {mark["control"] for mark in marks}
        excluded = used & {
            *control.exclusive_with,
            *(o.control_id for o in asked.controls if control.control_id in o.exclusive_with),
        }
        if not excluded and (control.required or rng.random() < 0.6):
            marks += _marks(rng, control, marks)
    named = [
        mark | ({"id": mark.get("id", f"m{place}")} if "label" in mark else {}) for place, mark in enumerate(marks)
    ]
    return json.dumps({"schema": "ilgam.annotation/1", "results": named})


def _marks(rng: Random, control: Control, before: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if control.kind in FIELD_KINDS:
        return [{"control": control.control_id, "value": _field(rng, control)}]
    slots = rng.sample(range(SLOTS), rng.randint(max(1, control.least), control.most))
    spans = [mark["id"] for mark in before if mark["control"] == "entity"]
    return [
        {"control": control.control_id, "label": rng.choice(LABELS)["value"]} | _made(rng, control, slot, spans)
        for slot in slots
    ]


def _field(rng: Random, control: Control) -> dict[str, Any]:
    if control.kind is ControlKind.CHOICE:
        return {"choices": rng.sample(control.values, rng.randint(1, len(control.values)) if control.multiple else 1)}
    if control.kind is ControlKind.NUMBER:
        return {"number": round(rng.randint(5, 95) / 10, 1)}
    others: dict[ControlKind, dict[str, Any]] = {
        ControlKind.RATING: {"rating": rng.randint(1, 7)},
        ControlKind.TEXT: {"text": rng.choice(["가나", "가다", "다른 말"])},
        ControlKind.PAIRWISE: {"choice": rng.choice(["first", "second"])},
    }
    return others[control.kind]


def _made(rng: Random, control: Control, slot: int, spans: list[str]) -> dict[str, Any]:
    match control.kind:
        case ControlKind.SPAN:
            start = slot * 7 + rng.randint(0, 2)
            end = start + rng.randint(1, 4)
            return {"id": f"s{slot}", "value": {"start": start, "end": end, "quote": TEXT[start:end]}}
        case ControlKind.RELATION:
            ends = rng.sample(spans, 2) if len(spans) > 1 else ["", ""]
            return {"value": dict(zip(("from", "to"), ends, strict=True))}
        case ControlKind.SEGMENT:
            start = slot * DURATION_MS // SLOTS + rng.randint(0, 1_200)
            said = {"text": rng.choice(["안녕", "안녕?", ""])} if rng.random() < 0.5 else {}
            return {"value": {"start_ms": start, "end_ms": start + rng.randint(1, 1_200), **said}}
        case ControlKind.TRACK:
            frames = sorted(rng.sample(range(FRAMES), rng.randint(1, 4)))
            return {"value": {"keyframes": [_keyframe(rng, slot, frame) for frame in frames]}}
        case ControlKind.CELL:
            return {"value": {"row": slot, "column": rng.randint(0, 1)}}
        case _:
            return _shape(rng, slot)


def _keyframe(rng: Random, slot: int, frame: int) -> dict[str, Any]:
    box = _box(rng, slot * 150, 640, least=4)
    return {"frame": frame, "box": box, "visible": rng.random() < 0.8, "occluded": rng.random() < 0.3}


def _box(rng: Random, left: float, right: float, least: float) -> list[float]:
    """Often of the least size, or up to the edge."""
    x = round(left + rng.choice([0.0, 0.1, 0.3, rng.uniform(0, 5)]), 1)
    w = rng.choice([least, least + 0.1, round(rng.uniform(20, 80), 1), round(min(right - x, 200.0), 1)])
    return [x, round(rng.uniform(0, 5), 1), w, rng.choice([least, 40.3])]


def _shape(rng: Random, slot: int) -> dict[str, Any]:
    x, y, w, h = _box(rng, slot * 130, 600, least=8)
    kind = rng.choice(["rect", "rect", "polygon", "polyline", "point"])
    if kind == "rect":
        return {"type": kind, "value": {"x": x, "y": y, "w": w, "h": h}}
    if kind == "point":
        return {"type": kind, "value": {"x": x, "y": y}}
    return {"type": kind, "value": {"points": [[x, y], [round(x + w, 1), y], [x, round(y + h, 1)]]}}


@given(seeds)
@settings(max_examples=120, deadline=None)
def test_what_right_answers_become_is_a_right_answer(seed: int) -> None:
    rng = Random(seed)
    asked = schema(rng)
    given_answers = answers(rng, asked)
    weights = [rng.choice([1.0, 1.0, 0.3, 2.0]) for _ in given_answers]
    fused = fuse(asked.controls, given_answers, weights)
    if given_answers and any(given_answers):
        check_answer(asked, annotation_json(fused), FACTS)
    else:
        assert fused == ()


def test_of_things_that_as_many_see_a_result_has_as_many_as_may_be_and_the_likeness_hears_all() -> None:
    one_box = Control("box", ControlKind.SHAPE, labels=(Label("cup"),), most=1)
    left, right = (Mark("m", "box", "rect", "cup", {"x": x, "y": 0.0, "w": 40.0, "h": 40.0}) for x in (0.0, 300.0))
    said = [(left,), (right,)]
    for order in (said, said[::-1]):
        [kept] = fuse([one_box], order, [1.0, 1.0])
        assert kept.value == left.value
    [kept] = fuse([one_box], said, [1.0, 1.5])
    assert kept.value == right.value
    assert [mark.value for mark in together([one_box], said, [1.0, 1.0])] == [left.value, right.value]
