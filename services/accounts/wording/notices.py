"""Notices in words, in Korean and English, from what an event said.

A text's placeholders are the notice's parameters: `{programme}` takes programme_ko or programme_en, `{start_time}` is
shown on Seoul's clock and `{start_day}` as its day alone, `{price_krw}` as won, numbers with their separators.
A sentence whose parameter is missing is left out, so that nobody sees a hole.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from string import Formatter
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_decimal

LANGUAGES: Final = ("ko", "en")
_FOLDER: Final = Path(__file__).parents[1] / "i18n"
_SEOUL: Final = ZoneInfo("Asia/Seoul")
_TYPE_PREFIX: Final = "ANNOTATION_TYPE_"
_WEEKDAY_FORM: Final = {"ko": "y년 M월 d일(E)", "en": "E d MMMM y"}
_CLOCK_FORM: Final = {"ko": "aaaa h:mm", "en": "HH:mm"}
# Absent where there is nothing to say; every other parameter that is missing is a mistake.
_OPTIONAL: Final = frozenset({("RESTRICTED", "until_time")})


@dataclass(frozen=True)
class Written:
    """A notice in words. `missing` are the parameters that should have been there."""

    title: str
    body: str
    missing: tuple[str, ...] = ()


class NoticeWords:
    """The words of one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._locale = Locale.parse(language)
        texts: dict[str, Any] = json.loads((_FOLDER / f"notices.{language}.json").read_text(encoding="utf-8"))
        self._types: dict[str, str] = texts["types"]
        self._templates: dict[str, Any] = texts["templates"]
        self._unknown: dict[str, Any] = texts["unknown"]
        self._email: dict[str, str] = texts["email"]

    def write(self, template: str, parameters: Mapping[str, str]) -> Written:
        """A notice in this language; a template that this version does not know gets a title that says so."""
        text = self._templates.get(template)
        if text is None:
            return Written(self._unknown["title"], "", ("template",))
        said, missing = [], []
        for sentence in text["body"]:
            shown = {name: self._shown(name, parameters) for name in placeholders(sentence)}
            lacking = [name for name, value in shown.items() if value is None]
            if lacking:
                missing += [name for name in lacking if (template, name) not in _OPTIONAL]
            else:
                said.append(sentence.format(**shown))
        return Written(text["title"], " ".join(said), tuple(missing))

    def subject(self, written: Written) -> str:
        """The subject of the e-mail for a notice, which says whose it is in a list of e-mails."""
        return self._email["subject"].format(title=written.title)

    def email(self, written: Written, more_link: str, stop_link: str) -> str:
        """The text of the e-mail for a notice; without `more_link` there is nothing to see behind it."""
        parts = [written.body or written.title]
        if more_link:
            parts.append(self._email["more"].format(link=more_link))
        parts += [self._email["from"], self._email["stop"].format(link=stop_link)]
        return "\n\n".join(parts) + "\n"

    def _shown(self, name: str, parameters: Mapping[str, str]) -> str | None:
        """A parameter as people read it; None where it is not there or holds something else."""
        source = name.removesuffix("_day") + "_time" if name.endswith("_day") else name
        value = parameters.get(f"{name}_{self.language}") or parameters.get(f"{name}_ko") or parameters.get(source)
        if not value:
            return None
        try:
            return self._form_of(name)(value)
        except (ValueError, OverflowError):
            return None

    def _form_of(self, name: str) -> Callable[[str], str]:
        if name.endswith("_time"):
            return self._moment
        if name.endswith("_day"):
            return self._day
        if name.endswith("_krw"):
            return self._won
        if name.endswith(("_count", "_no")) or name == "position":
            return self._number
        return self._type if name == "annotation_type" else str

    def _day(self, text: str) -> str:
        return str(format_date(_instant(text), format=_WEEKDAY_FORM[self.language], locale=self._locale))

    def _moment(self, text: str) -> str:
        clock = format_time(_instant(text), format=_CLOCK_FORM[self.language], locale=self._locale)
        return f"{self._day(text)} {clock}"

    def _won(self, text: str) -> str:
        return f"{self._number(text)}원" if self.language == "ko" else f"₩{self._number(text)}"

    def _number(self, text: str) -> str:
        return str(format_decimal(int(text), locale=self._locale))

    def _type(self, text: str) -> str:
        name = text.removeprefix(_TYPE_PREFIX)
        if name not in self._types:
            raise ValueError(name)
        return self._types[name]


def placeholders(sentence: str) -> list[str]:
    """The names that a sentence has places for."""
    return [name for _, name, _, _ in Formatter().parse(sentence) if name]


def load_notice_words() -> dict[str, NoticeWords]:
    """The words of every language."""
    return {language: NoticeWords(language) for language in LANGUAGES}


def _instant(text: str) -> datetime:
    """An RFC 3339 instant on Seoul's clock; raises ValueError for anything else."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("an instant has its offset")
    return moment.astimezone(_SEOUL)
