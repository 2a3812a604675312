"""Shapes on a picture, in pixels of the upright picture with one decimal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from services.labelling.checks.place import PIXELS_MAX, Place, tenths
from services.labelling.values import Control, ItemFacts, MediaSize

POINTS_MAX: Final = 1_000
_POLYGON_MIN: Final = 3
_POLYLINE_MIN: Final = 2
_UNKNOWN: Final = MediaSize()

Corners = NDArray[np.int64]
"""n x 2 tenths of pixels."""


def box(place: Place, names: tuple[str, str, str, str], size: MediaSize, min_px: float) -> list[float]:
    """x, y, width and height of a box that lies inside and is not too small. `names` lead to them from `place`."""
    x = _at(place, names[0]).pixel(size.width)
    y = _at(place, names[1]).pixel(size.height)
    width = _at(place, names[2]).pixel(size.width)
    height = _at(place, names[3]).pixel(size.height)
    for name, length in ((names[2], width), (names[3], height)):
        if length <= 0 or length < min_px:
            _at(place, name).wrong(f"must be at least {min_px:g} pixels" if min_px else "must be above 0 pixels")
    if size.width and tenths(x) + tenths(width) > tenths(size.width):
        _at(place, names[2]).wrong(f"must end inside the {size.width} pixels of width")
    if size.height and tenths(y) + tenths(height) > tenths(size.height):
        _at(place, names[3]).wrong(f"must end inside the {size.height} pixels of height")
    return [x, y, width, height]


def _at(place: Place, name: str) -> Place:
    """A named value of an object, or by its number in a list."""
    return Place(place.value[int(name)], f"{place.path}[{name}]") if name.isdigit() else place.at(name)


def rect(place: Place, control: Control, facts: ItemFacts) -> Mapping[str, Any]:
    """A box."""
    place.knows("x", "y", "w", "h")
    x, y, width, height = box(place, ("x", "y", "w", "h"), _size(control, facts), control.min_px)
    return {"x": x, "y": y, "w": width, "h": height}


def point(place: Place, control: Control, facts: ItemFacts) -> Mapping[str, Any]:
    """A point."""
    place.knows("x", "y")
    size = _size(control, facts)
    return {"x": place.at("x").pixel(size.width), "y": place.at("y").pixel(size.height)}


def polyline(place: Place, control: Control, facts: ItemFacts) -> Mapping[str, Any]:
    """A line of several points; it may cross itself."""
    return {"points": _points(place.knows("points").at("points"), _POLYLINE_MIN, _size(control, facts))}


def polygon(place: Place, control: Control, facts: ItemFacts) -> Mapping[str, Any]:
    """An area whose edge does not touch itself."""
    held = place.knows("points").at("points")
    points = _points(held, _POLYGON_MIN, _size(control, facts))
    corners = np.array([[tenths(x), tenths(y)] for x, y in points], dtype=np.int64)
    if (corners == np.roll(corners, -1, axis=0)).all(axis=1).any():
        held.wrong("must not hold a point twice in a row (the first follows the last)")
    if crosses_itself(corners):
        held.wrong("must not cross or touch itself")
    if _doubled_area(corners) == 0:
        held.wrong("must have an area above 0")
    return {"points": points}


def _points(held: Place, least: int, size: MediaSize) -> list[list[float]]:
    pairs = held.each(least, POINTS_MAX, "points")
    width, height = size.width or PIXELS_MAX, size.height or PIXELS_MAX
    points: list[list[float]] = []
    for entry in pairs:
        pair = entry.value
        if not isinstance(pair, list) or len(pair) != 2:  # noqa: PLR2004 - x and y
            entry.wrong("must be [x, y]")
        x, y = pair
        if not (_is_inside(x, width) and _is_inside(y, height)):
            x = Place(x, f"{entry.path}[0]").pixel(size.width)
            y = Place(y, f"{entry.path}[1]").pixel(size.height)
        points.append([float(x) + 0.0, float(y) + 0.0])  # -0.0 is written like 0.0
    return points


def _is_inside(number: object, most: float) -> bool:
    """Whether a number is certainly right; what is not is looked at more closely, for the words of its refusal."""
    return type(number) in {int, float} and 0 <= number <= most and round(number, 1) == number  # type: ignore[operator,call-overload]


def _size(control: Control, facts: ItemFacts) -> MediaSize:
    return facts.media.get(control.on, _UNKNOWN)


def _doubled_area(corners: Corners) -> int:
    after = np.roll(corners, -1, axis=0)
    return int(abs((corners[:, 0] * after[:, 1] - corners[:, 1] * after[:, 0]).sum()))


def crosses_itself(corners: Corners) -> bool:
    """Whether the closed line through n corners touches itself anywhere but where one edge goes on from the last.

    Exact, as it counts in whole numbers; edges whose boxes lie apart are not looked at, of the others each pair is.
    """
    count = len(corners)
    after = np.roll(corners, -1, axis=0)
    low, high = np.minimum(corners, after), np.maximum(corners, after)
    meet = np.ones((count, count), dtype=bool)
    for axis in (0, 1):
        meet &= low[:, None, axis] <= high[None, :, axis]
        meet &= low[None, :, axis] <= high[:, None, axis]
    first, second = np.nonzero(np.triu(meet, 1))
    neighbours = (second - first == 1) | ((first == 0) & (second == count - 1))
    return _any_folds_back(corners, after) or _any_meet(corners, after, first[~neighbours], second[~neighbours])


def _turn(origin: Corners, first: Corners, second: Corners) -> NDArray[np.int64]:
    """On which side of the line from `origin` to `first` the point `second` lies: 1, -1, or 0 for on it."""
    a, b = first - origin, second - origin
    sides: NDArray[np.int64] = np.sign(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])
    return sides


def _any_meet(start: Corners, end: Corners, first: NDArray[np.intp], second: NDArray[np.intp]) -> bool:
    """Whether two edges whose boxes meet, meet themselves."""
    across = _turn(start[first], end[first], start[second]) * _turn(start[first], end[first], end[second]) <= 0
    back = _turn(start[second], end[second], start[first]) * _turn(start[second], end[second], end[first]) <= 0
    return bool((across & back).any())


def _any_folds_back(start: Corners, end: Corners) -> bool:
    """Whether an edge runs back over the one before it."""
    along, onward = end - start, np.roll(end - start, -1, axis=0)
    cross = along[:, 0] * onward[:, 1] - along[:, 1] * onward[:, 0]
    dot = (along * onward).sum(axis=1)
    return bool(((cross == 0) & (dot < 0)).any())
