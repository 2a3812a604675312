"""Things followed through a video: the F1 of a one-to-one matching by the mean box IoU over frames.

Two tracks are alike by the mean, over all frames where either is visible, of the intersection over union of their boxes;
0 where only one is. Frames are those from the first to the last keyframe of either answer, at most 2,000 of them, spread
evenly: how long the video goes on is not known here. A track of the result has the keyframes of all its people, each with the
weighted median of their boxes at that frame; it is visible, and hidden by something, where most say so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from services.labelling.likeness.answers import ROUNDING, Ballot, Fused, Kind, Marks, level
from services.labelling.likeness.matching import Flags, Floats, clusters, middle, same_label, soft_f1
from services.labelling.values import Control, Mark

FRAMES_MAX = 2_000
_DIGITS = 1


@dataclass(frozen=True, eq=False)
class _Path:
    """A track at F frames."""

    boxes: Floats  # [F, 4] left, top, right, bottom
    visible: Flags  # [F]
    occluded: Flags  # [F]


def _scores(first: Sequence[Mark], second: Sequence[Mark]) -> Floats:
    scores = np.zeros((len(first), len(second)))
    if not first or not second:
        return scores
    frames = _frames([*first, *second])
    one, other = ([_path(mark, frames) for mark in marks] for marks in (first, second))
    alike = same_label(first, second)
    for row, column in zip(*np.nonzero(alike), strict=True):
        scores[row, column] = _mean_iou(one[row], other[column])
    return scores


def _similarity(_: Control, first: Marks, second: Marks) -> float:
    return soft_f1(_scores(first.own, second.own))


def _fuse(control: Control, ballot: Ballot) -> list[Fused]:
    marks = ballot.marks
    out = []
    for rows in clusters(ballot, _scores):
        members = [marks[row] for row in rows]
        weights = [ballot.weights[place] for place, _ in members]
        keyframes = _keyframes([mark for _, mark in members], weights)
        if keyframes:
            mark = Mark("", control.control_id, "track", members[0][1].label, {"keyframes": keyframes})
            out.append(Fused(mark, members, sum(weights)))
    return out


def _keyframes(tracks: Sequence[Mark], weights: Sequence[float]) -> list[dict[str, Any]]:
    """The keyframes of all, the first of them visible."""
    frames = np.array(sorted({one["frame"] for track in tracks for one in track.value["keyframes"]}), dtype=np.float64)
    paths = [_path(track, frames) for track in tracks]
    out: list[dict[str, Any]] = []
    for n, frame in enumerate(frames):
        seen = [(path, weight) for path, weight in zip(paths, weights, strict=True) if path.visible[n]]
        shown = bool(seen) and sum(weight for _, weight in seen) >= sum(weights) / 2.0 - ROUNDING
        if shown or (out and out[-1]["visible"]):
            # Where it goes while nobody sees it is where those who followed it put it.
            box = _box(seen if shown else list(zip(paths, weights, strict=True)), n)
            out.append({"frame": int(frame), "box": box, "visible": shown, "occluded": shown and _held(seen, n)})
    return out


def _box(seen: Sequence[tuple[_Path, float]], n: int) -> list[float]:
    weights = [weight for _, weight in seen]
    left, top, right, bottom = (middle([float(path.boxes[n, side]) for path, _ in seen], weights) for side in range(4))
    left, top = round(left, _DIGITS), round(top, _DIGITS)
    return [left, top, round(right - left, _DIGITS), round(bottom - top, _DIGITS)]


def _held(seen: Sequence[tuple[_Path, float]], n: int) -> bool:
    hidden = sum(weight for path, weight in seen if path.occluded[n])
    return hidden > sum(weight for _, weight in seen) / 2.0 + ROUNDING


def _frames(tracks: Sequence[Mark]) -> Floats:
    keys = [one["frame"] for track in tracks for one in track.value["keyframes"]]
    first, last = min(keys), max(keys)
    frames: Floats = np.rint(np.linspace(first, last, min(FRAMES_MAX, last - first + 1)))
    return frames


def _path(track: Mark, frames: Floats) -> _Path:
    keyframes: Sequence[Mapping[str, Any]] = track.value["keyframes"]
    keys = np.array([one["frame"] for one in keyframes], dtype=np.float64)
    boxes = np.array([one["box"] for one in keyframes], dtype=np.float64)
    edges = np.stack([boxes[:, 0], boxes[:, 1], boxes[:, 0] + boxes[:, 2], boxes[:, 1] + boxes[:, 3]], axis=1)
    place = np.searchsorted(keys, frames, side="right") - 1
    shown, hidden = (np.array([bool(one[name]) for one in keyframes]) for name in ("visible", "occluded"))
    return _Path(
        boxes=np.stack([np.interp(frames, keys, edges[:, side]) for side in range(4)], axis=1),
        visible=shown[np.maximum(place, 0)] & (place >= 0),
        occluded=hidden[np.maximum(place, 0)],
    )


def _mean_iou(first: _Path, second: _Path) -> float:
    either = first.visible | second.visible
    if not either.any():
        return 0.0
    low = np.maximum(first.boxes[:, :2], second.boxes[:, :2])
    high = np.minimum(first.boxes[:, 2:], second.boxes[:, 2:])
    shared = np.clip(high - low, 0.0, None).prod(axis=1)
    union = _area(first) + _area(second) - shared
    iou = np.where(first.visible & second.visible, shared / np.maximum(union, 1e-9), 0.0)
    return float(np.clip(iou[either].mean(), 0.0, 1.0))


def _area(path: _Path) -> Floats:
    area: Floats = (path.boxes[:, 2:] - path.boxes[:, :2]).prod(axis=1)
    return area


TRACK = Kind(_similarity, _fuse, level(0.05), gold_likeness=0.5)
