"""A job's terms as companies type them."""

import json
from datetime import date

import pytest
from ilgam.tasks.v1 import tasks_events_pb2 as events_pb
from ilgam.tasks.v1 import tasks_service_pb2 as pb

from services.gateway.forms import Form, empty_form
from services.gateway.pages.company.label_lines import question_of, schema_json, spellings, write_lines
from services.gateway.pages.company.spec_form import BEGINNING, read_spec, write_spec
from services.gateway.words import in_seoul, load_words

WORDS = load_words()["ko"]
TODAY = date(2026, 11, 22)
LABELS = "긍정 / Positive\r\n\r\n 부정 / Negative \r\n모르겠음"


def typed(**values: str) -> Form:
    return empty_form(**{**BEGINNING, "title": "후기 고르기", "labels": LABELS, **values})


def spec_of(form: Form, before: pb.JobSpec | None = None) -> pb.JobSpec:
    spec = read_spec(WORDS, form, before, TODAY)
    assert spec is not None, form.wrong
    return spec


def wrong_of(**values: str) -> set[str]:
    form = typed(**values)
    assert read_spec(WORDS, form, None, TODAY) is None
    return set(form.wrong)


def options(schema: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(schema)["controls"][0]["options"]
    return found


def test_a_line_gives_a_label_in_one_language_or_both() -> None:
    assert options(spec_of(typed()).label_schema_json) == [
        {"value": "긍정", "ko": "긍정", "en": "Positive"},
        {"value": "부정", "ko": "부정", "en": "Negative"},
        {"value": "모르겠음", "ko": "모르겠음", "en": "모르겠음"},
    ]


def test_what_is_saved_is_shown_again_as_it_was_typed() -> None:
    form = typed(
        question_ko="어떤 느낌인가요?",
        instructions_ko="한 줄\r\n두 줄",
        price_krw="1,200",
        required_skill="80",
        deadline="2026-12-31",
        policy="gold",
    )
    shown = write_spec(spec_of(form))
    assert shown["labels"] == "긍정 / Positive\n부정 / Negative\n모르겠음"
    assert shown["instructions_ko"] == "한 줄\n두 줄"
    assert (shown["price_krw"], shown["required_skill"], shown["deadline"]) == ("1200", "80", "2026-12-31")
    assert (shown["question_ko"], shown["question_en"], shown["policy"]) == ("어떤 느낌인가요?", "", "gold")


def test_a_deadline_is_meant_to_the_last_second_of_its_day_in_korea() -> None:
    at = in_seoul(spec_of(typed(deadline="2026-12-31")).deadline_time)
    assert at is not None
    assert at.isoformat() == "2026-12-31T23:59:59+09:00"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "가" * 201}, "title"),
        ({"kind": "sound"}, "kind"),
        ({"labels": "하나"}, "labels"),
        ({"labels": "같음\n같음"}, "labels"),
        ({"labels": "\n".join(str(number) for number in range(21))}, "labels"),
        ({"labels": "가\n" + "나" * 201}, "labels"),
        ({"price_krw": "0"}, "price_krw"),
        ({"price_krw": "1000001"}, "price_krw"),
        ({"price_krw": "열"}, "price_krw"),
        ({"expected_seconds": ""}, "expected_seconds"),
        ({"overlap_min": "5", "overlap_max": "2"}, "overlap_max"),
        ({"policy": ""}, "policy"),
        ({"required_skill": "100"}, "required_skill"),
        ({"deadline": "내일"}, "deadline"),
        ({"deadline": "2026-11-21"}, "deadline"),
        ({"deadline": "9999-12-31"}, "deadline"),
        ({"instructions_en": "x" * 20_001}, "instructions_en"),
    ],
)
def test_what_is_wrong_is_said_at_its_own_field(values: dict[str, str], field: str) -> None:
    assert wrong_of(**values) == {field}


def test_everything_that_is_wrong_is_said_at_once_and_stays_typed() -> None:
    form = typed(title="", price_krw="많이", labels="하나")
    assert read_spec(WORDS, form, None, TODAY) is None
    assert set(form.wrong) == {"title", "price_krw", "labels"}
    assert form["price_krw"] == "많이"


def test_hangul_from_a_mac_makes_the_same_labels() -> None:
    decomposed = spec_of(typed(labels="가\n나"))
    assert [option["value"] for option in options(decomposed.label_schema_json)] == ["가", "나"]


def test_what_the_form_does_not_ask_stays_as_it_was() -> None:
    before = spec_of(typed())
    before.lease_seconds, before.appeal_seconds, before.required_skill = 7200, 0, 0.875
    before.label_schema_json = schema_json("text", [], ("", ""), before=before.label_schema_json)
    schema = json.loads(spec_of(typed()).label_schema_json)
    schema["not_sure"] = False
    schema["controls"][0]["options"][0] |= {"value": "pos", "key": "p"}
    before.label_schema_json = json.dumps(schema)
    form = write_spec(before)
    form.values["title"] = "새 이름"
    after = spec_of(form, before)
    assert (after.lease_seconds, after.appeal_seconds, after.HasField("appeal_seconds")) == (7200, 0, True)
    assert after.title == "새 이름"
    assert options(after.label_schema_json)[0] == {"value": "pos", "ko": "긍정", "en": "Positive", "key": "p"}
    assert json.loads(after.label_schema_json)["not_sure"] is False


def test_a_draft_may_turn_from_texts_to_pictures() -> None:
    before = spec_of(typed())
    form = write_spec(before)
    form.values["kind"] = "image"
    assert json.loads(spec_of(form, before).label_schema_json)["objects"] == [
        {"id": "object", "kind": "image", "from": "$.image_url"}
    ]


def test_a_question_that_is_taken_out_is_gone() -> None:
    before = spec_of(typed(question_ko="무엇인가요?", question_en="What is it?"))
    assert question_of(before.label_schema_json) == ("무엇인가요?", "What is it?")
    form = write_spec(before)
    form.values |= {"question_ko": "", "question_en": ""}
    assert question_of(spec_of(form, before).label_schema_json) == ("", "")


def test_known_answers_may_be_written_as_pages_show_the_label() -> None:
    found = spellings(spec_of(typed()).label_schema_json)
    assert [found.get(written) for written in ("긍정", "positive", "Positive", "좋음")] == ["긍정", "긍정", None, None]


def test_many_labels_that_a_program_gave_can_be_kept() -> None:
    before = spec_of(typed())
    schema = json.loads(before.label_schema_json)
    schema["controls"][0]["options"] = [{"value": f"v{number}"} for number in range(40)]
    before.label_schema_json = json.dumps(schema)
    assert write_lines(spec_of(write_spec(before), before).label_schema_json).count("\n") == 39


def test_policies_are_those_of_the_contract() -> None:
    assert spec_of(typed(policy="all")).policy == events_pb.POLICY_ALL
