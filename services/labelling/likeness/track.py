"""Things followed through a video: the F1 of a one-to-one matching by the mean box IoU over frames.

Two tracks are alike by the mean, over all frames where either is visible, of the intersection over union of their boxes;
0 where only one is. Frames are those from the first to the last keyframe of either answer, at most 2,000 of them (fewer
where there are over 100 tracks), spread evenly: how long the video goes on is not known here. A track of the result has the
keyframes of all its people, each with the weighted median of their boxes at that frame; it is visible, and hidden by something,
where most say so. Where these were more keyframes than a track may have, it is the one that is most like the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from services.labelling.checks.time import KEYFRAMES_MAX
from services.labelling.likeness.answers import ROUNDING, Ballot, Fused, Kind, Marks, level
from services.labelling.likeness.matching import (
    Flags,
    Floats,
    clusters,
    medoid,
    middle,
    same_label,
    soft_f1,
    tenth,
    worth_comparing,
)
from services.labelling.values import Control, Mark

FRAMES_MAX = 2_000
FRAMES_LEAST = 200
BOXES_MAX = 200_000
"""So many boxes of all tracks are compared, unless that were under 200 frames."""
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
    close = worth_comparing(_most(one, other) * same_label(first, second))
    boxes, visible = np.stack([path.boxes for path in other]), np.stack([path.visible for path in other])
    for row in np.flatnonzero(close.any(axis=1)):
        scores[row, close[row]] = _mean_iou(one[row], boxes[close[row]], visible[close[row]])
    return scores


def _most(first: Sequence[_Path], second: Sequence[_Path]) -> Floats:
    """[n, m] 0 where two tracks are never in the same place, nor at the same time; more where they are for longer."""
    one, other = (np.array([_extent(path) for path in paths]) for paths in (first, second))
    shared = np.minimum(one[:, None, 3:], other[None, :, 3:]) - np.maximum(one[:, None, :3], other[None, :, :3])
    either = np.maximum(one[:, None, 3:], other[None, :, 3:]) - np.minimum(one[:, None, :3], other[None, :, :3])
    most: Floats = (shared.clip(0.0) / np.maximum(either, 1e-9)).prod(axis=2)
    return most


def _extent(path: _Path) -> Floats:
    """Where and when a track is seen: left, top, first frame, right, bottom, the frame after the last."""
    seen = np.flatnonzero(path.visible)
    if not len(seen):
        return np.zeros(6)
    boxes = path.boxes[seen]
    return np.array([*boxes[:, :2].min(axis=0), seen[0], *boxes[:, 2:].max(axis=0), seen[-1] + 1.0])


def _similarity(_: Control, first: Marks, second: Marks) -> float:
    return soft_f1(_scores(first.own, second.own))


def _fuse(control: Control, ballot: Ballot) -> list[Fused]:
    marks = ballot.marks
    out = []
    for rows in clusters(ballot, _scores):
        members = [marks[row] for row in rows]
        tracks, weights = [mark for _, mark in members], [ballot.weights[place] for place, _ in members]
        keyframes = _keyframes(tracks, weights)
        if len(keyframes) > KEYFRAMES_MAX:
            keyframes = tracks[medoid(_scores(tracks, tracks), weights)].value["keyframes"]
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
    left, top, right, bottom = (
        tenth(middle([float(path.boxes[n, side]) for path, _ in seen], weights)) for side in range(4)
    )
    return [left, top, round(right - left, _DIGITS), round(bottom - top, _DIGITS)]


def _held(seen: Sequence[tuple[_Path, float]], n: int) -> bool:
    hidden = sum(weight for path, weight in seen if path.occluded[n])
    return hidden > sum(weight for _, weight in seen) / 2.0 + ROUNDING


def _frames(tracks: Sequence[Mark]) -> Floats:
    keys = [one["frame"] for track in tracks for one in track.value["keyframes"]]
    first, last = min(keys), max(keys)
    most = min(FRAMES_MAX, max(FRAMES_LEAST, BOXES_MAX // len(tracks)))
    frames: Floats = np.rint(np.linspace(first, last, min(most, last - first + 1)))
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


def _mean_iou(path: _Path, boxes: Floats, visible: Flags) -> Floats:
    """[k] of a track with k others: their boxes [k, F, 4], and where they are visible [k, F]."""
    low = np.maximum(path.boxes[:, :2], boxes[..., :2])
    shared = (np.minimum(path.boxes[:, 2:], boxes[..., 2:]) - low).clip(0.0).prod(axis=2)
    union = _area(path.boxes) + _area(boxes) - shared
    iou = np.where(path.visible & visible, shared / np.maximum(union, 1e-9), 0.0)
    frames = np.maximum((path.visible | visible).sum(axis=1), 1)
    mean: Floats = np.clip(iou.sum(axis=1) / frames, 0.0, 1.0)
    return mean


def _area(boxes: Floats) -> Floats:
    area: Floats = (boxes[..., 2:] - boxes[..., :2]).prod(axis=-1)
    return area


TRACK = Kind(_similarity, _fuse, level(0.05), gold_likeness=0.5)
