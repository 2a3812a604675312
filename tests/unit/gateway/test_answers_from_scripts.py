"""What a page's script wrote into its form is read whole or not at all."""

import json

import pytest
from ilgam.tasks.v1 import tasks_service_pb2 as pb
from starlette.exceptions import HTTPException

from services.cli.market.labels import choice_schema
from services.gateway.forms import Form
from services.gateway.pages.work.annotated import MARKS_MAX
from services.gateway.pages.work.answer_form import said_of
from services.gateway.pages.work.question import question_of

QUESTION = question_of(pb.GetWorkJobResponse(label_schema_json=choice_schema(["good", "bad"])), "ko")
MARK = {"control": "label", "type": "choice", "value": {"choices": ["good"]}}


def test_the_marks_of_a_script_are_the_answer() -> None:
    said = said_of(Form({"results": json.dumps([MARK]), "answer.label": "bad", "not_sure": "1"}), QUESTION, ())
    assert (said.marks, said.not_sure) == ((MARK,), True)
    assert said_of(Form({"results": "", "answer.label": "bad"}), QUESTION, ()).choice == "bad"
    assert said_of(Form({"results": "[]", "answer.label": "bad"}), QUESTION, ()).marks == ()


@pytest.mark.parametrize(
    "results",
    [
        json.dumps([MARK])[:-1],
        "{}",
        "null",
        "[" * 100_000,
        '[{"control": "label", "value": {"text": "\\ud800"}}]',
        json.dumps([MARK] * (MARKS_MAX + 1)),
    ],
)
def test_marks_that_cannot_be_read_are_no_answer_at_all(results: str) -> None:
    with pytest.raises(HTTPException) as refused:
        said_of(Form({"results": results}), QUESTION, ())
    assert refused.value.status_code == 400
