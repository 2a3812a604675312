"""Every text of the pages, in Korean and English, and how numbers, won and times are written in each.

Texts are in `i18n/<language>/<area>.json`, flat: {"home.title": "..."} in worker.json is `worker.home.title`. A text may
have a form for one ({"one": "...", "other": "..."}), chosen by `count`. Times are shown as in Seoul.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_time, format_timedelta
from babel.numbers import format_decimal, format_percent
from google.protobuf.timestamp_pb2 import Timestamp

LANGUAGES = ("ko", "en")
DEFAULT_LANGUAGE = "ko"
SEOUL = ZoneInfo("Asia/Seoul")
_FOLDER = Path(__file__).parent / "i18n"
_HOUR, _MINUTE = 3600, 60

Text = str | dict[str, str]


def load_texts(language: str) -> dict[str, Text]:
    """All texts of a language by `area.key`."""
    texts: dict[str, Text] = {}
    for file in sorted((_FOLDER / language).glob("*.json")):
        for key, text in json.loads(file.read_text(encoding="utf-8")).items():
            texts[f"{file.stem}.{key}"] = text
    return texts


@dataclass(frozen=True)
class Words:
    """One language's texts and forms."""

    language: str
    locale: Locale
    texts: Mapping[str, Text]

    def __call__(self, key: str, /, **values: object) -> str:
        """A text with its values put in.

        Raises:
            KeyError: there is no such text, or it wants a value that is not given.
        """
        text = self.texts[key]
        if isinstance(text, dict):
            count = values.get("count", 0)
            form = self.locale.plural_form(abs(count) if isinstance(count, int | float) else 0)
            text = text.get(form, text["other"])
        shown = {
            name: self.number(v) if isinstance(v, int) and not isinstance(v, bool) else v for name, v in values.items()
        }
        return text.format(**shown)

    def has(self, key: str) -> bool:
        """Whether there is such a text."""
        return key in self.texts

    def under(self, prefix: str) -> dict[str, Text]:
        """The texts whose keys begin with `prefix.`, without it: what a script on the page is given."""
        return {key[len(prefix) + 1 :]: text for key, text in self.texts.items() if key.startswith(f"{prefix}.")}

    def number(self, value: float) -> str:
        """12,345."""
        return str(format_decimal(value, locale=self.locale))

    def won(self, amount_krw: int) -> str:
        """12,345원, or ₩12,345."""
        sign = "-" if amount_krw < 0 else ""
        digits = self.number(abs(amount_krw))
        return f"{sign}{digits}원" if self.language == "ko" else f"{sign}₩{digits}"

    def percent(self, share: float, decimals: int = 0) -> str:
        """93 %, as the language writes it."""
        return str(
            format_percent(share, format=f"#,##0{'.' + '0' * decimals if decimals else ''}%", locale=self.locale)
        )

    def day(self, moment: Timestamp | datetime | None) -> str:
        """2026년 11월 22일; empty without a moment."""
        at = in_seoul(moment)
        return format_date(at, format="long", locale=self.locale) if at else ""

    def moment(self, moment: Timestamp | datetime | None) -> str:
        """11월 22일 오후 3:10; with the year where it is another one; empty without a moment."""
        at = in_seoul(moment)
        if at is None:
            return ""
        skeleton = "MMMdjm" if at.year == datetime.now(SEOUL).year else "yMMMdjm"
        pattern = self.locale.datetime_skeletons.get("MMMd" if skeleton == "MMMdjm" else "yMMMd")
        return f"{format_datetime(at, format=str(pattern), locale=self.locale)} {self.clock(at)}"

    def clock(self, moment: Timestamp | datetime | None) -> str:
        """오후 3:10."""
        at = in_seoul(moment)
        # The short Korean form of today's CLDR says AM and PM; people write 오전 and 오후.
        form = "aaaa h:mm" if self.language == "ko" else "short"
        return format_time(at, format=form, tzinfo=SEOUL, locale=self.locale) if at else ""

    def ago(self, moment: Timestamp | datetime | None) -> str:
        """3분 전."""
        at = in_seoul(moment)
        if at is None:
            return ""
        return format_timedelta(at - datetime.now(SEOUL), add_direction=True, locale=self.locale)

    def lasting(self, seconds: float) -> str:
        """1시간 5분, 12초: how long something takes."""
        whole = max(0, round(seconds))
        parts = [(whole // _HOUR, "hour"), (whole % _HOUR // _MINUTE, "minute")]
        if whole < _MINUTE * 10:
            parts.append((whole % _MINUTE, "second"))
        shown = [self(f"shell.unit.{unit}", count=count) for count, unit in parts if count]
        return " ".join(shown[:2]) or self("shell.unit.second", count=0)


def in_seoul(moment: Timestamp | datetime | None) -> datetime | None:
    """A moment on Seoul's clock; None for none."""
    if moment is None:
        return None
    if isinstance(moment, Timestamp):
        if not moment.seconds:
            return None
        return moment.ToDatetime(tzinfo=UTC).astimezone(SEOUL)
    return moment.astimezone(SEOUL)


def load_words() -> dict[str, Words]:
    """The words of every language."""
    return {language: Words(language, Locale.parse(language), load_texts(language)) for language in LANGUAGES}
