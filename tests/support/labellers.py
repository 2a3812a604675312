"""Simulated answers of every kind of control: what is true, and what careful, sloppy and random people make of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from services.labelling.kinds import FIELD_KINDS, ControlKind
from services.labelling.schema_parts import MARKS_MAX
from services.labelling.values import Control, Label, Mark

WIDTH, HEIGHT, DURATION_MS, TEXT = 800, 600, 240_000, "가나다라마바사아자차카타파하거너더러머버서어저처커터퍼허" * 12
WORDS = [
    "오늘",
    "내일",
    "날씨",
    "비가",
    "눈이",
    "많이",
    "조금",
    "온다",
    "갔다",
    "학교",
    "집에",
    "친구",
    "함께",
    "밥을",
    "먹고",
    "노래",
    "부르며",
    "걸었다",
    "아침",
    "저녁",
]

Answer = tuple[Mark, ...]


@dataclass(frozen=True)
class Trade:
    """One kind: its controls, what is true of a new item, and what people say of it.

    Attributes:
        truth: a true answer, from chance.
        said: what somebody says of a truth who errs by so much: 1 is ordinary care, 2 sloppy.
    """

    controls: tuple[Control, ...]
    truth: Callable[[Random], Answer]
    said: Callable[[Answer, Random, float], Answer]

    def guessed(self, chance: Random) -> Answer:
        """What somebody says who has not looked: a truth of something else."""
        return self.truth(chance)


def control(kind: ControlKind, *labels: str, **rest: Any) -> Control:
    most = 1 if kind in FIELD_KINDS else MARKS_MAX
    return Control(kind.value, kind, labels=tuple(Label(value) for value in labels), most=most, **rest)


def mark(kind: str, number: int, label: str, control_id: str = "", **value: Any) -> Mark:
    """A mark of the control that bears its kind's name, or of another."""
    return Mark(f"m{number}", control_id or kind, kind, label, value)


def field(kind: str, **value: Any) -> Answer:
    return (Mark("", kind, kind, "", value),)


def _boxes(chance: Random) -> Answer:
    made = []
    for number in range(chance.randint(1, 4)):
        w, h = chance.uniform(60, 200), chance.uniform(60, 200)
        x, y = chance.uniform(0, WIDTH - w), chance.uniform(0, HEIGHT - h)
        value = {"x": round(x, 1), "y": round(y, 1), "w": round(w, 1), "h": round(h, 1)}
        made.append(mark("rect", number, chance.choice(["car", "cup"]), "shape", **value))
    return tuple(made)


def _moved_boxes(truth: Answer, chance: Random, error: float) -> Answer:
    def moved(one: Mark) -> Mark:
        v = {name: one.value[name] + chance.gauss(0, 4.0 * error) for name in ("x", "y", "w", "h")}
        value = {name: round(max(number, 8.0), 1) for name, number in v.items()}
        return Mark(one.mark_id, one.control, one.type, one.label, value)

    return _missing(tuple(moved(one) for one in truth), chance, error)


def _polygons(chance: Random) -> Answer:
    made = []
    for box in _boxes(chance):
        x, y, w, h = (box.value[name] for name in ("x", "y", "w", "h"))
        points = [[x, y + h / 3], [x + w / 2, y], [x + w, y + h / 2], [x + w / 2, y + h], [x + w / 5, y + h * 0.8]]
        made.append(Mark(box.mark_id, "shape", "polygon", box.label, {"points": points}))
    return tuple(made)


def _moved_points(truth: Answer, chance: Random, error: float) -> Answer:
    def moved(one: Mark) -> Mark:
        points = [
            [round(number + chance.gauss(0, 3.0 * error), 1) for number in point] for point in one.value["points"]
        ]
        return Mark(one.mark_id, one.control, one.type, one.label, {"points": points})

    return _missing(tuple(moved(one) for one in truth), chance, error)


def _spans(chance: Random) -> Answer:
    starts = sorted(chance.sample(range(0, len(TEXT) - 12, 12), chance.randint(2, 5)))
    return tuple(
        _span(number, chance.choice(["person", "place"]), start, start + chance.randint(3, 9))
        for number, start in enumerate(starts)
    )


def _span(number: int, label: str, start: int, end: int) -> Mark:
    return mark("span", number, label, start=start, end=end, quote=TEXT[start:end])


def _moved_spans(truth: Answer, chance: Random, error: float) -> Answer:
    def moved(number: int, one: Mark) -> Mark:
        end = one.value["end"] + (chance.random() < 0.15 * error)
        return _span(number, one.label, one.value["start"], end)

    return _missing(tuple(moved(number, one) for number, one in enumerate(truth)), chance, error)


def _segments(chance: Random) -> Answer:
    starts = sorted(chance.sample(range(0, DURATION_MS - 8_000, 8_000), chance.randint(2, 4)))
    return tuple(
        mark(
            "segment",
            number,
            "",
            start_ms=start + chance.randint(0, 1_500),
            end_ms=start + chance.randint(4_000, 7_500),
        )
        for number, start in enumerate(starts)
    )


def _spoken(chance: Random) -> Answer:
    return tuple(_with_text(one, _sentence(chance)) for one in _segments(chance))


def _moved_segments(truth: Answer, chance: Random, error: float) -> Answer:
    def moved(one: Mark) -> Mark:
        ends = {name: max(0, round(one.value[name] + chance.gauss(0, 120 * error))) for name in ("start_ms", "end_ms")}
        heard = Mark(one.mark_id, one.control, one.type, one.label, ends)
        return _with_text(heard, _mistyped(one.value["text"], chance, error)) if "text" in one.value else heard

    return _missing(tuple(moved(one) for one in truth), chance, error)


def _with_text(one: Mark, text: str) -> Mark:
    return Mark(one.mark_id, one.control, one.type, one.label, {**one.value, "text": text})


def _tracks(chance: Random) -> Answer:
    made = []
    for number in range(chance.randint(1, 3)):
        first, last = chance.randint(0, 40), chance.randint(90, 150)
        keyframes = [_keyframe(frame, chance) for frame in range(first, last, 30)]
        keyframes.append({**_keyframe(last, chance), "visible": False})
        made.append(mark("track", number, chance.choice(["ball", "dog"]), keyframes=keyframes))
    return tuple(made)


def _keyframe(frame: int, chance: Random) -> dict[str, Any]:
    box = [round(chance.uniform(0, 600), 1), round(chance.uniform(0, 400), 1), 120.0, 90.0]
    return {"frame": frame, "box": box, "visible": True, "occluded": False}


def _moved_tracks(truth: Answer, chance: Random, error: float) -> Answer:
    def moved(one: Mark) -> Mark:
        keyframes = [
            {**key, "box": [round(max(1.0, number + chance.gauss(0, 2.5 * error)), 1) for number in key["box"]]}
            for key in one.value["keyframes"]
        ]
        return Mark(one.mark_id, one.control, one.type, one.label, {"keyframes": keyframes})

    return tuple(moved(one) for one in truth)


def _cells(chance: Random) -> Answer:
    places = chance.sample([(row, column) for row in range(12) for column in range(5)], chance.randint(2, 6))
    return tuple(
        mark("cell", number, chance.choice(["wrong", "empty"]), row=row, column=column)
        for number, (row, column) in enumerate(places)
    )


def _sentence(chance: Random) -> str:
    return " ".join(chance.choice(WORDS) for _ in range(8))


def _mistyped(text: str, chance: Random, error: float) -> str:
    return "".join("가" if chance.random() < 0.04 * error else char for char in text)


def _missing(made: Answer, chance: Random, error: float) -> Answer:
    """Now and then one of several marks is forgotten."""
    if len(made) > 1 and chance.random() < 0.08 * error:
        return made[:-1]
    return made


def _other(wrong_share: float, make: Callable[[Random], Answer]) -> Callable[[Answer, Random, float], Answer]:
    """Now and then something else is said."""

    def said(truth: Answer, chance: Random, error: float) -> Answer:
        return make(chance) if chance.random() < wrong_share * error else truth

    return said


def _rated(truth: Answer, chance: Random, error: float) -> Answer:
    step = chance.choice([-1, 1]) if chance.random() < 0.25 * error else 0
    return field("rating", rating=min(5, max(1, truth[0].value["rating"] + step)))


def _counted(truth: Answer, chance: Random, error: float) -> Answer:
    return field("number", number=round(truth[0].value["number"] * (1.0 + chance.gauss(0, 0.01 * error))))


def _choices(chance: Random) -> Answer:
    return field("choice", choices=sorted(chance.sample(["a", "b", "c", "d", "e"], chance.randint(1, 2))))


def _one_choice(chance: Random) -> Answer:
    return field("choice", choices=[chance.choice(["a", "b", "c", "d", "e"])])


def _joined(chance: Random) -> Answer:
    spans = _spans(chance)
    return (*spans, mark("relation", 90, "knows", **{"from": spans[0].mark_id, "to": spans[-1].mark_id}))


def _moved_joined(truth: Answer, chance: Random, error: float) -> Answer:
    spans = tuple(one for one in truth if one.type == "span")
    moved = _moved_spans(spans, chance, error * 0.5)
    known = {one.mark_id for one in moved}
    return (*moved, *(one for one in truth if one.type == "relation" and set(one.value.values()) <= known))


_PLACES = ("person", "place")
_FIVE = ("a", "b", "c", "d", "e")

TRADES = {
    "boxes": Trade((control(ControlKind.SHAPE, "car", "cup"),), _boxes, _moved_boxes),
    "polygons": Trade((control(ControlKind.SHAPE, "car", "cup"),), _polygons, _moved_points),
    "spans": Trade((control(ControlKind.SPAN, *_PLACES),), _spans, _moved_spans),
    "relations": Trade(
        (control(ControlKind.SPAN, *_PLACES), control(ControlKind.RELATION, "knows")), _joined, _moved_joined
    ),
    "segments": Trade((control(ControlKind.SEGMENT),), _segments, _moved_segments),
    "transcripts": Trade((control(ControlKind.SEGMENT),), _spoken, _moved_segments),
    "tracks": Trade((control(ControlKind.TRACK, "ball", "dog"),), _tracks, _moved_tracks),
    "cells": Trade((control(ControlKind.CELL, "wrong", "empty"),), _cells, _missing),
    "texts": Trade(
        (control(ControlKind.TEXT),),
        lambda chance: field("text", text=_sentence(chance)),
        lambda truth, chance, error: field("text", text=_mistyped(truth[0].value["text"], chance, error)),
    ),
    "choices": Trade((control(ControlKind.CHOICE, *_FIVE),), _choices, _other(0.06, _choices)),
    "one choice": Trade((control(ControlKind.CHOICE, *_FIVE),), _one_choice, _other(0.06, _one_choice)),
    "ratings": Trade(
        (control(ControlKind.RATING, low=1.0, high=5.0),),
        lambda chance: field("rating", rating=chance.randint(1, 5)),
        _rated,
    ),
    "numbers": Trade(
        (control(ControlKind.NUMBER),), lambda chance: field("number", number=chance.randint(100, 2_000)), _counted
    ),
    "pairs": Trade(
        (control(ControlKind.PAIRWISE),),
        lambda chance: field("pairwise", choice=chance.choice(["first", "second"])),
        _other(0.06, lambda chance: field("pairwise", choice=chance.choice(["first", "second"]))),
    ),
}
"""Every kind of work by a name."""

MARK_TRADES = ("boxes", "polygons", "spans", "segments", "transcripts", "tracks", "cells", "texts")
"""Those where nobody is right by chance."""
