"""Words of a text marked and joined, by every kind of hand, and html that can do nothing."""

import pytest
from playwright.async_api import Browser, expect

from services.labelling.annotation import text_of_html
from tests.browser.island_pages import PHONE, ZOOMED, open_island
from tests.browser.long_tasks import LONG_MILLISECONDS, traced
from tests.browser.marking import HTML, MARKS, RARE, TEXT, control, label, mark, place, press, quotes, shown
from tests.support.browser import overflow
from tests.support.hostile import HOSTILE

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_by_keys_alone_words_are_picked_marked_trimmed_joined_and_taken_back(chromium: Browser) -> None:
    island = await open_island(chromium, "spans", shown())
    await island.page.locator(".spans-text").focus()
    await press(island, "Control+Shift+ArrowRight", "1", "Control+ArrowRight", "Control+ArrowRight")
    await press(island, "Control+Shift+ArrowRight", "Control+Shift+ArrowRight", "2")
    assert (await quotes(island))[1] == ("LOC", "부산광역시 해운대구에서")
    await press(island, "Shift+ArrowLeft", "Shift+ArrowLeft")
    assert await quotes(island) == [("PER", "김민수"), ("LOC", "부산광역시 해운대구")]
    await press(island, "r")
    await island.page.locator(".mark-pick").first.focus()
    await press(island, "Enter", "2")
    relation = (await island.marks())[2]
    assert relation["label"] == "of"
    assert [relation["value"][end] for end in ("from", "to")] == [(await island.marks())[at]["id"] for at in (1, 0)]
    await island.page.locator(".mark-pick").nth(1).focus()
    await press(island, "Enter", "Delete")
    assert [mark["type"] for mark in await island.marks()] == ["span"]
    await press(island, "Control+z", "Control+z", "Control+z")
    assert len(await island.marks()) == 2
    await press(island, "Control+Shift+z")
    assert len(await island.marks()) == 3
    assert await island.problems() == []


async def test_enter_gives_the_label_of_before_and_escape_lets_go(chromium: Browser) -> None:
    island = await open_island(chromium, "spans", shown())
    await island.page.locator(".spans-text").focus()
    await press(island, "Control+Shift+ArrowRight", "3", "Control+ArrowRight", "Shift+ArrowRight", "Escape")
    assert await island.page.evaluate("CSS.highlights.has('spans-picked')") is False
    await press(island, "Shift+ArrowRight", "Enter")
    assert [label for label, _ in await quotes(island)] == ["ORG", "ORG"]
    assert (await island.said()).endswith("이름표를 붙였어요.")


async def test_slow_and_shaking_hands_press_the_first_word_the_last_word_and_a_label(chromium: Browser) -> None:
    island = await open_island(chromium, "spans", shown(), **ZOOMED)
    assert await overflow(island.page) == []
    mouse = island.page.mouse
    for words in ("산광역시", "운대구에서"):
        x, y = await place(island, words)
        await mouse.move(x, y)
        await mouse.down()
        await island.page.evaluate("() => new Promise((done) => setTimeout(done, 900))")
        await mouse.move(x + 9, y + 7)
        await mouse.up()
    await label(island, "장소").click()
    assert await quotes(island) == [("LOC", "부산광역시 해운대구에서")]
    await island.page.get_by_role("group", name="끝").get_by_role("button", name="앞으로").click(click_count=2)
    assert await quotes(island) == [("LOC", "부산광역시 해운대구")]
    await label(island, "기관").click()
    assert await quotes(island) == [("ORG", "부산광역시 해운대구")]
    await mouse.click(*await place(island, "해운대구"))
    await island.page.get_by_role("button", name="지우기").click()
    assert await island.marks() == []


async def test_a_drag_picks_whole_words_or_what_it_covers(chromium: Browser) -> None:
    island = await open_island(chromium, "spans", shown())
    for whole, picked in ((True, "부산광역시 해운대구에서"), (False, "산광역시 해운")):
        if not whole:
            await press(island, "Control+z")
            await island.page.get_by_role("button", name="낱말 단위로 고르기").click()
        (x, y), (to_x, to_y) = await place(island, "산광역시"), await place(island, "대구에서")
        await island.page.mouse.move(x - 8, y)
        await island.page.mouse.down()
        await island.page.mouse.move(to_x - 8, to_y, steps=4)
        await island.page.mouse.up()
        await label(island, "장소").click()
        assert await quotes(island) == [("LOC", picked)]


async def test_a_drag_that_ends_beside_the_text_picks_up_to_its_end(chromium: Browser) -> None:
    island = await open_island(chromium, "spans", shown())
    for words, beside in (("광주인공지능", 1), ("수 씨는", -1)):
        x, y = await place(island, words)
        box = await island.page.locator(".spans-text").bounding_box()
        assert box is not None
        await island.page.mouse.move(x, y)
        await island.page.mouse.down()
        await island.page.mouse.move(box["x"] + 20, box["y"] + (box["height"] + 30 if beside > 0 else -12), steps=4)
        await island.page.mouse.up()
        await label(island, "기관").click()
    picked = [quote for _, quote in await quotes(island)]
    assert TEXT.endswith(picked[0])
    assert TEXT.startswith(picked[1])


async def test_fingers_pick_by_two_taps_and_join_by_two_more(chromium: Browser) -> None:
    island = await open_island(chromium, "spans", shown(marks=MARKS[:1]), size=PHONE, touch=True)
    for words in ("산광역시", "운대구에서"):
        await island.page.touchscreen.tap(*await place(island, words))
    await label(island, "장소").tap()
    await island.page.get_by_role("button", name="다른 표시와 잇기").tap()
    await island.page.touchscreen.tap(*await place(island, "김민수"))
    assert [mark["type"] for mark in await island.marks()] == ["span", "span", "relation"]
    assert await island.problems() == []


async def test_rare_letters_are_picked_whole_and_their_places_are_those_of_python(chromium: Browser) -> None:
    island = await open_island(chromium, "spans", shown(RARE, controls=[control()]))
    await island.page.locator(".spans-text").focus()
    picked: list[str] = []
    while len(picked) < len(RARE):
        before = await island.page.evaluate("island.marks.length")
        await press(island, "Shift+ArrowRight", "1")
        if await island.page.evaluate("island.marks.length") > before:
            picked.append((await island.marks())[-1]["value"]["quote"])
        if await island.page.evaluate("getSelection().toString()") == "" or (picked and picked[-1] == "끝"):
            break
        await press(island, "ArrowRight")
    assert await quotes(island, RARE) == [("PER", quote) for quote in picked]
    assert {"👨‍👩‍👧‍👦", "𠮷", "1️⃣", "🇰🇷", "e\u0301"} <= set(picked)


async def test_marks_over_each_other_are_refused_in_words_and_strange_ones_are_kept(chromium: Browser) -> None:
    island = await open_island(chromium, "spans", shown(marks=MARKS))
    assert await island.marks() == MARKS
    await expect(island.page.get_by_text("지금 글에서 찾을 수 없는 표시: “없음”")).to_be_visible()
    await island.page.locator(".spans-text").focus()
    await press(island, "Control+Home", "Shift+ArrowRight", "2")
    assert await island.said() == "다른 표시와 겹쳐요. 여기서는 겹쳐서 표시할 수 없어요."
    assert await island.marks() == MARKS
    await island.page.locator(".is-lost button").click()
    assert await island.marks() == MARKS[:3]


async def test_html_is_counted_as_the_server_counts_it(chromium: Browser) -> None:
    text = text_of_html(HTML)
    words = ["공지", "해운대", "구청은\n오늘", "끝", "둘 𠮷", "표\nend", "tail"]
    marks = [mark(f"m{at}", "LOC", quote, text) for at, quote in enumerate(words)]
    island = await open_island(chromium, "spans", shown(HTML, "html", marks=marks))
    assert await island.page.locator(".is-lost").count() == 0
    drawn = await island.page.locator("[data-mark=m1]").all_text_contents()
    assert drawn == ["해운대"]
    await island.page.mouse.click(*await place(island, "오늘"))
    assert "구청은 오늘" in await island.said()
    await press(island, "Escape")
    await island.page.mouse.click(*await place(island, "하나"))
    await label(island, "사람").click()
    assert (await quotes(island, text))[-1] == ("PER", "하나")
    assert await island.problems() == []


async def test_nothing_of_hostile_html_runs_loads_or_leads_anywhere(chromium: Browser) -> None:
    island = await open_island(chromium, "spans", shown("text"))
    asked: list[str] = []
    island.page.on("request", lambda request: asked.append(request.url))
    for html in HOSTILE:
        await island.page.evaluate("(shown) => island.show(shown)", shown(html, "html"))
        names = await island.page.evaluate(
            "[...document.querySelectorAll('.spans-text *')].flatMap((one) => [one.localName, ...one.getAttributeNames()])"
        )
        assert set(names) <= {
            "span",
            "p",
            "div",
            "table",
            "tbody",
            "data-run",
            "class",
            "aria-hidden",
            "hidden",
            "style",
        }, html
        assert await island.page.locator(".spans-text [style]:not(.spans-caret)").count() == 0
    await island.page.locator(".spans-text").click()
    assert await island.page.evaluate("() => new Promise((done) => setTimeout(() => done(window.hit ?? 0), 50))") == 0
    assert (asked, island.faults) == ([], [])


@pytest.mark.parametrize(
    ("language", "size", "contrast"),
    [("ko", (1000, 900), "usual"), ("en", PHONE, "usual"), ("ko", PHONE, "high")],
    ids=["wide", "phone", "contrast"],
)
async def test_every_state_is_usable_by_everybody(
    chromium: Browser, language: str, size: tuple[int, int], contrast: str
) -> None:
    island = await open_island(chromium, "spans", shown(marks=MARKS), language=language, size=size, contrast=contrast)
    assert await island.problems() == []
    for row in (0, 2):
        await island.page.locator(".mark-pick").nth(row).click()
        assert await island.problems() == []
    # The two that the chosen relation joins stand out in the text.
    ends = [await island.page.locator(f".spans-mark.is-{end}").get_attribute("data-mark") for end in ("from", "to")]
    assert ends == ["a", "b"]
    await island.page.evaluate("(shown) => island.show(shown)", shown(marks=MARKS, readOnly=True))
    assert await island.page.locator("[data-do]:not(.mark-pick)").count() == 0
    await expect(island.page.locator("kbd:visible")).to_have_count(0)
    assert await island.problems() == []
    small = "(all) => all.filter((one) => one.getBoundingClientRect().height < 44).map((one) => one.outerHTML)"
    assert await island.page.locator("button").evaluate_all(small) == []


@pytest.mark.long
async def test_a_text_of_fifty_thousand_characters_with_five_hundred_marks_answers_at_once(chromium: Browser) -> None:
    text = ("부산광역시 해운대구에서 열린 행사에 사람이 많이 모였다. " * 1600)[:50_000]
    marks = [
        {"id": f"m{at}", "control": "ner", "type": "span", "label": "LOC"}
        | {"value": {"start": at * 100, "end": at * 100 + 5, "quote": text[at * 100 : at * 100 + 5]}}
        for at in range(500)
    ]
    island = await open_island(chromium, "spans", shown(text, marks=marks))
    await island.page.locator(".spans-text").focus()
    async with traced(chromium, island.page) as tasks:
        for _ in range(6):
            await press(island, "Control+ArrowRight", "Control+Shift+ArrowRight", "1", "ArrowDown")
        await press(island, "Control+z", "Control+End", "Shift+ArrowLeft", "2")
        await island.page.mouse.click(*await place(island, "많이"))
        await label(island, "기관").click()
        await island.page.locator(".mark-pick").nth(7).click()
    assert len(await island.marks()) > 500
    assert max(tasks) < LONG_MILLISECONDS
