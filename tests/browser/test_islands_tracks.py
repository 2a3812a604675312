"""Things followed through a film: exact frames, keyframes, and the way between them, by every kind of hand."""

import base64
import io
from fractions import Fraction
from functools import cache
from typing import Any

import av
import numpy as np
import pytest
from playwright.async_api import Browser, expect

from tests.browser.drawing import drag
from tests.browser.island_pages import PHONE, ZOOMED, IslandPage, open_island
from tests.browser.long_tasks import LONG_MILLISECONDS, traced
from tests.support.browser import overflow

pytestmark = pytest.mark.asyncio(loop_scope="session")

WIDTH, HEIGHT, BITS, CELL = 320, 192, 16, 20
# Each frame has its own number painted along its top: white is 1.
_SHOWN_FRAME = """() => { const video = island.querySelector("video"), canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
  const pen = canvas.getContext("2d"); pen.drawImage(video, 0, 0);
  let number = 0;
  for (let bit = 0; bit < 16; bit += 1) number += (pen.getImageData(bit * 20 + 10, 10, 1, 1).data[0] > 128 ? 1 : 0) << bit;
  return number; }"""


@cache
def _film(count: int, rate: Fraction) -> str:
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as film:
        stream = film.add_stream("libx264", rate=rate, options={"preset": "ultrafast", "g": "50"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for number in range(count):
            picture = np.full((HEIGHT, WIDTH, 3), 90, np.uint8)
            for bit in range(BITS):
                picture[:CELL, bit * CELL : (bit + 1) * CELL] = 255 * (number >> bit & 1)
            film.mux(stream.encode(av.VideoFrame.from_ndarray(picture)))
        film.mux(stream.encode())
    return f"data:video/mp4;base64,{base64.b64encode(file.getvalue()).decode()}"


def _shown(*marks: dict[str, Any], count: int = 60, rate: Fraction = Fraction(25), **changes: Any) -> dict[str, Any]:
    labels = [("bike", "자전거", "1", "#0b50d0", "solid"), ("car", "자동차", "2", "#b91c1c", "dashed")]
    control = {
        "id": "way", "kind": "track", "on": "film", "words": "움직임", "required": True, "least": 1, "most": 20,
        "labels": [dict(zip(("value", "label", "key", "color", "pattern"), one, strict=True)) for one in labels],
        "exclusiveWith": [], "multiple": False, "tools": [], "minPx": 4, "low": None, "high": None, "step": None,
        "lengthMax": 0, "transcript": False, "overlap": False, "tie": False,
    }  # fmt: skip
    part = {
        "object": "film", "kind": "video", "text": _film(count, rate), "alt": "길", "language": "ko",
        "width": WIDTH, "height": HEIGHT, "durationMs": int(count / rate * 1000),
        "fps": [rate.numerator, rate.denominator], "frameCount": count, "peaksUrl": "", "columns": [], "rows": [],
    }  # fmt: skip
    return {"part": part, "controls": [control], "marks": list(marks), "readOnly": False} | changes


def _key(frame: int, *box: float, visible: bool = True, occluded: bool = False) -> dict[str, Any]:
    return {"frame": frame, "box": list(box), "visible": visible, "occluded": occluded}


def _track(mark_id: str, *keyframes: dict[str, Any]) -> dict[str, Any]:
    return {"id": mark_id, "control": "way", "type": "track", "label": "bike", "value": {"keyframes": list(keyframes)}}


async def _go(island: IslandPage, frame: int) -> None:
    field = island.page.get_by_role("spinbutton", name="장면 번호")
    await field.fill(str(frame))
    await field.press("Enter")
    await _is_at(island, frame)


async def _is_at(island: IslandPage, frame: int) -> None:
    """The number and the picture are those of a frame."""
    await island.page.wait_for_function(f"island.querySelector('.reel input[type=range]').value === '{frame}'")
    await island.page.wait_for_function(f"({_SHOWN_FRAME})() === {frame}")


async def _keyframes(island: IslandPage, place: int = 0) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await island.marks())[place]["value"]["keyframes"]
    return found


async def _drag(island: IslandPage, first: tuple[float, float], last: tuple[float, float]) -> None:
    await island.page.locator(".easel").scroll_into_view_if_needed()
    await drag(island, first, last)


@pytest.mark.parametrize("rate", [pytest.param(Fraction(25), marks=pytest.mark.long), Fraction(30000, 1001)])
async def test_each_step_shows_exactly_the_frame_that_is_asked_for(chromium: Browser, rate: Fraction) -> None:
    island = await open_island(chromium, "tracks", _shown(rate=rate))
    await _is_at(island, 0)
    for frame in (37, 12, 59, 1, 50, 49):
        await _go(island, frame)
    await island.page.locator(".easel").focus()
    for key, frame in (("Comma", 48), ("Shift+Comma", 38), ("Period", 39), ("Shift+Period", 49), ("Shift+Period", 59)):
        await island.page.keyboard.press(key)
        await _is_at(island, frame)
    await island.page.keyboard.press("Period")
    await _is_at(island, 59)
    await island.page.get_by_role("button", name="10장 뒤로").click()
    await _is_at(island, 49)
    await island.context.close()


async def test_a_box_goes_in_a_straight_line_from_one_keyframe_to_the_next(chromium: Browser) -> None:
    island = await open_island(chromium, "tracks", _shown(), **ZOOMED)
    page = island.page
    assert await overflow(page) == []
    await page.get_by_role("button", name="상자").first.click()
    await _drag(island, (20, 40), (100, 120))
    await _go(island, 20)
    await _drag(island, (60, 80), (160, 100))
    first, last = await _keyframes(island)
    assert (first["frame"], last["frame"]) == (0, 20)
    assert last["box"][0] - first["box"][0] == pytest.approx(100, abs=1)
    await _go(island, 10)
    x = float(await page.get_by_role("spinbutton", name="왼쪽").input_value())
    assert x == pytest.approx((first["box"][0] + last["box"][0]) / 2, abs=0.06)
    # Looking at frames between keyframes changes nothing.
    assert await _keyframes(island) == [first, last]
    await island.context.close()


async def test_a_film_is_labelled_by_keys_alone(chromium: Browser) -> None:
    island = await open_island(chromium, "tracks", _shown())
    page = island.page
    await page.locator(".easel").focus()
    await page.keyboard.press("b")
    assert [one["frame"] for one in await _keyframes(island)] == [0]
    await page.keyboard.press("Shift+Period")
    await _is_at(island, 10)
    await page.keyboard.press("k")
    await page.keyboard.press("ArrowRight")
    assert [one["frame"] for one in await _keyframes(island)] == [0, 10]
    first, second = await _keyframes(island)
    assert second["box"][0] == first["box"][0] + 10
    await page.keyboard.press("n")
    await _is_at(island, 0)
    await page.keyboard.press("m")
    await _is_at(island, 10)
    await page.keyboard.press("k")
    await page.keyboard.press("n")
    await _is_at(island, 0)
    await page.keyboard.press("k")
    assert "하나뿐인" in await island.said()
    assert [one["frame"] for one in await _keyframes(island)] == [0]
    for _ in range(4):
        await page.keyboard.press("Control+z")
    assert await island.marks() == []
    for key in ("Control+Shift+z", "Tab", "2"):
        await page.keyboard.press(key)
    assert (await island.marks())[0]["label"] == "car"
    await page.keyboard.press("Delete")
    assert await island.marks() == []
    await island.context.close()


async def test_a_thing_is_hidden_gone_and_back_again(chromium: Browser) -> None:
    island = await open_island(chromium, "tracks", _shown(_track("a", _key(0, 20, 40, 60, 60))))
    page = island.page
    await page.locator('[data-entry="a"]').click()
    await _go(island, 10)
    await page.get_by_role("button", name="가려졌어요", exact=True).click()
    await _go(island, 20)
    await page.get_by_role("button", name="안 보여요", exact=True).click()
    await expect(page.locator("[data-mark]")).to_have_count(0)
    await _go(island, 30)
    await page.get_by_role("button", name="안 보여요", exact=True).click()
    await expect(page.locator("[data-mark]")).to_have_count(1)
    states = [(one["frame"], one["visible"], one["occluded"]) for one in await _keyframes(island)]
    assert states == [(0, True, False), (10, True, True), (20, False, False), (30, True, False)]
    await page.get_by_role("button", name="기준 장면 20 안 보여요").click()
    await _is_at(island, 20)
    await island.context.close()


async def test_it_plays_and_stands_still_on_the_frame_that_it_names(chromium: Browser) -> None:
    mark = _track("a", _key(0, 20, 40, 60, 60), _key(50, 200, 100, 60, 60))
    island = await open_island(chromium, "tracks", _shown(mark))
    page = island.page
    await page.get_by_label("빠르기").select_option("2")
    await page.locator(".easel").focus()
    await page.keyboard.press("Space")
    await page.wait_for_function("Number(island.querySelector('.reel input[type=range]').value) > 5")
    await page.keyboard.press("Space")
    await page.wait_for_function("island.querySelector('video').paused")
    await page.wait_for_function(
        f"({_SHOWN_FRAME})() === Number(island.querySelector('.reel input[type=range]').value)"
    )
    assert await island.marks() == [mark]
    await island.context.close()


async def test_tracks_come_back_exactly_as_they_were_given(chromium: Browser) -> None:
    marks = [
        _track("a", _key(3, 10.5, 20.3, 30.1, 40), _key(7, 13.5, 5.3, 30.1, 43, visible=False)),
        _track("b", _key(0, 1, 2, 30, 40, occluded=True)),
        {"id": "c", "control": "way", "type": "track", "label": "bike", "value": {"keyframes": []}},
    ]
    island = await open_island(chromium, "tracks", _shown(*marks))
    for chosen in "abc":
        await island.page.locator(f'[data-entry="{chosen}"]').click()
    for frame in (5, 7, 3):
        await _go(island, frame)
    assert await island.marks() == marks
    await island.context.close()


@pytest.mark.parametrize(
    ("size", "look"),
    [
        pytest.param((1000, 900), {}, marks=pytest.mark.long),
        (PHONE, {"contrast": "high"}),
        pytest.param(PHONE, {"text-size": "5"}, marks=pytest.mark.long),
    ],
)
async def test_nothing_is_in_the_way_of_anybody_with_a_box_chosen(
    chromium: Browser, size: tuple[int, int], look: dict[str, Any]
) -> None:
    mark = _track(
        "a", _key(0, 20, 40, 60, 60), _key(9, 20, 40, 60, 60, occluded=True), _key(20, 9, 9, 9, 9, visible=False)
    )
    island = await open_island(chromium, "tracks", _shown(mark), size=size, **look)
    assert await island.problems() == []
    await island.page.locator('[data-entry="a"]').click()
    assert await island.problems() == []
    await island.context.close()


@pytest.mark.long
async def test_ten_minutes_of_film_with_many_boxes_stay_smooth(chromium: Browser) -> None:
    count = 10 * 60 * 10
    marks = [_track(f"t{at}", *(_key(frame, at * 9, 30, 40, 40) for frame in range(0, count, 60))) for at in range(20)]
    island = await open_island(chromium, "tracks", _shown(*marks, count=count, rate=Fraction(10)))
    await island.page.locator('[data-entry="t3"]').click()
    await _go(island, 3001)
    async with traced(chromium, island.page) as tasks:
        await _drag(island, (40, 60), (70, 90))
        await _go(island, 5999)
        await _go(island, 11)
    assert len(await _keyframes(island, 3)) == count / 60 + 1
    assert max(tasks) < LONG_MILLISECONDS
    await island.context.close()
