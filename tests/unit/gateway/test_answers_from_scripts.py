"""What a form says is taken whole or not at all: what a page's script wrote, and marks that no row has room for."""

import json

import pytest
from ilgam.tasks.v1 import tasks_service_pb2 as pb
from starlette.exceptions import HTTPException

from services.cli.market.labels import choice_schema
from services.gateway.forms import Form
from services.gateway.pages.work.annotated import MARKS_MAX
from services.gateway.pages.work.answer_form import said_of
from services.gateway.pages.work.parts import Part
from services.gateway.pages.work.question import question_of
from services.gateway.pages.work.rows import ROWS_MAX

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


SPANS = {
    "schema": "ilgam.label-config/1",
    "objects": [{"id": "o", "kind": "text", "from": "$.text"}],
    "controls": [{"id": "c", "kind": "span", "on": "o", "labels": [{"value": "x"}]}],
}


def test_marks_that_no_row_has_room_for_stay_where_there_is_no_script() -> None:
    question = question_of(pb.GetWorkJobResponse(label_schema_json=json.dumps(SPANS)), "ko")
    text = "가나다라마바사아자차" * 20
    held = tuple(
        {
            "id": f"m{n}",
            "control": "c",
            "type": "span",
            "label": "x",
            "value": {"start": n, "end": n + 1, "quote": text[n]},
        }
        for n in range(ROWS_MAX + 5)
    )
    rows = question.controls[0].rows_for(held)
    form = Form({f"row.c.{row.number}.{name}": getattr(row, name) for row in rows for name in ("where", "label")})
    said = said_of(form, question, (Part("o", "text", text),), held)
    assert len(said.marks) == len(held)
    assert said.marks[ROWS_MAX:] == held[ROWS_MAX:]
    assert question.controls[0].unseen_count(held) == 5
