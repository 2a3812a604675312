"""Hands that mark words, and texts to mark."""

from typing import Any

from playwright.async_api import Locator

from tests.browser.island_pages import IslandPage

TEXT = "김민수 씨는 부산광역시 해운대구에서 열린 행사에 갔다.\n행사를 연 곳은 광주인공지능협회이다."
RARE = "가족 👨‍👩‍👧‍👦과 𠮷野家, 1️⃣ 🇰🇷 e\u0301te\u0301 שלום \u200fעולם\u200e 끝"
HTML = (
    "<h2>공지</h2>\n<p>부산 <b>해운대</b>구청은<br>오늘 쉽니다.</p><pre>\n\n 끝 </pre><ul><li>하나</li><li>둘 𠮷</li></ul>"
    "<table><tr><td>표</td><td lang='en'>end</td></tr></table>tail"
)


def control(**changes: Any) -> dict[str, Any]:
    labels = [
        ("PER", "사람", "1", "#0b50d0", "solid"),
        ("LOC", "장소", "2", "#b3261e", "dashed"),
        ("ORG", "기관", "3", "", "double"),
    ]
    return {
        "id": "ner", "kind": "span", "on": "text", "words": "이름", "required": True, "least": 0, "most": 600,
        "labels": [dict(zip(("value", "label", "key", "color", "pattern"), one, strict=True)) for one in labels],
        "exclusiveWith": [], "multiple": False, "tools": [], "minPx": 0, "low": None, "high": None, "step": None,
        "lengthMax": 0, "transcript": False, "overlap": False, "tie": False,
    } | changes  # fmt: skip


def joins() -> dict[str, Any]:
    words = [("in", "있는 곳"), ("of", "속한 곳")]
    labels = [{"value": value, "label": label, "key": "", "color": "", "pattern": "solid"} for value, label in words]
    return control(id="rel", kind="relation", on="ner", words="사이", labels=labels, required=False)


def shown(text: str = TEXT, kind: str = "text", **changes: Any) -> dict[str, Any]:
    part = {
        "object": "text", "kind": kind, "text": text, "alt": "", "language": "ko", "width": 0, "height": 0,
        "durationMs": 0, "fps": [0, 1], "frameCount": 0, "peaksUrl": "", "columns": [], "rows": [],
    }  # fmt: skip
    return {"part": part, "controls": [control(), joins()], "marks": [], "readOnly": False} | changes


def mark(mark_id: str, label: str, quote: str, text: str = TEXT) -> dict[str, Any]:
    value = {"start": text.index(quote), "end": text.index(quote) + len(quote), "quote": quote}
    return {"id": mark_id, "control": "ner", "type": "span", "label": label, "value": value}


MARKS = [
    mark("a", "PER", "김민수"),
    mark("b", "LOC", "부산광역시 해운대구"),
    {"id": "r", "control": "rel", "type": "relation", "label": "in", "value": {"from": "a", "to": "b"}},
    {"id": "x", "control": "ner", "type": "span", "label": "PER", "value": {"start": 3, "end": 5, "quote": "없음"}},
]


async def press(island: IslandPage, *keys: str) -> None:
    for key in keys:
        await island.page.keyboard.press(key)


async def quotes(island: IslandPage, text: str = TEXT) -> list[tuple[str, str]]:
    """Label and quote of each span, which must be what Python slices."""
    spans = [mark for mark in await island.marks() if mark["type"] == "span"]
    for value in (mark["value"] for mark in spans):
        assert text[value["start"] : value["end"]] == value["quote"]
    return [(mark["label"], mark["value"]["quote"]) for mark in spans]


async def place(island: IslandPage, words: str) -> tuple[float, float]:
    """Where words stand on the screen: the middle of their first character."""
    found: list[float] = await island.page.evaluate(
        """(words) => {
          const walker = document.createTreeWalker(document.querySelector(".spans-text"), NodeFilter.SHOW_TEXT);
          while (walker.nextNode()) {
            const at = walker.currentNode.data.indexOf(words);
            if (at < 0) continue;
            const range = document.createRange();
            range.setStart(walker.currentNode, at);
            range.setEnd(walker.currentNode, at + 1);
            const box = range.getBoundingClientRect();
            return [box.x + box.width / 2, box.y + box.height / 2];
          }
        }""",
        words,
    )
    return found[0], found[1]


def label(island: IslandPage, name: str) -> Locator:
    return island.page.locator(".mark-bar button", has_text=name)
