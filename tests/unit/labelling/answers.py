"""One label schema with every kind of control, what is known of an item, and right answers made of a seed."""

import json
import random
from typing import Any

from services.labelling.kinds import AnnotationType
from services.labelling.schema import LabelSchema, parse_label_schema
from services.labelling.values import ItemFacts, MediaSize

TEXT = "부산광역시 해운대구에서 👨‍👩‍👧 만나요. 𠮷野家 도 좋아요."
LABELS = [{"value": "cup"}, {"value": "bike"}]
DURATION_MS, FRAMES = 10_000, 250

CONTROLS: list[dict[str, Any]] = [
    {"id": "mood", "kind": "choice", "on": "t", "options": [{"value": "good"}, {"value": "bad"}]},
    {"id": "many", "kind": "choice", "on": "t", "options": [{"value": "a"}, {"value": "b"}], "multiple": True},
    {"id": "stars", "kind": "rating", "on": "t", "low": 1, "high": 7},
    {"id": "count", "kind": "number", "on": "t", "low": 0.5, "high": 9.5, "step": 0.1},
    {"id": "words", "kind": "text", "on": "t", "max_length": 20},
    {"id": "better", "kind": "pairwise", "on": "pair"},
    {"id": "box", "kind": "shape", "on": "photo", "labels": LABELS, "max": 3, "min_px": 8}
    | {"tools": ["rect", "polygon", "polyline", "point"]},
    {"id": "entity", "kind": "span", "on": "t", "labels": LABELS},
    {"id": "joins", "kind": "relation", "on": "entity", "labels": LABELS},
    {"id": "said", "kind": "segment", "on": "sound", "labels": LABELS, "transcript": True, "max_length": 10},
    {"id": "path", "kind": "track", "on": "clip", "labels": LABELS},
    {"id": "wrong", "kind": "cell", "on": "sheet", "labels": LABELS},
    {"id": "nothing", "kind": "choice", "on": "photo", "options": [{"value": "none"}], "exclusive_with": ["box"]},
]
OBJECTS: list[dict[str, Any]] = [
    {"id": "t", "kind": "text", "from": "$.text"},
    {"id": "photo", "kind": "image", "from": "$.photo"},
    {"id": "sound", "kind": "audio", "from": "$.sound"},
    {"id": "clip", "kind": "video", "from": "$.clip"},
    {"id": "sheet", "kind": "table", "from": "$.sheet"},
    {"id": "pair", "kind": "pair", "of": "text", "from": ["$.one", "$.two"]},
]
FACTS = ItemFacts(
    {"t": TEXT},
    {
        "photo": MediaSize(600, 400),
        "sound": MediaSize(duration_ms=DURATION_MS),
        "clip": MediaSize(640, 360, DURATION_MS, 25, 1, FRAMES),
    },
    {"sheet": (4, 3)},
)


def asking(*control_ids: str) -> LabelSchema:
    """The schema with these controls; with none named, all."""
    controls = [one for one in CONTROLS if not control_ids or one["id"] in control_ids]
    document = {"schema": "ilgam.label-config/1", "objects": OBJECTS, "controls": controls, "not_sure": True}
    return parse_label_schema(json.dumps(document), _LEADS.get(controls[0]["id"], AnnotationType.TEXT_CHOICE))


_LEADS = {
    "words": AnnotationType.TEXT_WRITING,
    "better": AnnotationType.PAIR_CHOICE,
    "box": AnnotationType.IMAGE_SHAPE,
    "entity": AnnotationType.TEXT_SPAN,
    "said": AnnotationType.AUDIO_SEGMENT,
    "path": AnnotationType.VIDEO_TRACK,
    "wrong": AnnotationType.TABLE_CELL,
    "nothing": AnnotationType.IMAGE_CHOICE,
}

RIGHT: dict[str, Any] = {
    "mood": {"control": "mood", "type": "choice", "value": {"choices": ["good"]}},
    "many": {"control": "many", "type": "choice", "value": {"choices": ["b", "a"]}},
    "stars": {"control": "stars", "type": "rating", "value": {"rating": 7}},
    "count": {"control": "count", "type": "number", "value": {"number": 1.3}},
    "words": {"control": "words", "type": "text", "value": {"text": "두 줄\r\n이에요"}},
    "better": {"control": "better", "type": "pairwise", "value": {"choice": "second"}},
    "rect": {"id": "r", "control": "box", "type": "rect", "label": "cup"}
    | {"value": {"x": 163, "y": 16.3, "w": 285.3, "h": 309.8}},
    "polygon": {"id": "g", "control": "box", "type": "polygon", "label": "cup"}
    | {"value": {"points": [[40, 40], [160, 30], [170, 150]]}},
    "polyline": {"id": "l", "control": "box", "type": "polyline", "label": "cup"}
    | {"value": {"points": [[0, 0], [600, 400]]}},
    "point": {"id": "p", "control": "box", "type": "point", "label": "bike", "value": {"x": 0, "y": 400}},
    "span": {"id": "s", "control": "entity", "type": "span", "label": "cup"}
    | {"value": {"start": 6, "end": 10, "quote": "해운대구"}},
    "other": {"id": "o", "control": "entity", "type": "span", "label": "bike"}
    | {"value": {"start": 0, "end": 5, "quote": "부산광역시"}},
    "relation": {"id": "j", "control": "joins", "type": "relation", "label": "cup", "value": {"from": "s", "to": "o"}},
    "segment": {"id": "a", "control": "said", "type": "segment", "label": "cup"}
    | {"value": {"start_ms": 699, "end_ms": 10_000, "text": "안녕"}},
    "track": {"id": "t", "control": "path", "type": "track", "label": "bike"}
    | {"value": {"keyframes": [{"frame": 0, "box": [1, 2, 30, 40]}, {"frame": 249, "box": [610, 2, 30, 40.5]}]}},
    "cell": {"id": "c", "control": "wrong", "type": "cell", "label": "cup", "value": {"row": 3, "column": 2}},
}
"""One right mark of each type."""


def annotation(*marks: Any, **changed: Any) -> str:
    """An answer of these marks."""
    return json.dumps({"schema": "ilgam.annotation/1", "not_sure": False, "results": list(marks)} | changed)


def changed(name: str, **value: Any) -> Any:
    """A right mark with other entries in its value."""
    return RIGHT[name] | {"value": RIGHT[name]["value"] | value}


def right_answer(seed: int) -> list[dict[str, Any]]:
    """Right marks of many kinds, at random."""
    rng = random.Random(seed)
    marks = [RIGHT[name] for name in ("mood", "stars", "better", "words") if rng.random() < 0.7]
    made = [_rect(rng), _star(rng), _spans(rng), _segments(rng), _track(rng), _cells(rng)]
    marks += [mark for some in made for mark in some]
    rng.shuffle(marks)
    return [mark | ({"id": f"m{place}"} if "label" in mark else {}) for place, mark in enumerate(marks)]


def _label(rng: random.Random) -> str:
    return rng.choice(["cup", "bike"])


def _pixel(rng: random.Random, most: float) -> float:
    return round(rng.uniform(0, most), 1)


def _rect(rng: random.Random) -> list[dict[str, Any]]:
    x, y = _pixel(rng, 590), _pixel(rng, 390)
    width, height = round(rng.uniform(8, 600 - x), 1), round(rng.uniform(8, 400 - y), 1)
    value = {"x": x, "y": y, "w": width, "h": height}
    return [{"control": "box", "type": "rect", "label": _label(rng), "value": value}]


def _star(rng: random.Random) -> list[dict[str, Any]]:
    """Corners in the order of their angle around the middle: such an edge never meets itself."""
    steps = rng.sample(range(0, 360, 20), rng.randrange(8, 18))
    turns = {step: complex(rng.uniform(60, 190), 0) * _turned(step) for step in sorted(steps)}
    points = [[round(300 + one.real, 1), round(200 + one.imag, 1)] for one in turns.values()]
    return [{"control": "box", "type": "polygon", "label": _label(rng), "value": {"points": points}}]


def _turned(degrees: int) -> complex:
    return complex(0, 1) ** (degrees / 90)


def _spans(rng: random.Random) -> list[dict[str, Any]]:
    cuts = sorted(rng.sample(range(len(TEXT) + 1), 2 * rng.randrange(4)))
    return [
        {"control": "entity", "type": "span", "label": _label(rng)}
        | {"value": {"start": start, "end": end, "quote": TEXT[start:end]}}
        for start, end in zip(cuts[::2], cuts[1::2], strict=True)
    ]


def _segments(rng: random.Random) -> list[dict[str, Any]]:
    cuts = sorted(rng.sample(range(DURATION_MS + 1), 2 * rng.randrange(4)))
    return [
        {"control": "said", "type": "segment", "label": _label(rng), "value": {"start_ms": start, "end_ms": end}}
        for start, end in zip(cuts[::2], cuts[1::2], strict=True)
    ]


def _track(rng: random.Random) -> list[dict[str, Any]]:
    frames = sorted(rng.sample(range(FRAMES), rng.randrange(1, 5)))
    keyframes = [
        {"frame": frame, "box": [_pixel(rng, 600), _pixel(rng, 300), 12.5, 40], "visible": rng.random() < 0.8}
        for frame in frames
    ]
    return [{"control": "path", "type": "track", "label": _label(rng), "value": {"keyframes": keyframes}}]


def _cells(rng: random.Random) -> list[dict[str, Any]]:
    cells = rng.sample([(row, column) for row in range(4) for column in range(3)], rng.randrange(5))
    return [
        {"control": "wrong", "type": "cell", "label": _label(rng), "value": {"row": row, "column": column}}
        for row, column in cells
    ]
