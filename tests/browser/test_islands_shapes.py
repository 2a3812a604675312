"""Shapes on a picture, drawn by every kind of hand, and shown again exactly as they were drawn."""

import math
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.browser.drawing import (
    HEIGHT,
    WIDTH,
    at,
    click,
    drag,
    line,
    near,
    picture,
    rect,
    shown,
    tool,
    values,
)
from tests.browser.island_pages import DESKTOP, PHONE, ZOOMED, Zoomed, open_island
from tests.browser.long_tasks import FRAMES, LONG_MILLISECONDS, traced
from tests.support.browser import overflow

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize(
    "window",
    [
        pytest.param({"size": DESKTOP, "ratio": 1}, marks=pytest.mark.long),
        pytest.param({"size": DESKTOP, "ratio": 2}, marks=pytest.mark.long),
        ZOOMED,
    ],
)
@pytest.mark.parametrize("steps", [pytest.param(0, marks=pytest.mark.long), 7])
async def test_a_box_is_stored_where_it_is_drawn_at_any_zoom_and_scale_of_the_screen(
    chromium: Browser, window: Zoomed, steps: int
) -> None:
    island = await open_island(chromium, "shapes", shown(), **window)
    assert await overflow(island.page) == []
    await tool(island, "상자")
    for _ in range(steps):
        await island.page.locator(".easel").press("Equal")
    middle = (WIDTH / 2, HEIGHT / 2)
    await drag(island, (middle[0] - 40, middle[1] - 30), (middle[0] + 40.5, middle[1] + 30.2))
    (value,) = await values(island)
    # The mouse is exact to a pixel of the screen at worst; what is left is the rounding to 0.1.
    zoom = await island.page.evaluate(
        "island.querySelector('.easel-ground').style.transform.match(/scale\\((.+)\\)/)[1]"
    )
    most = 0.1 + 1 / float(zoom)
    assert near(value, {"x": middle[0] - 40, "y": middle[1] - 30, "w": 80.5, "h": 60.2}, most), value
    assert all(round(number, 1) == number for number in value.values())
    await island.context.close()


async def test_marks_come_back_exactly_as_they_were_given_through_zooming_choosing_and_undoing(
    chromium: Browser,
) -> None:
    marks = [
        rect("a", 163, 16.3, 285.3, 309.8),
        line("b", "polygon", (90.1, 150), (280, 300.7), (100, 300)),
        line("c", "polyline", (330, 270), (420.2, 200)),
        {"id": "d", "control": "box", "type": "point", "label": "cup", "value": {"x": 560.4, "y": 80}},
        {"id": "e", "control": "box", "type": "ellipse", "label": "cup", "value": {"rx": 3}},
    ]
    island = await open_island(chromium, "shapes", shown(*marks))
    await island.page.locator('[data-entry="a"]').click()
    await island.page.locator(".easel").press("ArrowRight")
    assert (await values(island))[0]["x"] == 173
    await island.page.locator(".easel").press("Control+z")
    for key in ("Equal", "Equal", "Minus", "f", "Tab", "Tab", "Escape"):
        await island.page.locator(".easel").press(key)
    assert await island.marks() == marks
    await island.context.close()


async def test_a_photo_turned_by_its_camera_is_marked_as_it_is_seen(chromium: Browser) -> None:
    turned = picture(HEIGHT, WIDTH, turned=6)
    island = await open_island(chromium, "shapes", shown(text=turned))
    size = await island.page.evaluate(
        "[...island.querySelectorAll('.easel img')].map((i) => [i.naturalWidth, i.naturalHeight])"
    )
    assert size == [[WIDTH, HEIGHT]]
    await tool(island, "점")
    await click(island, 500, 350)
    (value,) = await values(island)
    assert near(value, {"x": 500, "y": 350}, 0.8)
    await island.context.close()


async def test_a_slow_and_shaky_hand_draws_with_single_presses(chromium: Browser) -> None:
    island = await open_island(chromium, "shapes", shown())
    await tool(island, "상자")
    await click(island, 100, 100, slow=True)
    await click(island, 300, 250, slow=True)
    await tool(island, "다각형")
    for place in [(350, 100), (450, 120), (400, 200)]:
        await click(island, *place, slow=True)
    await click(island, 350, 100, slow=True)
    box, polygon = await values(island)
    assert near(box, {"x": 100, "y": 100, "w": 200, "h": 150}, 1.2)
    assert len(polygon["points"]) == 3
    await island.context.close()


async def test_everything_is_drawn_and_changed_by_keys_alone(chromium: Browser) -> None:
    island = await open_island(chromium, "shapes", shown())
    page = island.page
    await page.locator(".easel").focus()
    await page.keyboard.press("b")
    (box,) = await values(island)
    assert box["x"] + box["w"] / 2 == pytest.approx(WIDTH / 2, abs=0.2)
    for key in ("ArrowLeft", "Control+ArrowDown", "Shift+ArrowRight", "Control+Shift+ArrowUp"):
        await page.keyboard.press(key)
    (changed,) = await values(island)
    assert near(changed, {"x": box["x"] - 10, "y": box["y"] + 1, "w": box["w"] + 10, "h": box["h"] - 1}, 0.001)
    await page.keyboard.press("2")
    assert (await island.marks())[0]["label"] == "saucer"
    await page.keyboard.press("p")
    for keys in (["Space"], ["ArrowRight"] * 5 + ["Space"], ["ArrowDown"] * 5 + ["Space"], ["Enter"]):
        for key in keys:
            await page.keyboard.press(key)
    polygon = (await island.marks())[1]
    (ax, ay), (bx, by), (cx, cy) = polygon["value"]["points"]
    assert (bx - ax, by - ay, cx - bx, cy - by) == (50, 0, 0, 50)
    await page.keyboard.press("v")
    await page.keyboard.press("Enter")
    await expect(page.locator('[data-handle="0"]')).to_be_focused()
    for key in ("Tab", "Enter", "Control+ArrowUp"):
        await page.keyboard.press(key)
    assert len((await values(island))[1]["points"]) == 4
    await page.keyboard.press("Delete")
    assert len((await values(island))[1]["points"]) == 3
    await page.keyboard.press("Escape")
    await page.keyboard.press("Shift+Tab")
    await expect(page.locator(".easel [data-mark]").first).to_be_focused()
    name = await page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert name.startswith("1. 받침 (상자), 왼쪽 ")
    await page.keyboard.press("Delete")
    assert [mark["type"] for mark in await island.marks()] == ["polygon"]
    for key in ("Control+z", "Control+z", "Control+Shift+z"):
        await page.keyboard.press(key)
    assert len(await island.marks()) == 2
    await page.keyboard.press("Escape")
    await page.keyboard.press("Escape")
    await page.keyboard.press("Tab")
    assert not await page.evaluate("island.querySelector('.easel').contains(document.activeElement)")
    await island.context.close()


async def test_sides_that_would_cross_are_refused_in_words_and_nothing_changes(chromium: Browser) -> None:
    island = await open_island(chromium, "shapes", shown())
    await tool(island, "다각형")
    for place in [(100, 100), (300, 300), (300, 100), (100, 300)]:
        await click(island, *place)
    await island.page.locator(".easel").press("Enter")
    assert "엇갈려요" in await island.said()
    assert await island.marks() == []
    # What was drawn is still there: one corner back, and it is whole.
    await island.page.locator(".easel").press("Control+z")
    await island.page.locator(".easel").press("Enter")
    assert [mark["type"] for mark in await island.marks()] == ["polygon"]
    await island.context.close()


async def test_a_line_that_is_not_ended_yet_is_kept_as_far_as_it_is_drawn(chromium: Browser) -> None:
    island = await open_island(chromium, "shapes", shown())
    await tool(island, "다각형")
    for count, place in enumerate([(100, 100), (300, 100), (300, 300)], 1):
        await click(island, *place)
        assert len(await island.marks()) == int(count == 3)
    (kept,) = await island.marks()
    assert await island.page.evaluate("changes") == 1
    await island.page.locator(".easel").press("Enter")
    assert await island.marks() == [kept]
    for place in [(400, 100), (500, 100), (500, 300)]:
        await click(island, *place)
    assert len(await island.marks()) == 2
    await island.page.locator(".easel").press("Escape")
    assert await island.marks() == [kept]
    await island.context.close()


async def test_corners_are_pulled_with_the_mouse_and_put_in_between_two(chromium: Browser) -> None:
    island = await open_island(chromium, "shapes", shown(line("a", "polygon", (100, 100), (300, 100), (200, 300))))
    await click(island, 200, 150)
    await drag(island, (100, 100), (120, 60))
    await drag(island, (250, 200), (320, 220))
    points = (await values(island))[0]["points"]
    assert len(points) == 4
    assert math.dist(points[0], (120, 60)) < 2
    assert math.dist(points[2], (320, 220)) < 2
    await drag(island, (220, 150), (240, 160))
    moved = (await values(island))[0]["points"]
    assert {(round(b[0] - a[0]), round(b[1] - a[1])) for a, b in zip(points, moved, strict=True)} == {(20, 10)}
    await island.context.close()


async def test_a_finger_draws_when_a_tool_is_chosen_and_two_fingers_zoom(chromium: Browser) -> None:
    island = await open_island(chromium, "shapes", shown(), size=PHONE, touch=True)
    page = island.page
    client = await island.context.new_cdp_session(page)

    async def touch(kind: str, *places: tuple[float, float]) -> None:
        points = [{"x": x, "y": y, "id": at} for at, (x, y) in enumerate(places)]
        await client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    await tool(island, "상자")
    await page.locator(".easel").scroll_into_view_if_needed()
    start, middle, end = [await at(island, *place) for place in [(100, 100), (200, 150), (300, 250)]]
    await touch("touchStart", start)
    await touch("touchMove", middle)
    await touch("touchMove", end)
    await touch("touchEnd")
    (box,) = await values(island)
    assert near(box, {"x": 100, "y": 100, "w": 200, "h": 150}, 2.5), box
    left, right = (start[0] + 20, start[1]), (start[0] + 60, start[1])
    await touch("touchStart", left)
    await touch("touchStart", left, right)
    for apart in (10, 20, 40):
        await touch("touchMove", (left[0] - apart / 2, left[1]), (right[0] + apart, right[1]))
    await touch("touchEnd")
    await expect(page.locator("output").filter(has_text="%")).not_to_have_text("100%")
    assert len(await island.marks()) == 1
    await island.context.close()


@pytest.mark.parametrize(
    ("size", "look"),
    [
        pytest.param((1000, 900), {}, marks=pytest.mark.long),
        (PHONE, {"contrast": "high"}),
        pytest.param(PHONE, {"text-size": "5"}, marks=pytest.mark.long),
    ],
)
async def test_nothing_is_in_the_way_of_anybody_with_a_shape_chosen(
    chromium: Browser, size: tuple[int, int], look: dict[str, Any]
) -> None:
    marks = [
        rect("a", 20, 20, 200, 150),
        rect("b", 40, 40, 8, 8),
        line("c", "polygon", (300, 50), (500, 60), (400, 90)),
    ]
    island = await open_island(chromium, "shapes", shown(*marks), size=size, **look)
    assert await island.problems() == []
    for chosen in "abc":
        await island.page.locator(f'[data-entry="{chosen}"]').click()
        assert await island.problems() == []
    await island.context.close()


async def test_somebody_elses_marks_are_looked_at_and_not_touched(chromium: Browser) -> None:
    mark = rect("a", 100, 100, 200, 150)
    island = await open_island(chromium, "shapes", shown(mark, readOnly=True))
    await click(island, 200, 150)
    await drag(island, (200, 150), (300, 200))
    for key in ("ArrowRight", "Delete", "b", "2"):
        await island.page.locator(".easel").press(key)
    assert await island.marks() == [mark]
    await expect(island.page.locator("kbd:visible")).to_have_count(0)
    assert await island.problems() == []
    await island.context.close()


@pytest.mark.long
async def test_a_large_photo_with_300_polygons_stays_smooth_while_one_draws(chromium: Browser) -> None:
    def around(at: int) -> list[tuple[float, float]]:
        x, y = 150 + at % 20 * 190, 150 + at // 20 * 185
        turns = [2 * math.pi * corner / 14 for corner in range(14)]
        return [(round(x + 80 * math.cos(turn), 1), round(y + 80 * math.sin(turn), 1)) for turn in turns]

    marks = [line(f"m{at}", "polygon", *around(at)) for at in range(300)]
    island = await open_island(chromium, "shapes", shown(*marks, size=(4000, 3000)))
    await island.page.evaluate(FRAMES)
    await tool(island, "상자")
    async with traced(chromium, island.page) as tasks:
        await drag(island, (1000, 900), (1500, 1300), (1900, 1700), (2400, 1900))
    assert len(await island.marks()) == 301
    assert max(tasks) < LONG_MILLISECONDS
    await island.context.close()
