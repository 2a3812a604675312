"""Exams that ask for marks, over plain HTTP: what breaks a rule is named before it is handed in."""

import json

from ilgam.workers.v1 import workers_service_pb2 as pb

from services.sdk import new_request_id
from tests.browser.drawn_exams import let_draw, right_mark
from tests.service.gateway.conftest import Surfer
from tests.support.market import Market


async def test_answers_that_break_a_rule_are_named_before_the_exam_is_handed_in(surfer: Surfer, market: Market) -> None:
    exams = await let_draw(market, "나살펴")
    attempt_id = exams.attempts["TABLE_CELL"]
    await surfer.sign_in(exams.person)
    asked = pb.GetExamAttemptRequest(attempt_id=attempt_id)
    items = (await exams.person.client.workers.GetExamAttempt(asked)).items
    outside = right_mark("TABLE_CELL") | {"value": {"row": 98, "column": 0}}
    answers = [
        pb.ExamAnswer(exam_item_id=item.exam_item_id, answer_json=json.dumps({"results": [mark]}))
        for item, mark in zip(items[:2], (right_mark("TABLE_CELL"), outside), strict=True)
    ]
    await exams.person.client.workers.SubmitExamAnswers(
        pb.SubmitExamAnswersRequest(request_id=new_request_id(), attempt_id=attempt_id, answers=answers)
    )
    page = (await surfer.get(f"/learn/exams/{attempt_id}?show=review")).text
    assert "규칙에 맞지 않는 답이 1개 있어요." in page
    assert (
        f'href="/learn/exams/{attempt_id}?n=2">2번 고치기</a> <span>1번째 표시: 표시가 자료 밖으로 나갔어요.</span>'
        in page
    )
    assert "1번 고치기" not in page
