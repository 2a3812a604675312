"""Exams that ask for marks on pictures, texts, tables, recordings and clips; and somebody who sits in them."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ilgam.common.v1 import common_pb2
from ilgam.workers.v1 import workers_service_pb2 as pb

from services.sdk import new_request_id, put_course_media
from tests.browser.exam_places import let_sit
from tests.support.kinds import KINDS, film, sound
from tests.support.market import Market, Person
from tests.support.pictures import picture
from tests.support.programmes import new_programme

ITEMS = 9
LABELS = [
    {"value": "cup", "ko": "컵", "en": "Cup", "key": "1", "color": "#0b50d0"},
    {"value": "plate", "ko": "접시", "en": "Plate", "key": "2", "color": "#8a3800", "pattern": "dashed"},
]
PICTURE = "data:image/png;base64," + base64.b64encode(picture(size=(320, 200))).decode()
TEXT = "부산광역시 해운대구에서 컵을 샀어요."
TABLE = {"columns": ["이름", "나이"], "rows": [["가람", "21"], ["나래", "-3"]]}
CONTROLS: dict[str, tuple[str, Any, dict[str, Any], dict[str, Any]]] = {
    "IMAGE_SHAPE": (
        "image",
        PICTURE,
        {"kind": "shape", "tools": ["rect", "polygon"], "labels": LABELS},
        {"type": "rect", "value": {"x": 40, "y": 30, "w": 120, "h": 90}},
    ),
    "TEXT_SPAN": (
        "text",
        TEXT,
        {"kind": "span", "labels": LABELS},
        {"type": "span", "value": {"start": 10, "end": 12, "quote": "에서"}},
    ),
    "TABLE_CELL": (
        "table",
        TABLE,
        {"kind": "cell", "labels": LABELS},
        {"type": "cell", "value": {"row": 1, "column": 1}},
    ),
}
"""For each annotation type what is shown, what is asked, and the mark that is right."""
RECORDED = {"AUDIO_SEGMENT": "segments", "VIDEO_TRACK": "tracks"}
"""Those whose files a course keeps, by their name in tests.support.kinds."""


@dataclass(frozen=True)
class DrawnExams:
    """Somebody in a running exam of each of these types, by the type's name."""

    person: Person
    attempts: dict[str, str]


def kind_of(name: str) -> common_pb2.AnnotationType.ValueType:
    """The contract's number of an annotation type."""
    return common_pb2.AnnotationType.Value(f"ANNOTATION_TYPE_{name}")


def right_mark(name: str) -> dict[str, Any]:
    """The mark that is right in an exam of this type."""
    return {"id": "m1", "control": "c", "label": "cup", **CONTROLS[name][3]}


async def fill_pools(market: Market) -> None:
    """Puts items with known marks into the pools; those that are there stay."""
    service = market.operator.workers
    for name in CONTROLS:
        request = pb.ImportExamItemsRequest(
            request_id=new_request_id(),
            annotation_type=kind_of(name),
            rows=[_row(name, number) for number in range(ITEMS)],
        )
        verdicts = (await service.ImportExamItems(request)).verdicts
        assert {one.detail for one in verdicts} == {""}
        guide = pb.ExamGuide(item_count=ITEMS)
        await service.SetExamGuide(
            pb.SetExamGuideRequest(request_id=new_request_id(), annotation_type=kind_of(name), guide=guide)
        )


def _row(name: str, number: int) -> pb.ExamItemRow:
    shown, held, control, _ = CONTROLS[name]
    schema = {
        "schema": "ilgam.label-config/1",
        "title": {"ko": "컵을 모두 찾아 주세요", "en": "Find all cups"},
        "objects": [{"id": "o", "kind": shown, "from": "$.shown"}],
        "controls": [control | {"id": "c", "on": "o"}],
    }
    return _item(name, number, schema, held)


async def fill_recorded_pools(market: Market) -> None:
    """Puts items with a recording or a clip into the pools, and their files into a course."""
    programme_id = await new_programme(market.operator)
    for name, kind_name in RECORDED.items():
        kind, content = KINDS[kind_name], sound() if kind_name == "segments" else film()
        media_id = (await put_course_media(market.operator, programme_id, content)).media_id
        schema = {
            "schema": "ilgam.label-config/1",
            "objects": [{"id": "shown", **kind.shown}],
            "controls": list(kind.controls),
        }
        rows = [
            _item(name, number, schema, media_id, right=kind.mark, programme_id=programme_id) for number in range(ITEMS)
        ]
        request = pb.ImportExamItemsRequest(request_id=new_request_id(), annotation_type=kind_of(name), rows=rows)
        verdicts = (await market.operator.workers.ImportExamItems(request)).verdicts
        assert {one.detail for one in verdicts} == {""}
        guide = pb.ExamGuide(item_count=ITEMS)
        await market.operator.workers.SetExamGuide(
            pb.SetExamGuideRequest(request_id=new_request_id(), annotation_type=kind_of(name), guide=guide)
        )


def _item(
    name: str, number: int, schema: dict[str, Any], held: object, *, right: object = None, programme_id: str = ""
) -> pb.ExamItemRow:
    shown = "file" if programme_id else "shown"
    return pb.ExamItemRow(
        key=f"drawn-{number}",
        data_json=json.dumps({shown: held, "number": number}),
        label_schema_json=json.dumps(schema),
        right_answer_json=json.dumps({"results": [right or right_mark(name)]}),
        programme_id=programme_id,
    )


async def let_draw(market: Market, name: str) -> DrawnExams:
    """Somebody who has just begun an exam of each type."""
    await fill_pools(market)
    return await _begun(market, name, CONTROLS)


async def let_listen(market: Market, name: str) -> DrawnExams:
    """Somebody who has just begun the exams with recordings and clips."""
    await fill_recorded_pools(market)
    return await _begun(market, name, RECORDED)


async def _begun(market: Market, name: str, types: Iterable[str]) -> DrawnExams:
    person = await market.person(name)
    attempts = {}
    for one in types:
        await let_sit(market, person, kind_of(one))
        request = pb.StartExamRequest(request_id=new_request_id(), annotation_type=kind_of(one))
        attempts[one] = (await person.client.workers.StartExam(request)).attempt_id
    return DrawnExams(person, attempts)


async def save_right(exams: DrawnExams, name: str) -> None:
    """Answers the first item of an exam."""
    asked = pb.GetExamAttemptRequest(attempt_id=exams.attempts[name])
    item = (await exams.person.client.workers.GetExamAttempt(asked)).items[0]
    answer = pb.ExamAnswer(exam_item_id=item.exam_item_id, answer_json=json.dumps({"results": [right_mark(name)]}))
    request = pb.SubmitExamAnswersRequest(
        request_id=new_request_id(), attempt_id=exams.attempts[name], answers=[answer]
    )
    await exams.person.client.workers.SubmitExamAnswers(request)


async def saved_marks(exams: DrawnExams, name: str) -> list[dict[str, Any]]:
    """What is saved of the first item of an exam."""
    asked = pb.GetExamAttemptRequest(attempt_id=exams.attempts[name])
    saved = (await exams.person.client.workers.GetExamAttempt(asked)).items[0].saved_answer_json
    found: list[dict[str, Any]] = json.loads(saved)["results"] if saved else []
    return found


def drawn_places(exams: DrawnExams) -> list[str]:
    """An answered and an open item of each."""
    return [f"/learn/exams/{one}?n={number}" for one in exams.attempts.values() for number in (1, 2)]
