"""Which label schemas are taken, and what a refusal says."""

import json
from typing import Any

import pytest

from services.core.errors import InvalidArgumentError, Reason
from services.labelling.form import published_form
from services.labelling.kinds import FIELD_KINDS, LEADING, AnnotationType, ControlKind, ObjectKind
from services.labelling.schema import LabelSchema, parse_label_schema
from services.labelling.values import Control, Label, ShownObject

TEXT, IMAGE, SPAN = AnnotationType.TEXT_CHOICE, AnnotationType.IMAGE_CHOICE, AnnotationType.TEXT_SPAN


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


def beside(**added: Any) -> dict[str, Any]:
    """The schema with a second control."""
    return schema(controls=[*schema()["controls"], {"id": "more", "on": "t"} | added])


SHAPE = {"kind": "shape", "labels": [{"value": "cup"}], "tools": ["rect"]}
RELATION = {"kind": "relation", "labels": [{"value": "of"}]}


def parsed(given: dict[str, Any], annotation_type: AnnotationType = TEXT) -> LabelSchema:
    return parse_label_schema(json.dumps(given), annotation_type)


def test_a_plain_choice_says_what_is_shown_and_which_labels_there_are() -> None:
    plain = parsed(schema(not_sure=True))
    asked = Control("kind", ControlKind.CHOICE, on="t", labels=(Label("a", key="1"), Label("b")))
    assert plain == LabelSchema((ShownObject("t", ObjectKind.TEXT, (("text",),)),), (asked,), not_sure=True)
    assert (plain.plain, plain.control_id, plain.labels) == (asked, "kind", ("a", "b"))
    image = schema(objects=[{"id": "t", "kind": "image", "from": "$.media.url"}])
    assert parsed(image, IMAGE).data_paths == (("media", "url"),)


@pytest.mark.parametrize("more", [beside(kind="rating"), control(multiple=True)])
def test_whoever_asks_more_than_one_label_has_no_plain_choice(more: dict[str, Any]) -> None:
    found = parsed(more)
    assert (found.plain, found.control_id, found.labels) == (None, "", ())


def test_controls_have_the_defaults_of_their_kind() -> None:
    found = parsed(beside(kind="rating"))
    assert (found.controls[1].low, found.controls[1].high, found.controls[1].most) == (1, 5, 1)
    objects = [{"id": "t", "kind": "image", "from": "$.photo", "alt": "$.said"}]
    shape = parsed(schema(objects=objects, controls=[SHAPE | {"id": "box", "on": "t"}]), AnnotationType.IMAGE_SHAPE)
    assert (shape.controls[0].min_px, shape.controls[0].most) == (4, 2000)
    assert shape.objects[0].alt_path == ("said",)


def test_a_pair_is_at_two_places() -> None:
    pair = {"id": "t", "kind": "pair", "of": "image", "from": ["$.first", "$.second"]}
    found = parsed(schema(objects=[pair], controls=[{"id": "p", "kind": "pairwise", "on": "t", "tie": True}]), PAIR)
    assert found.data_paths == (("first",), ("second",))
    assert found.objects[0].is_media
    assert found.controls[0].tie


PAIR = AnnotationType.PAIR_CHOICE
BROKEN = [
    ("{", "$ is not JSON at character 1"),
    ("[" * 100_000, "$ is not JSON"),
    ("[]", "$ must be a JSON object"),
    ('{"schema": "a", "schema": "b"}', "$ names something twice"),
    ('{"schema": NaN}', "$ holds NaN"),
    ('{"schema": "\\ud800"}', "$ holds half a character"),
    ({}, "schema must be given"),
    (schema(schema="x"), 'schema must be "ilgam.label-config/1"'),
    (schema(magic=1), "magic is not known here"),
    (schema(not_sure="yes"), "not_sure must be true or false"),
    (schema(title={"ja": "x"}), "title.ja is not known here"),
    (schema(objects=[]), "objects must be a list of 1 to 8"),
    (schema(objects=["x"]), "objects[0] must be a JSON object"),
    (schema(objects=[{"id": "t", "kind": "smell", "from": "$.a"}]), "objects[0].kind must be one of image, text"),
    (schema(objects=[{"id": "t", "kind": "audio", "from": "$.a"}]), "objects must show one of kind html or text"),
    (schema(objects=[{"id": "t", "kind": "text", "from": "text"}]), "objects[0].from must name a place"),
    (schema(objects=[{"id": "t", "kind": "text", "from": "$.a..b"}]), "objects[0].from must name a place"),
    (schema(objects=[{"id": "t", "kind": "text", "from": "$.a\n"}]), "objects[0].from must name a place"),
    (schema(objects=[{"id": "t", "kind": "text", "from": ["$.a", "$.b"]}]), "objects[0].from must name a place"),
    (schema(objects=[{"id": "t", "kind": "text", "from": "$.a", "of": "text"}]), "objects[0].of is for pairs"),
    (schema(objects=[{"id": "t", "kind": "pair", "from": "$.a", "of": "text"}]), "objects[0].from must name two"),
    (schema(objects=[{"id": "t", "kind": "pair", "from": ["$.a", "$.a"], "of": "text"}]), "objects[0].from must"),
    (schema(objects=[{"id": "t", "kind": "pair", "from": ["$.a", "$.b"]}]), "objects[0].of must be given"),
    (schema(objects=schema()["objects"] * 2), 'objects[1].id "t" is there twice'),
    (schema(controls=[]), "controls must be a list of 1 to 50"),
    (schema(controls=[{}]), "controls[0].id must be given"),
    (schema(controls=schema()["controls"] * 2), 'controls[1].id "kind" is there twice'),
    (control(kind="magic"), "controls[0].kind must be one of choice, rating"),
    (control(kind="span"), "controls[0].options is not known here"),
    (control(on="nothing"), "controls[0].on must be the id of an object"),
    (control(requird=True), "controls[0].requird is not known here"),
    (control(min=2), "controls[0].min must be 0 to 1"),
    (control(options=[{"value": "a"}]), "controls[0].options must be a list of 2 to 1000"),
    (control(options=[]), "controls[0].options must be a list of 1 to 1000"),
    (control(options=[{"value": "a"}, {"value": "a"}]), 'controls[0].options[1].value "a" is there twice'),
    (control(options=[{"value": "a"}, {"value": ""}]), "controls[0].options[1].value must be a text"),
    (control(options=[{"value": "a"}, {"value": " "}]), "controls[0].options[1].value must be a text"),
    (control(options=[{"value": "a"}, {"value": "b\x00"}]), "controls[0].options[1].value must be a text"),
    (control(options=[{"value": "a"}, {"value": "b\n"}]), "controls[0].options[1].value must be a text"),
    (control(options=[{"value": "a", "key": "1"}, {"value": "b", "key": "1"}]), "controls[0].options[1].key must be"),
    (control(options=[{"value": "a", "key": "x"}, {"value": "b"}]), "controls[0].options[0].key must be a digit"),
    (
        control(options=[{"value": "a", "color": "red"}, {"value": "b"}]),
        "controls[0].options[0].color must be a colour",
    ),
    (control(exclusive_with=["x"]), "controls[0].exclusive_with[0] must be the id of another control"),
    (control(exclusive_with=["kind"]), "controls[0].exclusive_with[0] must be the id of another control"),
    (beside(kind="rating", low=5, high=5), "controls[1].low must be below high"),
    (beside(kind="rating", low=0, high=101), "controls[1].high must be at most 100 above low"),
    (beside(kind="rating", low=0.5), "controls[1].low must be a whole number"),
    (beside(kind="number", low=2, high=1), "controls[1].low must be below high"),
    (beside(kind="number", step=0), "controls[1].step must be above 0"),
    (beside(kind="text", max_length=0), "controls[1].max_length must be 1 to 20000"),
    (beside(**SHAPE), "controls[1].on must be the id of an object of kind image"),
    (beside(**SHAPE | {"tools": ["star"]}), "controls[1].tools[0] must be one of rect"),
    (beside(**SHAPE | {"tools": []}), "controls[1].tools must be one to four of"),
    (beside(kind="span", labels=[{"value": "x"}], min=3, max=2), "controls[1].min must be at most max"),
    (beside(**RELATION, on="kind"), "controls[1].on must be the id of a span control"),
    (beside(kind="pairwise"), "controls[1].on must be the id of an object of kind pair"),
]


@pytest.mark.parametrize(("given", "words"), BROKEN)
def test_a_broken_schema_is_refused_with_the_place_and_the_rule(given: object, words: str) -> None:
    text = given if isinstance(given, str) else json.dumps(given)
    with pytest.raises(InvalidArgumentError) as refusal:
        parse_label_schema(text, TEXT)
    assert refusal.value.reason == Reason.SCHEMA_INVALID
    assert refusal.value.metadata["rule"].startswith(words)
    assert [one.field for one in refusal.value.violations] == ["spec.label_schema_json"]


def test_what_leads_must_be_asked_of_what_the_annotation_type_shows() -> None:
    with pytest.raises(InvalidArgumentError, match=r"controls must ask a span on the html or text for TEXT_SPAN"):
        parsed(schema(), SPAN)
    for annotation_type, (objects, controls) in LEADING.items():
        assert objects, annotation_type
        assert controls, annotation_type


def test_the_published_form_knows_the_kinds_that_the_code_knows() -> None:
    form = json.loads(published_form())["$defs"]
    assert form["control"]["properties"]["kind"]["enum"] == [kind.value for kind in ControlKind]
    assert set(form["object"]["properties"]["kind"]["enum"]) == {kind.value for kind in ObjectKind}
    assert all(form[kind]["properties"]["kind"]["const"] == kind for kind in ControlKind)
    assert {kind for kind in ControlKind if "$ref" not in form[kind]["properties"]["max"]} == FIELD_KINDS
