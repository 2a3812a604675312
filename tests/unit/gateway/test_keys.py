"""Keys that people choose: what may be chosen, and that both sides know the same acts."""

import re
from pathlib import Path

from starlette.requests import Request

from services.gateway import keys

KEYMAP = Path("services/gateway/web/src/bench/keymap.ts").read_text(encoding="utf-8")
# Of these the keys are the browser's or the screen reader's own, or one of a pair that belongs together.
FIXED = {"next-mark", "previous-mark", "cancel", "zoom-in", "zoom-out"}


def own(cookie: str) -> dict[str, str]:
    request = Request({"type": "http", "headers": [(b"cookie", f"{keys.COOKIE}={cookie}".encode())]})
    return keys.own_keys(request, None)


def test_the_pages_and_the_scripts_know_the_same_acts_and_usual_keys() -> None:
    found = dict(re.findall(r'^  "?([\w-]+)"?: \["([\w+]+)"', KEYMAP, re.MULTILINE))
    assert {act: chord for act, chord in found.items() if act not in FIXED} == keys.USUAL
    assert sorted(act for acts in keys.GROUPS.values() for act in acts) == sorted(keys.USUAL)


def test_what_a_browser_made_up_is_no_key() -> None:
    assert own("submit=KeyX.guide=KeyQ") == {"submit": "KeyX", "guide": "KeyQ"}
    assert own("submit=Alt+ArrowLeft.nothing=KeyX.box=<b>.point") == {}


def test_a_key_does_one_thing() -> None:
    assert keys.twice({}) == {}
    assert keys.twice({"box": "KeyS"}) == {"box": "not-sure"}
    assert keys.twice({"box": "KeyS", "not-sure": "KeyX"}) == {}


def test_a_key_is_written_as_it_stands_on_the_keyboard() -> None:
    assert [keys.shown(one) for one in ("KeyB", "BracketLeft", "Control+Shift+KeyZ")] == ["B", "[", "Ctrl+Shift+Z"]
