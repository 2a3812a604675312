"""Notices in words: every template in both languages, every rule of its parameters, and no holes."""

import json
from pathlib import Path

import pytest
from ilgam.accounts.v1 import notices_service_pb2
from ilgam.common.v1 import common_pb2

from services.accounts.credentials.stop_tokens import StopTokens
from services.accounts.domain.notices import EMAIL_BY_DEFAULT, NoticeGroup, Reader, group_of
from services.accounts.wording.notices import LANGUAGES, load_notice_words, placeholders
from services.core.ids import new_id
from services.runtime.vault import Vault

WORDS = load_notice_words()
FOLDER = Path(__file__).parents[3] / "services" / "accounts" / "i18n"
TEXTS = {
    language: json.loads((FOLDER / f"notices.{language}.json").read_text(encoding="utf-8")) for language in LANGUAGES
}
TEMPLATES = [
    name.removeprefix("NOTICE_TEMPLATE_")
    for name, number in common_pb2.NoticeTemplate.items()
    if number != common_pb2.NOTICE_TEMPLATE_UNSPECIFIED
]
EVERYTHING = {
    "programme_ko": "라벨링 교육",
    "programme_en": "Labelling training",
    "annotation_type": "ANNOTATION_TYPE_IMAGE_CHOICE",
    "number": "ILG-2026-7F3K9Q",
    "position": "1200",
    "price_krw": "1200",
} | dict.fromkeys(
    ("start_time", "accept_time", "open_time", "retry_time", "expire_time", "until_time"), "2026-12-31T15:30:00Z"
)
EVERYTHING |= dict.fromkeys(("cohort_no", "right_count", "item_count", "job_count"), "1200")


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_template_has_words_in_both_languages_with_the_same_parameters(template: str) -> None:
    korean, english = (TEXTS[language]["templates"][template] for language in LANGUAGES)
    used = [
        sorted({name for sentence in text["body"] for name in placeholders(sentence)}) for text in (korean, english)
    ]
    assert used[0] == used[1]
    for text in (korean, english):
        # Titles are subjects of e-mails: without parameters nothing in them can be missing.
        assert text["title"]
        assert placeholders(text["title"]) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", TEMPLATES)
def test_every_template_is_written_whole_from_what_its_contract_names(template: str, language: str) -> None:
    written = WORDS[language].write(template, EVERYTHING)
    assert written.missing == ()
    assert "{" not in written.body
    assert len(written.body) > 5


def test_every_annotation_type_has_a_name_in_both_languages() -> None:
    kinds = {name.removeprefix("ANNOTATION_TYPE_") for name, number in common_pb2.AnnotationType.items() if number}
    for language in LANGUAGES:
        assert kinds <= TEXTS[language]["types"].keys()


def test_each_kind_of_parameter_is_shown_as_people_read_it() -> None:
    korean, english = WORDS["ko"], WORDS["en"]
    assert "2027년 1월 1일(금) 오전 12:30" in korean.write("SEAT_WON", EVERYTHING).body
    assert "Fri 1 January 2027 00:30" in english.write("SEAT_WON", EVERYTHING).body
    assert "2027년 1월 1일(금)까지" in korean.write("CERTIFICATE_ISSUED", EVERYTHING).body
    assert "1,200원" in korean.write("JOB_FITS", EVERYTHING).body
    assert "₩1,200" in english.write("JOB_FITS", EVERYTHING).body
    assert "사진 분류" in korean.write("EXAM_PASSED", EVERYTHING).body
    assert "Labelling training" in english.write("SEAT_WON", EVERYTHING).body


def test_an_english_name_that_is_not_there_is_said_in_korean() -> None:
    only_korean = {name: value for name, value in EVERYTHING.items() if name != "programme_en"}
    assert "라벨링 교육" in WORDS["en"].write("SEAT_WON", only_korean).body


@pytest.mark.parametrize("bad", ["", "yesterday", "2026-12-31T15:30:00", "９" * 400])
def test_a_sentence_whose_parameter_is_missing_or_strange_is_left_out_and_named(bad: str) -> None:
    written = WORDS["ko"].write("EXAM_FAILED", EVERYTHING | {"retry_time": bad})
    assert written.missing == ("retry_time",)
    assert "다시 볼 수" not in written.body
    assert "1,200문제" in written.body


def test_a_restriction_without_an_end_misses_nothing() -> None:
    written = WORDS["ko"].write("RESTRICTED", {})
    assert written.missing == ()
    assert "이유" in written.body


def test_what_a_parameter_holds_is_no_template() -> None:
    written = WORDS["ko"].write("SEAT_WON", EVERYTHING | {"programme_ko": "{start_time} {0} %s"})
    assert "{start_time} {0} %s" in written.body


def test_groups_are_those_of_the_contract_and_jobs_alone_are_silent_by_default() -> None:
    contract = {number for number in notices_service_pb2.NoticeGroup.values() if number}
    assert {group.value for group in NoticeGroup} == contract
    assert set(NoticeGroup) - EMAIL_BY_DEFAULT == {NoticeGroup.JOBS}
    assert {group_of(template) for template in TEMPLATES} == set(NoticeGroup)


def test_no_e_mail_goes_to_an_address_that_it_cannot_reach_whatever_is_chosen() -> None:
    everything = dict.fromkeys(NoticeGroup, True)
    assert not Reader(new_id(), "ko", email_reaches=False, choices=everything).gets_by_email(NoticeGroup.SEATS)
    assert Reader(new_id(), "ko", email_reaches=True).gets_by_email(NoticeGroup.SEATS)
    assert not Reader(new_id(), "ko", email_reaches=True).gets_by_email(NoticeGroup.JOBS)


def test_a_stop_token_names_its_person_and_group_and_is_good_for_no_other() -> None:
    tokens, others = StopTokens(Vault(b"k" * 32)), StopTokens(Vault(b"o" * 32))
    account_id = new_id()
    token = tokens.make(account_id, NoticeGroup.JOBS)
    assert tokens.read(token) == (account_id, NoticeGroup.JOBS)
    assert others.read(token) is None
    changed = [
        token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :] for place in range(len(token))
    ]
    assert all(tokens.read(one) is None for one in changed)
    assert all(tokens.read(one) is None for one in ("", "=", "글", token + "AAAA", token[:-4]))
