"""Shapes on a picture: the sum of a one-to-one matching of shapes of the same label over the mean count of shapes.

Boxes and polygons are alike by their intersection over their union. Points and lines are alike by their distance d as
1 / (1 + (d / t)^2); how large the picture is is not known here, so t is 3 % of the largest coordinate that either answer
has, and at least 5 pixels. Lines lie apart by the mean distance from points spread evenly along each to the other.
A box or point of the result is the weighted median; a polygon or line is the one that is most like the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import shapely

from services.labelling.likeness.answers import Ballot, Fused, Kind, Marks, level
from services.labelling.likeness.matching import (
    Flags,
    Floats,
    clusters,
    medoid,
    middle,
    plurality,
    same_label,
    soft_f1,
    tenth,
    worth_comparing,
)
from services.labelling.values import Control, Mark

TOLERANCE_SHARE = 0.03
TOLERANCE_PX = 5.0
_AREAS = frozenset({"rect", "polygon"})
_POINTS = frozenset({"point"})
_LINES = frozenset({"polyline"})
_LEAST = 1e-9
_STEPS = np.linspace(0.0, 1.0, 33)
_DIGITS = 1


def shape_scores(first: Sequence[Mark], second: Sequence[Mark], known: dict[int, Any] | None = None) -> Floats:
    """[n, m] how alike shapes are; 0 for other labels, and for areas against points or lines.

    `known` are the geometries of these very marks, by mark; more are added.
    """
    scores = np.zeros((len(first), len(second)))
    if not first or not second:
        return scores
    one, other = (_geometries(marks, {} if known is None else known) for marks in (first, second))
    tolerance = max(
        TOLERANCE_PX, TOLERANCE_SHARE * max(float(shapely.total_bounds(each).max()) for each in (one, other))
    )
    alike = same_label(first, second)
    for kinds, compare in ((_AREAS, _areas), (_POINTS, _nearness), (_LINES, _nearness)):
        rows, columns = _of(first, kinds), _of(second, kinds)
        if rows and columns:
            block = np.ix_(rows, columns)
            scores[block] = compare(one[rows], other[columns], alike[block], tolerance)
    return scores


def _areas(one: Any, other: Any, alike: Flags, _: float) -> Floats:  # noqa: ANN401 - shapely has no types
    """[n, m] intersection over union."""
    scores = np.zeros(alike.shape)
    own, others = shapely.area(one)[:, None], shapely.area(other)[None, :]
    # What two share lies in what the boxes around them share.
    most = np.minimum(np.minimum(_sides(one, other).clip(0.0).prod(axis=0), own), others)
    near, by = np.nonzero(worth_comparing(most / np.maximum(own + others - most, _LEAST) * alike))
    shared = shapely.area(shapely.intersection(one[near], other[by]))
    either = own[near, 0] + others[0, by] - shared
    scores[near, by] = np.clip(shared / np.maximum(either, _LEAST), 0.0, 1.0)
    return scores


def _nearness(one: Any, other: Any, alike: Flags, tolerance: float) -> Floats:  # noqa: ANN401 - shapely has no types
    """[n, m] 1 / (1 + (d / t)^2) of how far points, or lines, lie apart."""
    scores = np.zeros(alike.shape)
    # They lie at least as far apart as the boxes around them.
    gaps = np.hypot(*(-_sides(one, other)).clip(0.0))
    near, by = np.nonzero(worth_comparing(alike / (1.0 + (gaps / tolerance) ** 2)))
    scores[near, by] = 1.0 / (1.0 + (_distances(one[near], other[by]) / tolerance) ** 2)
    return scores


def _sides(one: Any, other: Any) -> Floats:  # noqa: ANN401 - shapely has no types
    """[2, n, m] how wide and how high the boxes around two shapes overlap; under 0: how far they lie apart."""
    first, second = shapely.bounds(one)[:, None, :], shapely.bounds(other)[None, :, :]
    sides: Floats = np.minimum(first[..., 2:], second[..., 2:]) - np.maximum(first[..., :2], second[..., :2])
    return np.moveaxis(sides, -1, 0)


def _similarity(_: Control, first: Marks, second: Marks) -> float:
    return soft_f1(shape_scores(first.own, second.own))


def _fuse(control: Control, ballot: Ballot) -> list[Fused]:
    marks = ballot.marks
    scores = partial(shape_scores, known=ballot.memory.shapes)
    out = []
    for rows in clusters(ballot, scores):
        members = [marks[row] for row in rows]
        total = ballot.weight_of(members)
        kind = plurality([(mark.type, ballot.weights[place]) for place, mark in members], ())
        alike = [mark for _, mark in members if mark.type == kind]
        weights = [ballot.weights[place] for place, mark in members if mark.type == kind]
        value = _middle([mark.value for mark in alike], kind, weights)
        if value is None:
            value = dict(alike[medoid(scores(alike, alike), weights)].value)
        out.append(Fused(Mark("", control.control_id, kind, members[0][1].label, value), members, total))
    return out


def _middle(values: Sequence[Any], kind: str, weights: Sequence[float]) -> dict[str, float] | None:
    if kind == "point":
        return {name: round(middle([one[name] for one in values], weights), _DIGITS) for name in ("x", "y")}
    if kind != "rect":
        return None
    left, top = (tenth(middle([one[name] for one in values], weights)) for name in ("x", "y"))
    right = tenth(middle([one["x"] + one["w"] for one in values], weights))
    bottom = tenth(middle([one["y"] + one["h"] for one in values], weights))
    return {"x": left, "y": top, "w": round(right - left, _DIGITS), "h": round(bottom - top, _DIGITS)}


def _geometries(marks: Sequence[Mark], known: dict[int, Any]) -> Any:  # noqa: ANN401 - shapely has no types
    for mark in marks:
        if id(mark) not in known:
            known[id(mark)] = _geometry(mark)
    return np.array([known[id(mark)] for mark in marks], dtype=object)


def _geometry(mark: Mark) -> Any:  # noqa: ANN401 - shapely has no types
    value = mark.value
    if mark.type == "rect":
        return shapely.box(value["x"], value["y"], value["x"] + value["w"], value["y"] + value["h"])
    if mark.type == "point":
        return shapely.Point(value["x"], value["y"])
    if mark.type == "polyline":
        return shapely.LineString(value["points"])
    polygon = shapely.Polygon(value["points"])
    return polygon if polygon.is_valid else shapely.make_valid(polygon)


def _distances(one: Any, other: Any) -> Floats:  # noqa: ANN401 - shapely has no types
    """[k] how far each lies from its partner; lines by the mean over points spread evenly along either."""
    if not len(one) or one[0].geom_type == "Point":
        return np.asarray(shapely.distance(one, other), dtype=np.float64)
    ways = [
        shapely.distance(shapely.line_interpolate_point(line[:, None], _STEPS, normalized=True), partner[:, None])
        for line, partner in ((one, other), (other, one))
    ]
    return np.asarray((ways[0].mean(axis=1) + ways[1].mean(axis=1)) / 2.0, dtype=np.float64)


def _of(marks: Sequence[Mark], kinds: frozenset[str]) -> list[int]:
    return [n for n, mark in enumerate(marks) if mark.type in kinds]


SHAPE = Kind(_similarity, _fuse, level(0.05), gold_likeness=0.5)
