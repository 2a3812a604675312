"""Choices with pictures in a company's form: written on a line, read back as they were, and shown in the preview."""

import json
from datetime import date

import pytest
from ilgam.tasks.v1 import tasks_service_pb2 as pb

from services.gateway.forms import Form
from services.gateway.pages.company.kind_form import asked_in, lines_of, with_examples_of
from services.gateway.pages.company.preview import preview_of
from services.gateway.pages.company.spec_form import BEGINNING, read_spec, write_spec
from services.gateway.uploads.showing import showing_of
from services.gateway.words import load_words
from services.labelling.kinds import ObjectKind

WORDS = load_words()["ko"]
TODAY = date(2026, 11, 23)
LABELS = "첫째 / First #0072b2 $.first\n둘째 / Second $.shown.second\n없음 / None"
EXAMPLES = [{"good": True, "data": {"text": "가"}, "results": [{}], "why": {"ko": "그래서"}}]


def typed(kind: str, labels: str) -> Form:
    return Form({**BEGINNING, "title": "새 작업", "kind": kind, "labels": labels, "tool_rect": "on"})


def spec_of(kind: str, labels: str) -> pb.JobSpec:
    spec = read_spec(WORDS, typed(kind, labels), None, TODAY)
    assert spec is not None
    return spec


def test_a_line_may_end_with_where_the_picture_is() -> None:
    spec = spec_of("image", LABELS)
    options = json.loads(spec.label_schema_json)["controls"][0]["options"]
    assert [one.get("image") for one in options] == ["$.first", "$.shown.second", None]
    assert (options[0]["ko"], options[0]["en"], options[0]["color"]) == ("첫째", "First", "#0072b2")
    assert write_spec(spec)["labels"] == LABELS
    assert read_spec(WORDS, write_spec(spec), spec, TODAY) == spec
    objects = showing_of(spec.label_schema_json, spec.annotation_type).objects
    assert objects[1:] == ((ObjectKind.IMAGE, ("first",)), (ObjectKind.IMAGE, ("shown", "second")))


def test_the_preview_shows_each_choice_with_a_picture_of_its_own() -> None:
    preview = preview_of(WORDS, spec_of("image", LABELS), lambda name: name)
    pictures = {part.option: part.text for part in preview.parts if part.control}
    assert list(pictures) == ["첫째", "둘째"]
    assert len(set(pictures.values())) == 2
    assert preview.question.controls[0].shape == "pictured"


@pytest.mark.parametrize(
    ("kind", "labels"), [("image", "가 $.a\n나 $.a"), ("shape", "가 $.a\n나"), ("span", "가 / A $.a\n나")]
)
def test_a_picture_twice_or_of_a_mark_is_told_at_the_labels(kind: str, labels: str) -> None:
    form = typed(kind, labels)
    assert read_spec(WORDS, form, None, TODAY) is None
    assert set(form.wrong) == {"labels"}


def test_a_form_keeps_the_examples_that_it_does_not_ask_for() -> None:
    spec = spec_of("span", "가\n나")
    held = with_examples_of(spec.label_schema_json, json.dumps({"examples": EXAMPLES}))
    assert json.loads(held)["examples"] == EXAMPLES
    assert with_examples_of(held, "") == held
    assert asked_in(held, spec.annotation_type) == asked_in(spec.label_schema_json, spec.annotation_type)
    assert lines_of(held, spec.annotation_type) == lines_of(spec.label_schema_json, spec.annotation_type)
    spec.label_schema_json = held
    again = read_spec(WORDS, write_spec(spec), spec, TODAY)
    assert again is not None
    assert json.loads(again.label_schema_json)["examples"] == EXAMPLES
