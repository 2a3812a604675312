"""Labels and answers as people read them."""

import json

import pytest
from ilgam.tasks.v1 import tasks_service_pb2 as pb

from services.gateway.pages.work.annotated import in_words
from services.gateway.pages.work.jobs import takes_of
from services.gateway.pages.work.labels import Chosen, chosen_of, content_of, schema_of
from services.gateway.pages.work.question import question_of

SCHEMA = json.dumps(
    {
        "schema": "ilgam.label-config/1",
        "objects": [{"id": "object", "kind": "text", "from": "$.body.text"}],
        "controls": [
            {
                "id": "label",
                "kind": "choice",
                "on": "object",
                "options": [
                    {"value": "pos", "ko": "만족", "en": "Happy"},
                    {"value": "neg", "ko": "불만"},
                    {"value": "mid"},
                ],
            }
        ],
    }
)


def answer(**more: object) -> str:
    result = {"control": "label", "type": "choice", "value": {"choices": ["pos"]}}
    return json.dumps({"schema": "ilgam.annotation/1", "results": [result], **more})


@pytest.mark.parametrize(("language", "shown"), [("ko", ["만족", "불만", "mid"]), ("en", ["Happy", "불만", "mid"])])
def test_labels_are_shown_in_the_language_or_the_nearest_there_is(language: str, shown: list[str]) -> None:
    assert [label.shown for label in schema_of(SCHEMA, language).labels] == shown


def test_an_answer_is_shown_in_words_and_an_unknown_label_as_it_is() -> None:
    schema = schema_of(SCHEMA, "ko")
    assert (schema.shown(chosen_of(answer()).value), schema.shown("gone")) == ("만족", "gone")


def test_what_was_chosen_of_a_pair_is_said_in_words() -> None:
    schema = {
        "objects": [{"id": "two", "kind": "pair", "of": "text", "from": ["$.a", "$.b"]}],
        "controls": [{"id": "better", "kind": "pairwise", "on": "two", "tie": True}],
    }
    question = question_of(pb.GetWorkJobResponse(label_schema_json=json.dumps(schema)), "ko")
    for choice, words in (("first", "첫 번째가 나아요"), ("second", "두 번째가 나아요"), ("tie", "둘 다 비슷해요")):
        assert in_words(question, ({"control": "better", "type": "pairwise", "value": {"choice": choice}},)) == words


def test_not_being_sure_is_kept() -> None:
    assert chosen_of(answer(not_sure=True)) == Chosen("pos", not_sure=True)


@pytest.mark.parametrize(
    "draft", ["", "{", "[]", "null", '{"results": []}', '{"results": [{"value": {"choices": [3]}}]}']
)
def test_a_draft_of_any_form_chooses_nothing(draft: str) -> None:
    assert chosen_of(draft).value == ""


@pytest.mark.parametrize(
    ("data", "content"),
    [({"body": {"text": "좋아요"}}, "좋아요"), ({"body": "x"}, ""), ({}, ""), ({"body": {"text": 3}}, "")],
)
def test_what_was_shown_is_found_where_the_schema_says(data: object, content: str) -> None:
    assert content_of(json.dumps(data), schema_of(SCHEMA, "ko")) == content


@pytest.mark.parametrize(
    ("free_count", "takes"), [(100, (5, 10, 20)), (12, (5, 10)), (5, (5,)), (3, (3,)), (0, ()), (-1, ())]
)
def test_nobody_is_offered_more_than_they_may_hold(free_count: int, takes: tuple[int, ...]) -> None:
    assert takes_of(free_count) == takes
