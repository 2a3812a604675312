"""How a course is shown: modules in words, parts ready for the template, questions with what was answered. No calls."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from ilgam.common.v1 import common_pb2
from ilgam.workers.v1 import courses_service_pb2 as pb
from markupsafe import Markup

from services.gateway.markdown import markdown
from services.gateway.words import Words

LinkOf = Callable[[str], str]
_PREFIX: Final = "MODULE_STATE_"


@dataclass(frozen=True)
class Shown:
    """A text as it is shown, and the language it is in where that is not the page's."""

    text: str
    language: str = ""


@dataclass(frozen=True)
class Rich:
    """A text with its marks, as HTML, and the language it is in where that is not the page's."""

    html: Markup
    language: str = ""


@dataclass(frozen=True)
class Caption:
    """Captions of a video in a language."""

    language: str
    link: str


@dataclass(frozen=True)
class Example:
    """Something labelled well or badly, and why."""

    text: Shown | None
    link: str
    alt: str
    label: Shown | None
    why: Shown


@dataclass(frozen=True)
class Part:
    """A part of a module; which of the fields are filled depends on `kind`: text, picture, video, examples."""

    kind: str
    body: Rich | None = None
    link: str = ""
    alt: str = ""
    caption: Shown | None = None
    captions: tuple[Caption, ...] = ()
    sides: tuple[tuple[str, tuple[Example, ...]], ...] = ()


@dataclass(frozen=True)
class Option:
    """One option of a question."""

    value: str
    words: Shown


@dataclass(frozen=True)
class Question:
    """A question of a quiz and, once it was answered, how."""

    question_id: str
    words: Shown
    options: tuple[Option, ...]
    chosen: str = ""
    right: bool | None = None
    why: Shown | None = None


@dataclass(frozen=True)
class ModuleShown:
    """A module ready for its page."""

    module_id: str
    title: Shown
    parts: tuple[Part, ...] = ()
    questions: tuple[Question, ...] = ()
    pass_count: int = 0


@dataclass(frozen=True)
class Reader:
    """In whose words a module is shown, and how its files are reached."""

    words: Words
    link_of: LinkOf
    # Headings of texts begin here: the page's own title is above them.
    headings_from: int = field(default=2)

    def shown(self, text: Mapping[str, str] | None) -> Shown | None:
        """A text in the page's language, else in Korean."""
        if not text:
            return None
        own = text.get(self.words.language, "")
        return Shown(own) if own else Shown(text["ko"], "ko")

    def said(self, text: Mapping[str, str]) -> Shown:
        """The same for a text that is there."""
        return self.shown(text) or Shown("")

    def rich(self, text: Mapping[str, str]) -> Rich:
        """A body with its marks as HTML."""
        found = self.said(text)
        html = markdown(found.text, headings_from=self.headings_from, tables=self.words("course.table"))
        return Rich(html, found.language)


def module_shown(module_json: str, reader: Reader, quiz: pb.QuizResult | None = None) -> ModuleShown:
    """A module of a course document, checked by workers, with the last answers to its quiz."""
    module: dict[str, Any] = json.loads(module_json)
    parts = tuple(_PARTS[part["kind"]](part, reader) for part in module["parts"])
    asked = module.get("quiz") or {"questions": [], "pass_share": 0}
    answered = {one.question_id: one for one in quiz.questions} if quiz else {}
    questions = tuple(_question(one, reader, answered.get(one["id"])) for one in asked["questions"])
    # The least number of right answers that reaches the share; shares such as 0.7 are not exact in binary.
    count = next((n for n in range(len(questions) + 1) if n + 1e-9 >= asked["pass_share"] * len(questions)), 0)
    return ModuleShown(module["id"], reader.said(module["title"]), parts, questions, count)


def _text(part: dict[str, Any], reader: Reader) -> Part:
    return Part("text", body=reader.rich(part["body"]))


def _picture(part: dict[str, Any], reader: Reader) -> Part:
    alt, caption = reader.said(part["alt"]).text, reader.shown(part.get("caption"))
    return Part("picture", link=reader.link_of(part["src"]), alt=alt, caption=caption)


def _video(part: dict[str, Any], reader: Reader) -> Part:
    captions = tuple(
        Caption(language, reader.link_of(media_id)) for language, media_id in part["captions"].items() if media_id
    )
    return Part("video", reader.rich(part["transcript"]), reader.link_of(part["src"]), captions=captions)


def _examples(part: dict[str, Any], reader: Reader) -> Part:
    sides = tuple((side, tuple(_example(one, reader) for one in part[side])) for side in ("good", "bad"))
    return Part("examples", sides=tuple((side, examples) for side, examples in sides if examples))


def _example(one: dict[str, Any], reader: Reader) -> Example:
    return Example(
        text=reader.shown(one.get("text")),
        link=reader.link_of(one["src"]) if one.get("src") else "",
        alt=reader.said(one["alt"]).text if one.get("src") else "",
        label=reader.shown(one.get("label")),
        why=reader.said(one["why"]),
    )


_PARTS: Final[Mapping[str, Callable[[dict[str, Any], Reader], Part]]] = {
    "text": _text,
    "picture": _picture,
    "video": _video,
    "examples": _examples,
}


def _question(one: dict[str, Any], reader: Reader, answered: pb.QuestionResult | None) -> Question:
    options = tuple(Option(option["value"], reader.said(option["text"])) for option in one["options"])
    asked = Question(one["id"], reader.said(one["text"]), options)
    if answered is None:
        return asked
    why = reader.said({"ko": answered.why.ko, "en": answered.why.en})
    return Question(asked.question_id, asked.words, options, answered.value, answered.right, why)


def state_of(module: pb.CourseModule) -> str:
    """LOCKED, OPEN or FINISHED."""
    return pb.ModuleState.Name(module.state).removeprefix(_PREFIX)


def title_of(text: common_pb2.LocalText, language: str) -> Shown:
    """A title in the page's language, else in Korean."""
    own = text.en if language == "en" else text.ko
    return Shown(own) if own else Shown(text.ko or text.en, "ko" if text.ko else "en")
