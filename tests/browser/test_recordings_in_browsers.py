"""What is stored of sound and video, Chromium steps and seeks through exactly."""

import base64
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser

from services.runtime.media import CONTENT_TYPES
from services.runtime.media_process import Task, answer
from tests.support.films import film, recording

VFR_MS = [0, 20, 53, 103, 223, 243, 276, 326, 446, 466, 499, 549, 600, 710, 725, 790]
STEPS = """async ({ content, fps, order }) => {
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  const video = document.createElement("video");
  video.muted = true;
  video.src = URL.createObjectURL(new Blob([bytes], { type: "video/mp4" }));
  document.body.append(video);
  await new Promise((resolve, reject) => { video.onloadeddata = resolve; video.onerror = reject; });
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight).getContext("2d", { willReadFrequently: true });
  const seen = [];
  for (const number of order) {
    const sought = new Promise((resolve) => { video.onseeked = resolve; });
    // Where the frame in view is asked for again, none is presented.
    const presented = new Promise((resolve) => { video.requestVideoFrameCallback(resolve); setTimeout(resolve, 300); });
    video.currentTime = (number + 0.5) / fps;
    await Promise.all([sought, presented]);
    canvas.drawImage(video, 0, 0);
    const row = canvas.getImageData(0, video.videoHeight >> 1, video.videoWidth, 1).data;
    let white = 0;
    for (let at = 0; at < row.length; at += 4) if (row[at] > 128) white += 1;
    seen.push(white);
  }
  return { seen, seconds: video.duration };
}"""
SECONDS = """async ({ content, type }) => {
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  const heard = await new AudioContext().decodeAudioData(bytes.buffer.slice(0));
  const audio = new Audio(URL.createObjectURL(new Blob([bytes], { type })));
  await new Promise((resolve, reject) => { audio.onloadedmetadata = resolve; audio.onerror = reject; });
  return [heard.duration, audio.duration];
}"""


def stored(content: bytes, form: str, folder: Path) -> tuple[dict[str, Any], bytes]:
    """What is found of a file, and the bytes that are kept."""
    source = folder / "received"
    source.write_bytes(content)
    found = answer(Task(str(source), form, str(folder), exact=True))["found"]
    return found, Path(found["made"]["path"]).read_bytes() if found["made"] else content


@pytest.mark.parametrize("kind", ["kept", "made anew"])
@pytest.mark.asyncio(loop_scope="session")
async def test_every_frame_is_the_one_that_was_asked_for(chromium: Browser, tmp_path: Path, kind: str) -> None:
    content = film(16, Fraction(30000, 1001)) if kind == "kept" else film(16, times_ms=VFR_MS, with_sound=True)
    found, kept = stored(content, "mov", tmp_path)
    fps, count = Fraction(found["fps_numerator"], found["fps_denominator"]), found["frame_count"]
    order = [*range(count), *reversed(range(count)), count // 2, 0, count - 1]
    page = await chromium.new_page()
    shown = await page.evaluate(STEPS, {"content": base64.b64encode(kept).decode(), "fps": float(fps), "order": order})
    await page.close()
    wide = dict(zip(order, shown["seen"], strict=True))
    # Whatever way one comes to a frame, it is the same, and a later frame never shows less.
    assert [wide[number] for number in order] == shown["seen"]
    if kind == "kept":
        assert [wide[number] for number in range(count)] == [10 * (number + 1) for number in range(count)]
    assert sorted(wide.values()) == [wide[number] for number in range(count)]
    assert abs(shown["seconds"] - count / fps) < 0.05


@pytest.mark.asyncio(loop_scope="session")
async def test_sound_that_was_made_anew_is_as_long_as_it_was(chromium: Browser, tmp_path: Path) -> None:
    page = await chromium.new_page()
    for content in (recording(2.5), recording(2.5, bytes_per_sample=1), recording(2.5, rate=17_000)):
        found, kept = stored(content, "wav", tmp_path)
        heard, played = await page.evaluate(
            SECONDS, {"content": base64.b64encode(kept).decode(), "type": CONTENT_TYPES[found["extension"]]}
        )
        assert abs(heard - 2.5) < 0.03
        assert abs(played - 2.5) < 0.03
    await page.close()
