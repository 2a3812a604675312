"""Texts and forms of both languages."""

import json
import string
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from ilgam.errors.v1 import errors_pb2

from services.gateway import words as words_module
from services.gateway.problems import reason_words, rule_words
from services.gateway.words import Words, load_words

ROOT = Path(words_module.__file__).parent / "i18n"
WORDS = load_words()
KO, EN = WORDS["ko"], WORDS["en"]
METADATA = {
    "missing_krw": "1200",
    "retry_seconds": "90",
    "state": "CLOSED",
    "resource": "job",
    "annotation_type": "TEXT_CHOICE",
    "required": "0.9",
    "lower": "0.8",
    "until": "",
    "rule": "r",
    "bytes": "1",
    "limit": "1",
    "stored_revision": "1",
    "claim_mode": "QUEUE",
}
REASONS = [name.removeprefix("ERROR_REASON_") for name in errors_pb2.ErrorReason.keys()[1:]]


def placeholders(text: object) -> set[str]:
    forms = text.values() if isinstance(text, dict) else [str(text)]
    return {name for form in forms for _, name, _, _ in string.Formatter().parse(form) if name}


@pytest.mark.parametrize("file", sorted(path.name for path in (ROOT / "ko").glob("*.json")))
def test_korean_and_english_say_the_same_things_with_the_same_values(file: str) -> None:
    ko, en = (json.loads((ROOT / language / file).read_text(encoding="utf-8")) for language in ("ko", "en"))
    assert list(ko) == list(en)
    assert {key: placeholders(text) for key, text in ko.items()} == {
        key: placeholders(text) for key, text in en.items()
    }
    assert not [key for key, text in {**ko, **en}.items() if not text]


def test_both_languages_have_the_same_files() -> None:
    assert {path.name for path in (ROOT / "ko").glob("*.json")} == {path.name for path in (ROOT / "en").glob("*.json")}


@pytest.mark.parametrize("reason", REASONS)
@pytest.mark.parametrize("words", [KO, EN], ids=["ko", "en"])
def test_every_refusal_of_the_contracts_has_words_of_its_own(reason: str, words: Words) -> None:
    text = reason_words(words, reason, METADATA)
    assert "{" not in text
    assert reason == "INTERNAL" or text != words("errors.INTERNAL")


def test_a_refusal_says_won_and_times_as_people_write_them() -> None:
    assert "1,200원" in reason_words(KO, "FUNDS_MISSING", METADATA)
    assert "₩1,200" in reason_words(EN, "FUNDS_MISSING", METADATA)
    assert "1분 30초" in reason_words(KO, "SIGN_IN_LIMITED", METADATA)
    assert "‘끝남’" in reason_words(KO, "JOB_STATE", METADATA)


def test_a_reason_nobody_knows_still_gets_words() -> None:
    assert reason_words(KO, "NEW_REASON", {}) == KO("errors.INTERNAL")
    assert reason_words(KO, "FUNDS_MISSING", {}) == KO("errors.INTERNAL")


def test_a_stated_rule_is_said_with_its_bound() -> None:
    assert rule_words(KO, "LENGTH_MAX_200") == "200자까지 적을 수 있어요."
    assert rule_words(EN, "AT_LEAST_1") == "At least 1."
    assert rule_words(KO, "REQUIRED") == "꼭 적어 주세요."
    assert rule_words(KO, "") == KO("errors.field_wrong")


def test_won_are_written_with_their_sign() -> None:
    assert (KO.won(1234567), KO.won(-50), EN.won(1234567), EN.won(-50)) == (
        "1,234,567원",
        "-50원",
        "₩1,234,567",
        "-₩50",
    )


def test_times_are_those_of_seoul() -> None:
    moment = Timestamp()
    moment.FromDatetime(datetime(2024, 12, 31, 18, 5, tzinfo=UTC))
    assert KO.day(moment) == "2025년 1월 1일"
    assert KO.moment(moment) == "2025년 1월 1일 오전 3:05"
    assert EN.clock(moment).replace("\u202f", " ") == "3:05 AM"
    assert KO.day(Timestamp()) == KO.moment(None) == KO.ago(None) == ""


def test_how_long_something_takes_is_said_in_words() -> None:
    assert [KO.lasting(seconds) for seconds in (0, 45, 90, 3700, 7200)] == [
        "0초",
        "45초",
        "1분 30초",
        "1시간 1분",
        "2시간",
    ]
    assert EN.lasting(61) == "1 minute 1 second"


def test_how_long_ago_is_said_in_words() -> None:
    assert KO.ago(datetime.now(UTC) - timedelta(minutes=3)) == "3분 전"
