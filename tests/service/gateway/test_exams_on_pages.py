"""Exams over plain HTTP: double clicks, other people's attempts, garbage, the moment after the time."""

from __future__ import annotations

import json
import re

import asyncpg
import httpx
import pytest
from ilgam.common.v1 import common_pb2
from ilgam.workers.v1 import workers_service_pb2 as pb

from services.sdk import new_request_id
from tests.service.gateway.conftest import Surfer
from tests.support.market import Market, Person
from tests.support.site import Site

START = "/learn/exams/start/image-choice"
IMAGE = common_pb2.ANNOTATION_TYPE_IMAGE_CHOICE
PIXEL = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="


@pytest.fixture
async def candidate(surfer: Surfer, market: Market) -> Person:
    """Somebody signed in, before an exam of pictures."""
    rows = [
        pb.ExamItemRow(
            key=f"http-{number}",
            data_json=json.dumps({"image": PIXEL, "text": f"그림 {number}"}),
            labels=["고양이", "개"],
            right_label="개",
        )
        for number in range(20)
    ]
    await market.operator.workers.ImportExamItems(
        pb.ImportExamItemsRequest(request_id=new_request_id(), annotation_type=IMAGE, rows=rows)
    )
    person = await market.person("나시험")
    await surfer.sign_in(person)
    return person


async def begun(surfer: Surfer) -> str:
    """The address of a new attempt."""
    answer = await surfer.act(START, request_id=new_request_id())
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def item_on(page: httpx.Response) -> str:
    """The item that a page asks about."""
    found = re.search(r'name="item" value="([^"]+)"', page.text)
    assert found is not None
    return found[1]


async def attempt(person: Person, home: str) -> pb.GetExamAttemptResponse:
    return await person.client.workers.GetExamAttempt(pb.GetExamAttemptRequest(attempt_id=home.rsplit("/", 1)[1]))


async def test_a_double_click_on_start_is_one_attempt(surfer: Surfer, candidate: Person) -> None:
    request_id = new_request_id()
    twice = [await surfer.act(START, request_id=request_id) for _ in range(2)]
    again = await surfer.act(START, request_id=new_request_id())
    assert len({answer.headers["location"] for answer in (*twice, again)}) == 1
    exams = (await candidate.client.workers.ListExams(pb.ListExamsRequest())).exams
    assert [one.state for one in exams if one.annotation_type == IMAGE] == [pb.EXAM_STATE_RUNNING]


@pytest.mark.usefixtures("candidate")
async def test_an_attempt_is_hidden_from_everybody_else(surfer: Surfer, another: Surfer, market: Market) -> None:
    home = await begun(surfer)
    await another.sign_in(await market.person())
    assert (await another.get(home)).status_code == 404
    assert (await another.act(home, to="finish")).status_code == 404
    assert (await surfer.get("/learn/exams/start/nothing")).status_code == 404
    assert (await surfer.get(home, follow_redirects=True)).status_code == 200


async def test_garbage_in_a_form_gets_words_and_saves_nothing(surfer: Surfer, candidate: Person) -> None:
    home = await begun(surfer)
    item = item_on(await surfer.get(f"{home}?n=1"))
    for fields in (
        {"item": item, "choice": "토끼"},
        {"item": item, "choice": "😀" * 10_000},
        {"item": "x", "choice": "개"},
        {"item": new_request_id(), "choice": "개"},
    ):
        answer = await surfer.act(f"{home}?n=1", to="2", **fields)
        assert (answer.status_code, "하나를 골라 주세요" in answer.text) == (422, True)
    for to in ("-1", "999", "", "finishing", "２"):
        assert (await surfer.act(home, to=to)).status_code == 303
    for number in ("0", "999", "x", "%F0%9F%98%80"):
        assert (await surfer.get(f"{home}?n={number}")).status_code == 200
    assert [one.saved_label for one in (await attempt(candidate, home)).items] == [""] * 20


async def test_a_choice_sent_by_the_script_is_saved_and_answered_as_json(surfer: Surfer, candidate: Person) -> None:
    home = await begun(surfer)
    page = await surfer.get(f"{home}?n=1")
    assert "data:image/png" in page.text
    fields = {"mark": await surfer.mark(), "item": item_on(page), "choice": "개"}
    answer = await surfer.post(f"{home}?n=1", data=fields, headers={"accept": "application/json"})
    assert answer.json() == {"saved": True}
    assert (await attempt(candidate, home)).items[0].saved_label == "개"


async def test_after_the_time_the_page_says_what_counted(surfer: Surfer, candidate: Person, site: Site) -> None:
    home = await begun(surfer)
    first, second = [item_on(await surfer.get(f"{home}?n={number}")) for number in (1, 2)]
    await surfer.act(f"{home}?n=1", to="2", item=first, choice="개")
    connection = await asyncpg.connect(site.postgres_url("ilgam_workers", "ilgam_workers"))
    try:
        statement = "UPDATE exam_attempt SET end_time = now() WHERE attempt_id = $1"
        await connection.execute(statement, home.rsplit("/", 1)[1])
    finally:
        await connection.close()
    late = await surfer.act(f"{home}?n=2", to="3", item=second, choice="개")
    assert (late.status_code, late.headers["location"]) == (303, home)
    page = (await surfer.get(home)).text
    assert "그때까지 저장된 답 1개로 채점했어요" in page
    assert "20문제 중 1개" in page
    assert (await attempt(candidate, home)).result.right_count == 1
    refused = await surfer.act(START, request_id=new_request_id())
    assert refused.status_code == 409
    assert "다시 볼 수 있어요" in refused.text


async def test_an_operator_says_what_an_exam_asks(
    surfer: Surfer, another: Surfer, candidate: Person, market: Market
) -> None:
    assert candidate.account_id
    await another.sign_in(await market.operators_member())
    path = "/operator/exams/image-choice"
    filled = {
        "item_count": "20",
        "minutes": "30",
        "question_ko": "무엇이 보이나요?",
        "label_0_ko": "",
        "label_1_ko": "",
    }
    for name, value in (
        ("item_count", "8"),
        ("minutes", "x"),
        ("question_ko", "가" * 301),
        ("instructions_en", "only"),
    ):
        answer = await another.act(path, **(filled | {name: value}))
        assert answer.status_code == 422, name
    assert (await another.act(path, request_id=new_request_id(), **filled)).status_code == 303
    assert "무엇이 보이나요?" in (await surfer.get(START)).text
    assert (await surfer.get(path)).status_code == 403


WRITING = common_pb2.ANNOTATION_TYPE_TEXT_WRITING
BOXES = {
    "schema": "ilgam.label-config/1",
    "title": {"ko": "컵을 찾아 주세요", "en": "Find the cups"},
    "objects": [{"id": "photo", "kind": "image", "from": "$.photo"}],
    "controls": [
        {"id": "says", "kind": "text", "on": "photo"},
        {"id": "box", "kind": "shape", "on": "photo", "tools": ["rect"], "labels": [{"value": "cup", "ko": "컵"}]},
    ],
}
CUP = {"id": "m1", "control": "box", "type": "rect", "label": "cup", "value": {"x": 1, "y": 2, "w": 30, "h": 40}}
SAYS = {"control": "says", "type": "text", "value": {"text": "컵 하나"}}


@pytest.fixture
async def drawing(surfer: Surfer, market: Market) -> Person:
    """Somebody signed in, before an exam of words and boxes."""
    right = json.dumps({"schema": "ilgam.annotation/1", "results": [SAYS, CUP]})
    rows = [
        pb.ExamItemRow(
            key=f"box-{number}",
            data_json=json.dumps({"photo": PIXEL, "number": number}),
            label_schema_json=json.dumps(BOXES),
            right_answer_json=right,
        )
        for number in range(20)
    ]
    await market.operator.workers.ImportExamItems(
        pb.ImportExamItemsRequest(request_id=new_request_id(), annotation_type=WRITING, rows=rows)
    )
    person = await market.person("박상자")
    await surfer.sign_in(person)
    return person


async def test_an_exam_of_words_and_boxes_is_sat_with_a_plain_form_and_saved_by_the_script(
    surfer: Surfer, drawing: Person
) -> None:
    answer = await surfer.act("/learn/exams/start/text-writing", request_id=new_request_id())
    home = answer.headers["location"]
    page = await surfer.get(f"{home}?n=1")
    assert "컵을 찾아 주세요" in page.text
    first = {"item": item_on(page), "marked": "1", "answer.says": "컵 하나"}
    first |= {"row.box.1.label": "cup", "row.box.1.where": "1 2 30 40"}
    saved = await surfer.act(f"{home}?n=1", to="2", **first)
    assert saved.headers["location"] == f"{home}?n=2"
    second = {"item": item_on(await surfer.get(f"{home}?n=2")), "marked": "1", "results": json.dumps([SAYS, CUP])}
    fields = {"mark": await surfer.mark(), **second}
    sent = await surfer.post(f"{home}?n=2", data=fields, headers={"accept": "application/json"})
    assert sent.json() == {"saved": True}
    items = (await attempt(drawing, home)).items
    assert [bool(one.saved_answer_json) for one in items] == [True] * 2 + [False] * 18
    assert 'value="1 2 30 40"' in (await surfer.get(f"{home}?n=1")).text
    await surfer.act(home, to="finish")
    assert (await attempt(drawing, home)).result.right_count == 2
