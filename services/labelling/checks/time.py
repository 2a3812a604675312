"""Parts of a recording in milliseconds, and boxes that move through a video by its frames."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from services.labelling.checks.place import Place
from services.labelling.checks.shapes import box
from services.labelling.values import Control, ItemFacts, MediaSize

KEYFRAMES_MAX: Final = 2_000
_BOX: Final = ("0", "1", "2", "3")
"""Where x, y, width and height stand in a keyframe's box."""
_UNKNOWN: Final = MediaSize()


def segment(place: Place, control: Control, facts: ItemFacts) -> Mapping[str, Any]:
    """A part of a recording, with what is said in it where the control asks so."""
    place.knows("start_ms", "end_ms", *(["text"] if control.transcript else []))
    duration = facts.media.get(control.on, _UNKNOWN).duration_ms or None
    start = place.at("start_ms").whole(0, duration)
    end = place.at("end_ms").whole(0, duration)
    if end <= start:
        place.at("end_ms").wrong("must be above start_ms")
    said = place.at("text")
    if said.value is None:
        return {"start_ms": start, "end_ms": end}
    return {"start_ms": start, "end_ms": end, "text": said.text(0, control.length_max)}


def track(place: Place, control: Control, facts: ItemFacts) -> Mapping[str, Any]:
    """A box at several frames, in order."""
    size = facts.media.get(control.on, _UNKNOWN)
    frames: list[Mapping[str, Any]] = []
    for entry in place.knows("keyframes").at("keyframes").each(1, KEYFRAMES_MAX, "keyframes"):
        frame = _keyframe(entry, control, size)
        if frames and frame["frame"] <= frames[-1]["frame"]:
            entry.at("frame").wrong("must be after the keyframe before it")
        frames.append(frame)
    return {"keyframes": frames}


def _keyframe(entry: Place, control: Control, size: MediaSize) -> Mapping[str, Any]:
    entry.knows("frame", "box", "visible", "occluded")
    frame = entry.at("frame").whole(0, size.frame_count - 1 if size.frame_count else None)
    held = entry.at("box")
    if not isinstance(held.value, list) or len(held.value) != len(_BOX):
        held.wrong("must be [x, y, width, height]")
    return {
        "frame": frame,
        "box": box(held, _BOX, size, control.min_px),
        "visible": entry.at("visible").flag(otherwise=True),
        "occluded": entry.at("occluded").flag(otherwise=False),
    }
