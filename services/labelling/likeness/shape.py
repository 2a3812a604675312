"""Shapes on a picture: the sum of a one-to-one matching of shapes of the same label over the mean count of shapes.

Boxes and polygons are alike by their intersection over their union. Points and lines are alike by their distance d as
1 / (1 + (d / t)^2); how large the picture is is not known here, so t is 3 % of the largest coordinate that either answer
has, and at least 5 pixels. Lines lie apart by the mean distance from points spread evenly along each to the other.
A box or point of the result is the weighted median; a polygon or line is the one that is most like the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from services.labelling.likeness.answers import Ballot, Fused, Kind, Marks, level
from services.labelling.likeness.matching import Floats, clusters, medoid, middle, plurality, same_label, soft_f1
from services.labelling.values import Control, Mark

TOLERANCE_SHARE = 0.03
TOLERANCE_PX = 5.0
_AREAS = frozenset({"rect", "polygon"})
_STEPS = np.linspace(0.0, 1.0, 33)
_DIGITS = 1


def shape_scores(first: Sequence[Mark], second: Sequence[Mark]) -> Floats:
    """[n, m] how alike shapes are; 0 for other labels, and for areas against points or lines."""
    scores = np.zeros((len(first), len(second)))
    if not first or not second:
        return scores
    one, other = (np.array([_geometry(mark) for mark in marks], dtype=object) for marks in (first, second))
    _add_areas(scores, (first, one), (second, other))
    tolerance = max(
        TOLERANCE_PX, TOLERANCE_SHARE * max(float(shapely.total_bounds(each).max()) for each in (one, other))
    )
    for kind in ("point", "polyline"):
        for row in _of(first, kind):
            for column in _of(second, kind):
                distance = _distance(one[row], other[column])
                scores[row, column] = 1.0 / (1.0 + (distance / tolerance) ** 2)
    masked: Floats = scores * same_label(first, second)
    return masked


def _add_areas(scores: Floats, first: tuple[Sequence[Mark], Any], second: tuple[Sequence[Mark], Any]) -> None:
    rows, columns = ([n for n, mark in enumerate(marks) if mark.type in _AREAS] for marks, _ in (first, second))
    if not rows or not columns:
        return
    one, other = first[1][rows], second[1][columns]
    near, by = shapely.STRtree(other).query(one, predicate="intersects")
    shared = shapely.area(shapely.intersection(one[near], other[by]))
    either = shapely.area(one[near]) + shapely.area(other[by]) - shared
    scores[np.array(rows)[near], np.array(columns)[by]] = np.clip(shared / np.maximum(either, 1e-9), 0.0, 1.0)


def _similarity(_: Control, first: Marks, second: Marks) -> float:
    return soft_f1(shape_scores(first.own, second.own))


def _fuse(control: Control, ballot: Ballot) -> list[Fused]:
    marks = ballot.marks
    out = []
    for rows in clusters(ballot, shape_scores):
        members = [marks[row] for row in rows]
        total = ballot.weight_of(members)
        kind = plurality([(mark.type, ballot.weights[place]) for place, mark in members], ())
        alike = [mark for _, mark in members if mark.type == kind]
        weights = [ballot.weights[place] for place, mark in members if mark.type == kind]
        value = _middle([mark.value for mark in alike], kind, weights)
        if value is None:
            value = dict(alike[medoid(shape_scores(alike, alike), weights)].value)
        out.append(Fused(Mark("", control.control_id, kind, members[0][1].label, value), members, total))
    return out


def _middle(values: Sequence[Any], kind: str, weights: Sequence[float]) -> dict[str, float] | None:
    if kind == "point":
        return {name: round(middle([one[name] for one in values], weights), _DIGITS) for name in ("x", "y")}
    if kind != "rect":
        return None
    left, top = (round(middle([one[name] for one in values], weights), _DIGITS) for name in ("x", "y"))
    right = middle([one["x"] + one["w"] for one in values], weights)
    bottom = middle([one["y"] + one["h"] for one in values], weights)
    return {"x": left, "y": top, "w": round(right - left, _DIGITS), "h": round(bottom - top, _DIGITS)}


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


def _distance(first: Any, second: Any) -> float:  # noqa: ANN401 - shapely has no types
    if first.geom_type == "Point":
        return float(shapely.distance(first, second))
    there = shapely.distance(shapely.line_interpolate_point(first, _STEPS, normalized=True), second)
    back = shapely.distance(shapely.line_interpolate_point(second, _STEPS, normalized=True), first)
    return float((there.mean() + back.mean()) / 2.0)


def _of(marks: Sequence[Mark], kind: str) -> list[int]:
    return [n for n, mark in enumerate(marks) if mark.type == kind]


SHAPE = Kind(_similarity, _fuse, level(0.05), gold_likeness=0.5)
