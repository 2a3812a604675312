"""Label schemas are checked at the client as at the service, and pages and published form know the same kinds."""

import json
import re
from pathlib import Path

import pytest
from ilgam.common.v1 import common_pb2

from services.cli.market.labels import choice_schema
from services.labelling.form import published_form
from services.labelling.kinds import AnnotationType, ControlKind
from services.sdk import check_label_schema

TEXT = common_pb2.ANNOTATION_TYPE_TEXT_CHOICE
WEB = Path("services/gateway/web/src")
SHOWN_OTHERWISE = {"unit", "rows", "ends", "title"}
"""What the pages' templates use of a control, and no script."""


def test_a_schema_that_keeps_the_form_breaks_no_rule() -> None:
    assert check_label_schema(choice_schema(["a", "b"]), TEXT) == ""


@pytest.mark.parametrize(
    ("schema", "kind", "words"),
    [
        ("{", TEXT, "$ is not JSON"),
        (choice_schema(["a"]), TEXT, "controls[0].options must be a list of 2"),
        (choice_schema(["a", "b"]), common_pb2.ANNOTATION_TYPE_TEXT_SPAN, "controls must ask a span"),
        (choice_schema(["a", "b"]), common_pb2.ANNOTATION_TYPE_UNSPECIFIED, "annotation_type must be"),
        (choice_schema(["a", "b"]), 99, "annotation_type must be"),
    ],
)
def test_a_broken_rule_is_named(schema: str, kind: common_pb2.AnnotationType.ValueType, words: str) -> None:
    assert check_label_schema(schema, kind).startswith(words)


def test_the_contract_and_the_form_have_the_same_annotation_types() -> None:
    numbers = {name.removeprefix("ANNOTATION_TYPE_"): number for name, number in common_pb2.AnnotationType.items()}
    del numbers["UNSPECIFIED"]
    assert numbers == {kind.name: kind.value for kind in AnnotationType}


def test_the_pages_scripts_know_every_kind_and_every_rule_of_a_control() -> None:
    form = json.loads(published_form())["$defs"]
    islands = set(re.findall(r"^  (\w+): \"\w+\",$", (WEB / "bench/islands.ts").read_text("utf-8"), re.MULTILINE))
    fields = set(re.findall(r'control\.kind === "(\w+)"', (WEB / "bench/fields.ts").read_text("utf-8")))
    assert islands | fields == {kind.value for kind in ControlKind}
    view = (WEB / "islands/contract.ts").read_text("utf-8").split("interface ControlView {")[1].split("}")[0]
    known = set(re.findall(r"readonly (\w+):", view))
    named = {"required", "min", "max", *(name for kind in ControlKind for name in form[kind]["properties"])}
    renamed = {"min": "least", "max": "most", "options": "labels", "title": "words"}
    wanted = {renamed.get(name, re.sub(r"_(\w)", lambda found: found[1].upper(), name)) for name in named}
    assert wanted - {"exclusiveWith"} <= known | SHOWN_OTHERWISE | {"maxLength"}
    assert {"exclusiveWith", "lengthMax"} <= known
