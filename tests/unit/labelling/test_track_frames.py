"""A track's boxes between its keyframes are the same numbers here and in the page (services/gateway/web/test/tracks.test.ts)."""

import json
from pathlib import Path
from typing import Any

import pytest

from services.labelling.kinds import ControlKind
from services.labelling.likeness import similarity
from services.labelling.values import Control, Label, Mark

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "track_frames.json").read_text())
CONTROL = Control("way", ControlKind.TRACK, "film", (Label("bike"),), most=9)


def track(keyframes: list[dict[str, Any]]) -> Mark:
    return Mark("one", CONTROL.control_id, "track", "bike", {"keyframes": keyframes})


def keyframe(frame: str, box: list[float] | None) -> dict[str, Any]:
    return {"frame": int(frame), "box": box or [0, 0, 1, 1], "visible": box is not None, "occluded": False}


@pytest.mark.parametrize("case", CASES)
def test_a_track_is_like_its_boxes_frame_by_frame(case: dict[str, Any]) -> None:
    first, last = case["keyframes"][0]["frame"], case["keyframes"][-1]["frame"]
    spelled = [keyframe(frame, box) for frame, box in case["boxes"].items()]
    told = track(spelled)
    # Frames that the case does not spell out lie on the same straight line.
    assert {int(frame) for frame in case["boxes"]} >= {first, last}
    assert similarity([CONTROL], [track(case["keyframes"])], [told]) == pytest.approx(1.0, abs=1e-9)


@pytest.mark.parametrize("case", CASES)
def test_a_track_is_less_like_boxes_beside_it(case: dict[str, Any]) -> None:
    beside = [keyframe(frame, box and [box[0] + 5, *box[1:]]) for frame, box in case["boxes"].items()]
    assert similarity([CONTROL], [track(case["keyframes"])], [track(beside)]) < 0.99
