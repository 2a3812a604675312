"""Keys of the bench and of its islands: what each does, and which ones a person gave to something else.

The acts and their usual keys are those of web/src/bench/keymap.ts. What a person chose is kept with the account; of somebody
who is not signed in, or never chose there, in a cookie of the browser.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from services.gateway.people import Person

COOKIE: Final = "ilgam_keys"
USUAL: Final[Mapping[str, str]] = {
    "submit": "Enter",
    "not-sure": "KeyS",
    "report": "KeyG",
    "guide": "KeyH",
    "keep": "KeyL",
    "save": "Control+KeyS",
    "earlier": "BracketLeft",
    "later": "BracketRight",
    "box": "KeyB",
    "polygon": "KeyP",
    "line": "KeyC",
    "point": "KeyT",
    "select": "KeyV",
    "fit": "KeyF",
    "play": "Space",
    "frame-back": "Comma",
    "frame-forward": "Period",
    "frames-back": "Shift+Comma",
    "frames-forward": "Shift+Period",
    "keyframe": "KeyK",
    "previous-keyframe": "KeyN",
    "next-keyframe": "KeyM",
    "segment-start": "KeyI",
    "segment-end": "KeyO",
    "replay": "KeyR",
    "relation": "KeyR",
    "delete": "Delete",
    "undo": "Control+KeyZ",
    "redo": "Control+Shift+KeyZ",
}
"""What one may give another key, with the usual one."""

GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "bench": ("submit", "not-sure", "report", "guide", "keep", "save", "earlier", "later"),
    "marks": ("delete", "undo", "redo"),
    "shapes": ("select", "box", "polygon", "line", "point", "fit"),
    "spans": ("relation",),
    "segments": ("play", "segment-start", "segment-end", "replay"),
    "tracks": (
        *("frame-back", "frame-forward", "frames-back", "frames-forward"),
        *("keyframe", "previous-keyframe", "next-keyframe"),
    ),
}
"""The acts as a page lists them."""

OF_ISLAND: Final[Mapping[str, tuple[str, ...]]] = {
    "shapes": ("marks", "shapes"),
    "spans": ("marks", "spans"),
    "segments": ("marks", "segments"),
    "tracks": ("marks", "tracks"),
    "cells": ("marks",),
}
"""Which groups are of use where an island shows the item."""

# Never in the same question.
_MAY_SHARE: Final = frozenset({"relation", "replay"})
_LETTERS: Final = tuple(f"Key{letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_SIGNS: Final = {
    "BracketLeft": "[",
    "BracketRight": "]",
    "Semicolon": ";",
    "Quote": "'",
    "Comma": ",",
    "Period": ".",
    "Slash": "/",
    "Backslash": "\\",
    "Backquote": "`",
}
OFFERED: Final = (*_LETTERS, *_SIGNS)
"""Keys that anything may be given. Digits choose labels; keys with Ctrl and Alt belong to browsers and screen readers."""


def own_keys(request: Request, person: Person | None) -> dict[str, str]:
    """What somebody gave another key; what is no key of ours is as if it were not there."""
    if person is not None and person.keys is not None:
        return _known(person.keys.items())
    pairs = (part.partition("=") for part in request.cookies.get(COOKIE, "").split("."))
    return _known((act, chord) for act, _, chord in pairs)


def _known(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {act: chord for act, chord in pairs if act in USUAL and chord in OFFERED}


def unusual(chosen: Mapping[str, str]) -> dict[str, str]:
    """What is to be kept: what is as usual needs no place."""
    return {act: chord for act, chord in chosen.items() if USUAL[act] != chord}


def keep(response: Response, chosen: Mapping[str, str], *, max_age: int, secure: bool) -> None:
    """Keeps what was chosen in this browser."""
    text = ".".join(f"{act}={chord}" for act, chord in unusual(chosen).items())
    response.set_cookie(COOKIE, text, max_age=max_age, path="/", secure=secure, httponly=True, samesite="lax")


def twice(chosen: Mapping[str, str]) -> dict[str, str]:
    """Acts that have the key of another one: {the act: the one that has it before}."""
    held: dict[str, str] = {}
    found = {}
    for act in USUAL:
        chord = chosen.get(act, USUAL[act])
        before = held.setdefault(chord, act)
        if before != act and not {before, act} <= _MAY_SHARE:
            found[act] = before
    return found


def shown(chord: str) -> str:
    """How a key is written for people: Ctrl+Shift+Z, [."""
    names = {**_SIGNS, "Control": "Ctrl", "Escape": "Esc"}
    return "+".join(names.get(part) or re.sub(r"^(?:Key|Digit)", "", part) for part in chord.split("+"))
