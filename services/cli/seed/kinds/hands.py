"""What simulated graduates answer where more than a choice is asked: near the truth, sometimes beside it, or anything at all."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from services.cli.seed.graduates import Graduate, Manner
from services.cli.seed.kinds.made import Made, Result, tenths
from services.labelling.values import MediaSize

TREMBLE_PX, TREMBLE_MS = 1.5, 25
SLIP_SHARE = 0.5
SLIP_MS = 500
BOX_MIN = 12.0
UNHEARD = "잘 안 들려요"
Value = dict[str, Any]
Change = Callable[[Value, Made, random.Random], Value]


def answered(graduate: Graduate, made: Made, rng: random.Random, *, wrong: bool = False) -> list[Result]:
    """The marks of somebody's answer.

    Args:
        graduate: who answers.
        made: the item.
        rng: their chance.
        wrong: on purpose nothing like the truth.
    """
    if wrong or graduate.manner is Manner.ALWAYS_SAME:
        return [_anything(made)]
    if rng.random() < graduate.accuracy:
        return [_changed(one, made, rng, _TREMBLE) for one in made.truth]
    if graduate.manner is Manner.GUESSES:
        return [_anything(made)]
    slipped = rng.randrange(len(made.truth))
    return [_changed(one, made, rng, _SLIP if place == slipped else _TREMBLE) for place, one in enumerate(made.truth)]


def _changed(one: Result, made: Made, rng: random.Random, changes: dict[str, Change]) -> Result:
    change = changes.get(one["type"])
    return one | {"value": change(one["value"], made, rng)} if change else one


def _size(made: Made) -> MediaSize:
    return next(iter(made.sizes.values()))


def _box(box: list[float], size: MediaSize) -> list[float]:
    """Inside the picture, with one decimal, and not too small."""
    width, height = (min(max(tenths(side), BOX_MIN), float(of)) for side, of in zip(box[2:], _sides(size), strict=True))
    x, y = min(max(box[0], 0.0), size.width - width), min(max(box[1], 0.0), size.height - height)
    return [tenths(x), tenths(y), width, height]


def _sides(size: MediaSize) -> tuple[int, int]:
    return size.width, size.height


def _rect(value: Value, made: Made, by: Callable[[float], float]) -> Value:
    box = [value["x"] + by(value["w"]), value["y"] + by(value["h"]), value["w"] + by(0), value["h"] + by(0)]
    return dict(zip(("x", "y", "w", "h"), _box(box, _size(made)), strict=True))


def _tremble_rect(value: Value, made: Made, rng: random.Random) -> Value:
    return _rect(value, made, lambda _side: rng.gauss(0, TREMBLE_PX))


def _slip_rect(value: Value, made: Made, rng: random.Random) -> Value:
    return _rect(value, made, lambda side: side * SLIP_SHARE * rng.choice((-1, 1)))


def _tremble_polygon(value: Value, made: Made, rng: random.Random) -> Value:
    size = _size(made)
    points = [[x + rng.gauss(0, TREMBLE_PX), y + rng.gauss(0, TREMBLE_PX)] for x, y in value["points"]]
    return {
        "points": [[tenths(min(max(x, 0.0), size.width)), tenths(min(max(y, 0.0), size.height))] for x, y in points]
    }


def _slip_polygon(value: Value, _made: Made, _rng: random.Random) -> Value:
    """Half as large, about its middle."""
    points = value["points"]
    middle = [sum(point[axis] for point in points) / len(points) for axis in (0, 1)]
    return {"points": [[tenths((point[axis] + middle[axis]) / 2) for axis in (0, 1)] for point in points]}


def _slip_span(value: Value, made: Made, _rng: random.Random) -> Value:
    """With the small word that hangs on it."""
    text = str(made.data["text"])
    end = min(value["end"] + 1, len(text))
    return {"start": value["start"], "end": end, "quote": text[value["start"] : end]}


def _segment(value: Value, made: Made, by: Callable[[], int]) -> Value:
    start = max(0, value["start_ms"] + by())
    end = min(_size(made).duration_ms, max(start + 100, value["end_ms"] + by()))
    return value | {"start_ms": start, "end_ms": end}


def _tremble_segment(value: Value, made: Made, rng: random.Random) -> Value:
    return _segment(value, made, lambda: round(rng.gauss(0, TREMBLE_MS)))


def _slip_segment(value: Value, made: Made, _rng: random.Random) -> Value:
    """Too short by its beginning, and not to the end of what is said."""
    said = str(value["text"])
    end = max(value["start_ms"] + SLIP_MS + 100, value["end_ms"] - SLIP_MS)
    short = {"start_ms": value["start_ms"] + SLIP_MS, "end_ms": end, "text": said[: len(said) // 2] or said}
    return _segment(short, made, int)


def _track(value: Value, made: Made, by: Callable[[float], float]) -> Value:
    frames = [
        one
        | {
            "box": _box(
                [one["box"][0] + by(one["box"][2]), one["box"][1] + by(one["box"][3]), *one["box"][2:]], _size(made)
            )
        }
        for one in value["keyframes"]
    ]
    return {"keyframes": frames}


def _tremble_track(value: Value, made: Made, rng: random.Random) -> Value:
    return _track(value, made, lambda _side: rng.gauss(0, TREMBLE_PX))


def _slip_track(value: Value, made: Made, _rng: random.Random) -> Value:
    return _track(value, made, lambda side: side * SLIP_SHARE)


def _slip_cell(value: Value, _made: Made, _rng: random.Random) -> Value:
    """The name in the same row: names are never wrong."""
    return {"row": value["row"], "column": 0}


def _slip_pair(value: Value, _made: Made, _rng: random.Random) -> Value:
    return {"choice": "second" if value["choice"] == "first" else "first"}


def _slip_choice(value: Value, made: Made, _rng: random.Random) -> Value:
    """The picture beside it."""
    places = [name for name in made.data if name != "photo"]
    return {"choices": [places[(places.index(value["choices"][0]) + 1) % len(places)]]}


def _slip_text(value: Value, _made: Made, _rng: random.Random) -> Value:
    """Without what stands after the comma."""
    return {"text": str(value["text"]).partition(",")[0]}


_TREMBLE: dict[str, Change] = {
    "rect": _tremble_rect,
    "polygon": _tremble_polygon,
    "segment": _tremble_segment,
    "track": _tremble_track,
}
_SLIP: dict[str, Change] = {
    "rect": _slip_rect,
    "polygon": _slip_polygon,
    "span": _slip_span,
    "segment": _slip_segment,
    "track": _slip_track,
    "cell": _slip_cell,
    "pairwise": _slip_pair,
    "choice": _slip_choice,
    "text": _slip_text,
}


def _anything(made: Made) -> Result:
    """One mark at the first place that comes."""
    first = made.truth[0]
    return first | {"value": _ANYTHING[first["type"]](made)}


def _corner_track(_made: Made) -> Value:
    return {"keyframes": [{"frame": 0, "box": [0.0, 0.0, 30.0, 30.0], "visible": True, "occluded": False}]}


_ANYTHING: dict[str, Callable[[Made], Value]] = {
    "rect": lambda _made: {"x": 0.0, "y": 0.0, "w": 30.0, "h": 30.0},
    "polygon": lambda _made: {"points": [[0.0, 0.0], [30.0, 0.0], [0.0, 30.0]]},
    "span": lambda made: {"start": 0, "end": 1, "quote": str(made.data["text"])[:1]},
    "segment": lambda _made: {"start_ms": 0, "end_ms": 300, "text": UNHEARD},
    "track": _corner_track,
    "cell": lambda _made: {"row": 0, "column": 0},
    "choice": lambda made: _slip_choice(made.truth[0]["value"], made, random.Random(0)),  # noqa: S311  (unused there)
    "pairwise": lambda made: _slip_pair(made.truth[0]["value"], made, random.Random(0)),  # noqa: S311  (unused there)
    "text": lambda _made: {"text": UNHEARD},
}
