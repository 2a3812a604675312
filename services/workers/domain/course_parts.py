"""The parts of a module: texts, pictures, videos, examples. Media are noted here and looked up by whoever stores a course."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from services.workers.domain.places import Place
from services.workers.domain.programmes import LocalText

BODY_LENGTH_MAX: Final = 20_000
CAPTION_LENGTH_MAX: Final = 500
EXAMPLES_MAX: Final = 20
LANGUAGES: Final = ("ko", "en")

_MEDIA: Final[Mapping[str, re.Pattern[str]]] = {
    "picture": re.compile(r"media:[0-9a-f]{64}\.(png|jpg|webp|gif)"),
    "sound": re.compile(r"media:[0-9a-f]{64}\.(wav|mp3|ogg|m4a|weba)"),
    "video": re.compile(r"media:[0-9a-f]{64}\.(mp4|webm)"),
    "captions": re.compile(r"media:[0-9a-f]{64}\.vtt"),
}


@dataclass
class Names:
    """The media that a document names: (path, media id)."""

    media: list[tuple[str, str]] = field(default_factory=list)

    def add(self, place: Place, kind: str) -> None:
        """Notes the picture, sound, video or captions that a place names."""
        if not isinstance(place.value, str) or _MEDIA[kind].fullmatch(place.value) is None:
            raise place.wrong(f"must name a {kind} as it was stored, media:<sha256>.<extension>", f"no_{kind}")
        self.media.append((place.path, place.value))


def local(place: Place, most: int) -> LocalText:
    """A text in Korean and, where it is there, English."""
    place.knows(*LANGUAGES)
    english = place.at("en")
    return LocalText(place.at("ko").text(most), english.text(most) if english.value not in (None, "") else "")


def check_part(place: Place, names: Names) -> None:
    """Checks one part.

    Raises:
        PlaceError: naming the first place that is wrong.
    """
    kind = place.at("kind")
    if not isinstance(kind.value, str) or kind.value not in _PARTS:
        offered = ", ".join(_PARTS)
        raise kind.wrong(f"must be one of {offered}", "one_of", offered=offered)
    _PARTS[kind.value](place, names)


def _text(place: Place, _names: Names) -> None:
    place.knows("kind", "body")
    local(place.at("body"), BODY_LENGTH_MAX)


def _picture(place: Place, names: Names) -> None:
    place.knows("kind", "src", "alt", "caption")
    names.add(place.at("src"), "picture")
    local(place.at("alt"), CAPTION_LENGTH_MAX)
    if place.at("caption").value is not None:
        local(place.at("caption"), CAPTION_LENGTH_MAX)


def _video(place: Place, names: Names) -> None:
    place.knows("kind", "src", "captions", "transcript")
    names.add(place.at("src"), "video")
    captions = place.at("captions")
    captions.knows(*LANGUAGES)
    names.add(captions.at("ko"), "captions")
    if captions.at("en").value is not None:
        names.add(captions.at("en"), "captions")
    local(place.at("transcript"), BODY_LENGTH_MAX)


def _examples(place: Place, names: Names) -> None:
    place.knows("kind", "good", "bad")
    for side in ("good", "bad"):
        for example in place.at(side).each(0, EXAMPLES_MAX):
            _example(example, names)
    if not place.at("good").value and not place.at("bad").value:
        raise place.wrong("needs at least one example", "no_example")


def _example(place: Place, names: Names) -> None:
    place.knows("text", "src", "alt", "label", "why")
    if place.at("text").value is None and place.at("src").value is None:
        raise place.wrong("needs a text or a picture (src)", "nothing_shown")
    if place.at("text").value is not None:
        local(place.at("text"), BODY_LENGTH_MAX)
    if place.at("src").value is not None:
        names.add(place.at("src"), "picture")
        local(place.at("alt"), CAPTION_LENGTH_MAX)
    if place.at("label").value is not None:
        local(place.at("label"), CAPTION_LENGTH_MAX)
    local(place.at("why"), BODY_LENGTH_MAX)


_PARTS: Final[Mapping[str, Callable[[Place, Names], None]]] = {
    "text": _text,
    "picture": _picture,
    "video": _video,
    "examples": _examples,
}
