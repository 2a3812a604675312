"""Which label schemas are taken, and what a refusal says."""

import json
from typing import Any

import pytest

from services.core.errors import InvalidArgumentError, Reason
from services.labelling.annotation import AnswerInvalidError, CheckedAnswer, check_answer
from services.labelling.kinds import AnnotationType
from services.labelling.schema import LabelSchema, parse_label_schema

TEXT, IMAGE = AnnotationType.TEXT_CHOICE, AnnotationType.IMAGE_CHOICE


def schema(**changed: Any) -> dict[str, Any]:
    control = {"id": "kind", "kind": "choice", "on": "t", "options": [{"value": "a", "key": "1"}, {"value": "b"}]}
    whole: dict[str, Any] = {
        "schema": "ilgam.label-config/1",
        "objects": [{"id": "t", "kind": "text", "from": "$.text"}],
        "controls": [control],
    }
    return whole | changed


def control(**changed: Any) -> dict[str, Any]:
    return schema(controls=[schema()["controls"][0] | changed])


def test_a_schema_says_what_is_shown_and_which_labels_there_are() -> None:
    parsed = parse_label_schema(json.dumps(schema(not_sure=True)), TEXT)
    assert parsed == LabelSchema((("text",),), "kind", ("a", "b"), not_sure=True)
    image = schema(objects=[{"id": "t", "kind": "image", "from": "$.media.url"}])
    assert parse_label_schema(json.dumps(image), IMAGE).data_paths == (("media", "url"),)


BROKEN = [
    ("{", "$ is not JSON at character 1"),
    ("[" * 100_000, "$ is not JSON"),
    ("[]", "$ must be a JSON object"),
    (schema(schema="x"), 'schema must be "ilgam.label-config/1"'),
    (schema(objects=[]), "objects must be a list of 1 to 8"),
    (schema(objects=["x"]), "objects[0] must be a JSON object"),
    (schema(objects=[{"id": "t", "kind": "audio", "from": "$.a"}]), 'objects[0].kind "audio" is not supported yet'),
    (schema(objects=[{"id": "t", "kind": "image", "from": "$.a"}]), 'objects[0].kind must be "text"'),
    (schema(objects=[{"id": "t", "kind": "text", "from": "text"}]), "objects[0].from must name a place"),
    (schema(objects=[{"id": "t", "kind": "text", "from": "$.a..b"}]), "objects[0].from must name a place"),
    (schema(controls=[]), "controls must be a list"),
    (schema(controls=[{}, {}]), "controls one control for now"),
    (control(kind="span"), 'controls[0].kind "span" is not supported yet'),
    (control(kind="magic"), 'controls[0].kind "magic" is unknown'),
    (control(on="nothing"), "controls[0].on must be the id of an object"),
    (control(multiple=True), "controls[0].multiple must be false"),
    (control(exclusive_with=["x"]), "controls[0].exclusive_with is not supported yet"),
    (control(options=[{"value": "a"}]), "controls[0].options must be a list of 2 to 1000"),
    (control(options=[{"value": "a"}, {"value": "a"}]), 'controls[0].options[1].value "a" is there twice'),
    (control(options=[{"value": "a"}, {"value": ""}]), "controls[0].options[1].value must be a text"),
    (control(options=[{"value": "a"}, {"value": "b\x00"}]), "controls[0].options[1].value must be a text"),
    (control(options=[{"value": "a", "key": "1"}, {"value": "b", "key": "1"}]), "controls[0].options[1].key must be"),
]


@pytest.mark.parametrize(("given", "words"), BROKEN)
def test_a_broken_schema_is_refused_with_the_place_and_the_rule(given: object, words: str) -> None:
    text = given if isinstance(given, str) else json.dumps(given)
    with pytest.raises(InvalidArgumentError) as refusal:
        parse_label_schema(text, TEXT)
    assert refusal.value.reason == Reason.SCHEMA_INVALID
    assert refusal.value.metadata["rule"].startswith(words)
    assert [one.field for one in refusal.value.violations] == ["spec.label_schema_json"]


PARSED = LabelSchema((("text",),), "kind", ("a", "b"), not_sure=True)


def answer(**changed: Any) -> str:
    mark = {"id": "1", "control": "kind", "type": "choice", "value": {"choices": ["a"]}}
    return json.dumps({"schema": "ilgam.annotation/1", "results": [mark | changed]})


def test_an_answer_says_a_label_and_whether_it_is_sure() -> None:
    assert check_answer(PARSED, answer()) == CheckedAnswer("a", not_sure=False)
    unsure = json.loads(answer()) | {"not_sure": True}
    assert check_answer(PARSED, json.dumps(unsure)).not_sure


WRONG = [
    ("nonsense", "$", "is not JSON"),
    ("[" * 100_000, "$", "is not JSON"),
    ("3", "$", "must be a JSON object"),
    ('{"schema": "other/1"}', "schema", "must be"),
    ('{"not_sure": 1}', "not_sure", "must be true or false"),
    ("{}", "results", "must hold one mark"),
    ('{"results": [{}, {}]}', "results", "must hold one mark"),
    ('{"results": [1]}', "results[0]", "must be a JSON object"),
    (answer(control="other"), "results[0].control", 'must be "kind"'),
    (answer(type="rect"), "results[0].type", 'must be "choice"'),
    (answer(value={}), "results[0].value.choices", "must hold one label"),
    (answer(value={"choices": ["a", "b"]}), "results[0].value.choices", "must hold one label"),
    (answer(value={"choices": ["z" * 999]}), "results[0].value.choices[0]", "'" + "z" * 60 + "' is not a label"),
]


@pytest.mark.parametrize(("text", "mark", "rule"), WRONG)
def test_a_wrong_answer_is_refused_with_its_mark_and_the_rule(text: str, mark: str, rule: str) -> None:
    with pytest.raises(AnswerInvalidError) as refusal:
        check_answer(PARSED, text)
    assert refusal.value.mark == mark
    assert refusal.value.rule.startswith(rule)
