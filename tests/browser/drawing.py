"""Hands that draw on pictures, and pictures to draw on."""

import base64
import io
from typing import Any

from PIL import Image

from tests.browser.island_pages import IslandPage

WIDTH, HEIGHT = 600, 400
SLOW_MILLISECONDS = 900
_ON_SCREEN = """([x, y]) => { const [, a, b, s] = /translate\\(([-\\d.e]+)px, ([-\\d.e]+)px\\) scale\\(([-\\d.e]+)\\)/
    .exec(island.querySelector(".easel-ground").style.transform).map(Number);
  const box = island.querySelector(".easel").getBoundingClientRect();
  return [box.left + a + x * s, box.top + b + y * s]; }"""


def picture(width: int, height: int, turned: int = 0) -> str:
    """A picture of slopes; `turned` is the EXIF orientation that makes it upright."""
    picture = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    file, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = turned or 1
    picture.save(file, "JPEG", exif=exif)
    return f"data:image/jpeg;base64,{base64.b64encode(file.getvalue()).decode()}"


def shown(*marks: dict[str, Any], size: tuple[int, int] = (WIDTH, HEIGHT), **changes: Any) -> dict[str, Any]:
    labels = [("cup", "컵", "1", "#0b50d0", "solid"), ("saucer", "받침", "2", "#ffd23f", "dashed")]
    control = {
        "id": "box", "kind": "shape", "on": "photo", "words": "물건", "required": True, "least": 1, "most": 400,
        "labels": [dict(zip(("value", "label", "key", "color", "pattern"), one, strict=True)) for one in labels],
        "exclusiveWith": [], "multiple": False, "tools": ["rect", "polygon", "polyline", "point"], "minPx": 4,
        "low": None, "high": None, "step": None, "lengthMax": 0, "transcript": False, "overlap": False, "tie": False,
    }  # fmt: skip
    part = {
        "object": "photo", "kind": "image", "text": changes.pop("text", None) or picture(*size), "alt": "커피 잔",
        "language": "ko", "width": size[0], "height": size[1], "durationMs": 0, "fps": [0, 1], "frameCount": 0,
        "peaksUrl": "", "columns": [], "rows": [],
    }  # fmt: skip
    return {"part": part, "controls": [control], "marks": list(marks), "readOnly": False} | changes


def rect(mark_id: str, *box: float) -> dict[str, Any]:
    value = dict(zip("xywh", box, strict=True))
    return {"id": mark_id, "control": "box", "type": "rect", "label": "cup", "value": value}


def line(mark_id: str, kind: str, *points: tuple[float, float]) -> dict[str, Any]:
    value = {"points": [list(point) for point in points]}
    return {"id": mark_id, "control": "box", "type": kind, "label": "cup", "value": value}


async def at(island: IslandPage, x: float, y: float) -> tuple[float, float]:
    """Where a pixel of the picture is on the screen."""
    left, top = await island.page.evaluate(_ON_SCREEN, [x, y])
    return float(left), float(top)


async def drag(island: IslandPage, *places: tuple[float, float]) -> None:
    mouse, (first, *rest) = island.page.mouse, places
    await mouse.move(*await at(island, *first))
    await mouse.down()
    for place in rest:
        await mouse.move(*await at(island, *place), steps=4)
    await mouse.up()


async def click(island: IslandPage, x: float, y: float, *, slow: bool = False) -> None:
    """A click; a slow one is held for long, and the hand shakes by 12 px."""
    mouse, (left, top) = island.page.mouse, await at(island, x, y)
    await mouse.move(left, top)
    await mouse.down()
    if slow:
        await mouse.move(left + 8, top - 8)
        await island.page.wait_for_timeout(SLOW_MILLISECONDS)
    await mouse.up()


async def tool(island: IslandPage, name: str) -> None:
    await island.page.get_by_role("button", name=name, exact=True).first.click()


async def values(island: IslandPage) -> list[Any]:
    return [mark["value"] for mark in await island.marks()]


def near(value: dict[str, float], expected: dict[str, float], most: float) -> bool:
    return all(abs(value[key] - expected[key]) <= most for key in expected)
