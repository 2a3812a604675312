"""The form of each kind of work: what it says becomes a schema that keeps all rules, and is read back as it was."""

import json
from dataclasses import replace
from datetime import date

import pytest

from services.gateway.forms import Form
from services.gateway.pages.company.kind_form import GUIDED, KINDS, Asked, asked_in, guided_schema, schema_problem
from services.gateway.pages.company.label_lines import LabelLine, read_lines
from services.gateway.pages.company.spec_form import BEGINNING, read_spec, write_spec
from services.gateway.words import load_words
from services.labelling.kinds import AnnotationType
from tests.unit.labelling.test_label_schema import BROKEN

WORDS = load_words()["ko"]
TODAY = date(2026, 11, 23)
LINES = (LabelLine("사람", "사람", "Person", "#0072b2"), LabelLine("장소", "장소", "", "#d55e00"))


def asked_for(kind: str) -> Asked:
    """What somebody says of a kind."""
    asked = Asked(kind=kind, lines=LINES, question=("무엇인가요?", "What is it?"), must=True, tools=("rect", "point"))
    if kind == "pair":
        return replace(asked, lines=(), tools=(), tie=True, pair_of="image")
    if kind == "writing":
        return replace(asked, lines=(), tools=(), length_max=300)
    return asked if kind == "shape" else replace(asked, tools=())


def typed(kind: str, **more: str) -> Form:
    """A form as somebody fills it in."""
    labels = "사람 / Person #0072b2\n장소 / Place"
    return Form({**BEGINNING, "title": "새 작업", "kind": kind, "labels": labels, **more})


@pytest.mark.parametrize("kind", GUIDED)
def test_what_the_form_says_becomes_a_schema_that_keeps_all_rules(kind: str) -> None:
    assert schema_problem(WORDS, guided_schema(asked_for(kind)), KINDS[kind]) == ""


@pytest.mark.parametrize(("given", "rule"), BROKEN)
def test_a_broken_schema_is_refused_in_the_readers_words_with_the_place(given: object, rule: str) -> None:
    text = given if isinstance(given, str) else json.dumps(given)
    place = rule.partition(" ")[0]
    for words in load_words().values():
        said = schema_problem(words, text, AnnotationType.TEXT_CHOICE)
        assert said.startswith(f"{place}: ") or (place == "$" and "JSON" in said)
        assert "must be given" not in said or words is not WORDS


@pytest.mark.parametrize("kind", GUIDED)
def test_a_saved_job_is_shown_as_it_was_filled_in(kind: str) -> None:
    spec = read_spec(WORDS, typed(kind, must="on", tool_point="on", tie="on", length_max="300"), None, TODAY)
    assert spec is not None
    again = read_spec(WORDS, write_spec(spec), spec, TODAY)
    assert again == spec
    assert write_spec(spec)["kind"] == kind


@pytest.mark.parametrize("kind", ["text", "image"])
def test_a_plain_choice_keeps_its_easy_form(kind: str) -> None:
    spec = read_spec(WORDS, typed(kind), None, TODAY)
    assert spec is not None
    control = json.loads(spec.label_schema_json)["controls"][0]
    assert (control["kind"], control["options"][0]["color"]) == ("choice", "#0072b2")
    assert write_spec(spec)["kind"] == kind


def test_labels_have_colours_that_differ_where_none_is_written() -> None:
    lines = tuple(LabelLine(str(n), str(n), "") for n in range(20))
    labels = json.loads(guided_schema(Asked(kind="span", lines=lines)))["controls"][0]["labels"]
    assert len({(label["color"], label["pattern"]) for label in labels}) == len(labels)


def test_a_line_may_end_with_a_colour() -> None:
    assert read_lines("사람 / Person #0072B2\n#1 선물") == [
        LabelLine("사람", "사람", "Person", "#0072b2"),
        LabelLine("#1 선물", "#1 선물", ""),
    ]


def test_what_no_form_says_is_shown_and_taken_as_json() -> None:
    schema = json.loads(guided_schema(asked_for("span")))
    schema["controls"].append({"id": "mood", "kind": "rating", "on": "text"})
    assert asked_in(json.dumps(schema), KINDS["span"]) is None
    form = typed("json", schema=json.dumps(schema), schema_type="TEXT_SPAN")
    spec = read_spec(WORDS, form, None, TODAY)
    assert spec is not None
    shown = write_spec(spec)
    assert shown["kind"] == "json"
    assert json.loads(shown["schema"]) == schema


@pytest.mark.parametrize(
    ("kind", "more", "field"),
    [
        ("shape", {"tool_rect": ""}, "tools"),
        ("span", {"labels": ""}, "labels"),
        ("writing", {"length_max": "0"}, "length_max"),
        ("json", {"schema": "{", "schema_type": "TEXT_SPAN"}, "schema"),
        ("json", {"schema": "{}", "schema_type": "TEXT_SPAN"}, "schema"),
        ("json", {"schema": "{}", "schema_type": "SOMETHING"}, "schema_type"),
        ("dance", {}, "kind"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(kind: str, more: dict[str, str], field: str) -> None:
    form = typed(kind, **more)
    assert read_spec(WORDS, form, None, TODAY) is None
    assert field in form.wrong
