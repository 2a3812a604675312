"""A picture and the shapes on it looked at, moved and set by numbers, keys and buttons: nothing of it is drawn by hand."""

import pytest
from playwright.async_api import Browser, expect

from tests.browser.drawing import drag, line, rect, shown, values
from tests.browser.island_pages import open_island

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_box_is_changed_by_its_numbers_without_drawing(chromium: Browser) -> None:
    island = await open_island(chromium, "shapes", shown(rect("a", 100, 100, 50, 50)))
    page = island.page
    await page.locator('[data-entry="a"]').click()
    await page.get_by_role("spinbutton", name="너비").fill("123.4")
    await page.keyboard.press("Enter")
    assert (await values(island))[0]["w"] == 123.4
    await page.get_by_role("spinbutton", name="너비").fill("1")
    await page.keyboard.press("Enter")
    assert "너무 작아요" in await island.said()
    assert (await values(island))[0]["w"] == 123.4
    await page.get_by_role("button", name="받침").click()
    assert (await island.marks())[0]["label"] == "saucer"
    await page.get_by_role("button", name="지우기").click()
    assert await island.marks() == []
    await island.context.close()


async def test_corners_are_set_by_their_numbers_to_the_last_decimal_and_nothing_leaves_the_picture(
    chromium: Browser,
) -> None:
    polygon = line("a", "polygon", (100.1, 100), (300, 100.7), (200, 300.3))
    island = await open_island(chromium, "shapes", shown(polygon, rect("b", 500, 100, 50, 50)))
    page = island.page
    x = page.get_by_role("spinbutton", name="왼쪽")
    await page.locator('[data-entry="a"]').click()
    for corner, (was, now) in enumerate([("100.1", "33.3"), ("300", "411.9"), ("200", "187.5")]):
        await page.get_by_role("button", name="다음 점").click()
        await expect(x).to_have_value(was)
        await x.fill(now)
        await x.press("Enter")
        await x.blur()
        assert (await values(island))[0]["points"][corner][0] == float(now)
    assert await page.evaluate("changes") == 3
    await page.locator(".easel").focus()
    for _ in range(3):
        await page.keyboard.press("Control+z")
    assert (await island.marks())[0] == polygon
    await page.locator('[data-entry="b"]').click()
    for typed, kept in (("590", 550), ("", 550), ("-4", 0)):
        await x.fill(typed)
        await x.press("Enter")
        assert (await values(island))[1] == {"x": kept, "y": 100, "w": 50, "h": 50}
    await expect(x).to_have_value("0")


async def test_a_picture_is_made_nearer_and_brighter_and_pulled_by_keys_and_by_single_presses(
    chromium: Browser,
) -> None:
    island = await open_island(chromium, "shapes", shown(rect("a", 100, 100, 50, 50)))
    page, ground = island.page, island.page.locator(".easel-ground")
    left = "island.querySelector('.easel-ground').getBoundingClientRect().left"
    for _ in range(2):
        await page.get_by_role("button", name="크게").click()
    await expect(page.locator("output").filter(has_text="%")).to_have_text("156%")
    await page.locator("summary", has_text="화면 조절").click()
    begin = await page.evaluate(left)
    await page.get_by_role("button", name="오른쪽 보기").click()
    assert await page.evaluate(left) == begin - 80
    await page.locator(".easel").focus()
    await page.keyboard.press("ArrowLeft")
    assert await page.evaluate(left) == begin - 20
    await drag(island, (300, 300), (320, 300))
    assert await page.evaluate(left) > begin - 20
    await page.keyboard.press("f")
    await page.get_by_label("밝기").focus()
    for _ in range(3):
        await page.keyboard.press("ArrowRight")
    await expect(ground).to_have_css("filter", "brightness(1.3) contrast(1)")
    assert await island.problems() == []
    # The next picture is as bright as the slider says.
    await page.evaluate("(shown) => island.show(shown)", shown())
    await page.locator("summary", has_text="화면 조절").click()
    await expect(page.get_by_label("밝기")).to_have_value("130")
    await expect(ground).to_have_css("filter", "brightness(1.3) contrast(1)")
    await page.get_by_role("button", name="원래대로").click()
    await expect(ground).to_have_css("filter", "none")
    assert await island.page.evaluate("changes") == 0


async def test_a_picture_whose_link_ended_is_there_again_at_its_new_address_with_all_marks(chromium: Browser) -> None:
    mark = rect("a", 100, 100, 50, 50)
    island = await open_island(chromium, "shapes", shown(mark, text="/gone.jpg"))
    assert "볼 수 없어요" in await island.said()
    await island.page.locator(".easel").focus()
    await island.page.keyboard.press("b")
    part = shown()["part"]
    await island.page.evaluate("(part) => island.renew(part)", part)
    await expect(island.page.locator(".easel-note")).to_have_count(0)
    await island.page.wait_for_function("island.querySelector('.easel img').naturalWidth === 600")
    assert (await island.marks())[0] == mark
    await island.page.keyboard.press("Control+z")
    assert await island.marks() == [mark]


async def test_where_single_keys_are_off_only_keys_that_still_act_are_shown(chromium: Browser) -> None:
    island = await open_island(chromium, "shapes", shown(rect("a", 100, 100, 50, 50)), single_keys="off")
    await island.page.locator('[data-entry="a"]').click()
    keys = await island.page.locator("kbd:visible").all_text_contents()
    assert keys == ["Ctrl+Z", "Ctrl+Shift+Z", "Del"]
