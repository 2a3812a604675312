"""Exams that ask for more than one label: boxes, spans, segments, tracks, cells, texts, pairs."""

import json
from typing import Any

import pytest
from ilgam.common.v1 import common_pb2
from ilgam.workers.v1 import workers_service_pb2 as pb

from services.core.ids import new_id
from tests.service.workers.academy import Academy
from tests.service.workers.school import TEXT, School, request_id, starting, submitting
from tests.support.refusals import fields_of, refusal

LABELS = [{"value": "cup"}, {"value": "bike"}]
PICTURE = "data:image/png;base64,iVBORw0KGgo="
SOUND = f"media:{'a' * 64}.wav"


def mark(kind: str, label: str = "cup", **value: Any) -> dict[str, Any]:
    return {"id": "m", "control": "c", "type": kind, "label": label, "value": value}


def field(**value: Any) -> dict[str, Any]:
    return {"control": "c", "value": value}


def told(number: int) -> str:
    """A data value that tells an item's number."""
    return f"{number} 부산광역시 해운대구"


def of_shape(n: int) -> tuple[Any, dict[str, Any]]:
    return PICTURE, mark("rect", x=n, y=2, w=30, h=40)


def of_span(n: int) -> tuple[Any, dict[str, Any]]:
    text, start = told(n), len(str(n)) + 1
    return text, mark("span", start=start, end=start + 5, quote="부산광역시")


def of_cell(n: int) -> tuple[Any, dict[str, Any]]:
    return {"columns": ["이름", "나이"], "rows": [["가", str(n)], ["나", "2"]]}, mark("cell", row=1, column=1)


KINDS: dict[str, tuple[str, dict[str, Any], Any, dict[str, Any]]] = {
    "IMAGE_SHAPE": ("image", {"kind": "shape", "labels": LABELS, "tools": ["rect"]}, of_shape, {"x": 500}),
    "TEXT_SPAN": ("text", {"kind": "span", "labels": LABELS}, of_span, {"start": 0, "end": 1, "quote": None}),
    "TABLE_CELL": ("table", {"kind": "cell", "labels": LABELS}, of_cell, {"row": 0}),
    "TEXT_WRITING": (
        "text",
        {"kind": "text"},
        lambda n: (told(n), field(text="해운대구가 나와요")),
        {"text": "아무 말도 없어요"},
    ),
}


def kind_of(name: str) -> common_pb2.AnnotationType.ValueType:
    return common_pb2.AnnotationType.Value(f"ANNOTATION_TYPE_{name}")


def schema_of(name: str) -> str:
    shown, control, _, _ = KINDS[name]
    schema = {
        "schema": "ilgam.label-config/1",
        "objects": [{"id": "o", "kind": shown, "from": "$.shown"}],
        "controls": [control | {"id": "c", "on": "o"}],
    }
    return json.dumps(schema)


def annotation(*marks: dict[str, Any]) -> str:
    return json.dumps({"schema": "ilgam.annotation/1", "results": list(marks)})


def row_of(name: str, number: int, **changed: Any) -> pb.ExamItemRow:
    held, right = KINDS[name][2](number)
    whole = {
        "key": f"{name}-{number}",
        "data_json": json.dumps({"shown": held, "number": number}),
        "label_schema_json": schema_of(name),
        "right_answer_json": annotation(right),
    }
    return pb.ExamItemRow(**(whole | changed))


def answer_to(name: str, item: pb.ExamItem, *, right: bool) -> pb.ExamAnswer:
    data = json.loads(item.data_json)
    _, said = KINDS[name][2](data["number"])
    if not right:
        said = said | {"value": said["value"] | KINDS[name][3]}
        if said["value"].get("quote", "") is None:
            said["value"]["quote"] = data["shown"][0]
    return pb.ExamAnswer(exam_item_id=item.exam_item_id, answer_json=annotation(said))


async def importing(school: School, name: str, *rows: pb.ExamItemRow) -> list[pb.ExamItemVerdict]:
    request = pb.ImportExamItemsRequest(request_id=request_id(), annotation_type=kind_of(name), rows=rows)
    return list((await school.operator.ImportExamItems(request)).verdicts)


@pytest.mark.parametrize("name", KINDS)
async def test_an_exam_of_each_kind_is_passed_by_who_labels_as_is_right(school: School, name: str) -> None:
    verdicts = await importing(school, name, *(row_of(name, number) for number in range(1, 21)))
    assert [one.detail for one in verdicts] == [""] * 20
    for wrong_count, passes in ((2, False), (1, True)):
        candidate = school.worker(str(new_id()))
        exam = await candidate.StartExam(starting(kind_of(name)))
        assert {(item.label_schema_json, item.saved_answer_json) for item in exam.items} == {(schema_of(name), "")}
        answers = [answer_to(name, item, right=place >= wrong_count) for place, item in enumerate(exam.items)]
        result = await candidate.SubmitExamAnswers(submitting(exam, answers, finish=True))
        assert (result.right_count, result.passed) == (20 - wrong_count, passes)


async def test_what_was_saved_unfinished_is_shown_again_and_counts_as_wrong(school: School) -> None:
    await importing(school, "IMAGE_SHAPE", *(row_of("IMAGE_SHAPE", number) for number in range(20)))
    candidate = school.worker(str(new_id()))
    exam = await candidate.StartExam(starting(kind_of("IMAGE_SHAPE")))
    unfinished = annotation(mark("rect", x=1, y=2, w=0, h=0))
    answers = [pb.ExamAnswer(exam_item_id=exam.items[0].exam_item_id, answer_json=unfinished)]
    answers += [answer_to("IMAGE_SHAPE", item, right=True) for item in exam.items[1:]]
    await candidate.SubmitExamAnswers(submitting(exam, answers, finish=False))
    again = await candidate.StartExam(starting(kind_of("IMAGE_SHAPE")))
    assert again.items[0].saved_answer_json == unfinished
    result = await candidate.SubmitExamAnswers(submitting(exam, [], finish=True))
    assert result.right_count == 19


async def test_rows_that_break_a_rule_are_refused_by_field(school: School) -> None:
    name = "IMAGE_SHAPE"
    video = json.dumps({"shown": f"media:{'b' * 64}.png"})
    rows = [
        row_of(name, 1, label_schema_json=""),
        row_of(name, 1, labels=["a"]),
        row_of(name, 1, label_schema_json=schema_of("TEXT_SPAN")),
        row_of(name, 1, data_json='{"shown": "words"}'),
        row_of(name, 1, right_answer_json=""),
        row_of(name, 1, right_answer_json=annotation(mark("rect", label="dog", x=1, y=1, w=9, h=9))),
        row_of(name, 1, data_json=video),
        row_of(name, 1, data_json=video, programme_id=str(new_id())),
    ]
    details = [one.detail for one in await importing(school, name, *rows)]
    assert [detail.split(":")[0] for detail in details] == [
        "label_schema_json",
        "labels",
        "label_schema_json",
        "data_json",
        "right_answer_json",
        "right_answer_json",
        "programme_id",
        "programme_id",
    ]
    assert details[5] == "right_answer_json: results[0].label 'dog' is not a label of control \"c\""


async def test_items_may_name_recordings_of_a_course_and_answers_lie_within_them(school: School) -> None:
    academy = Academy(school.service)
    programme_id = await academy.programme(academy.organisation_id)
    await school.run(
        "INSERT INTO course_media (programme_id, sha256, extension, width, height, duration_ms, size_bytes, create_time)"
        " VALUES (CAST(:owner AS uuid), :sha256, 'wav', 0, 0, 5000, 9, now())",
        owner=programme_id,
        sha256="a" * 64,
    )
    schema = {
        "schema": "ilgam.label-config/1",
        "objects": [{"id": "o", "kind": "audio", "from": "$.shown"}],
        "controls": [{"id": "c", "kind": "segment", "labels": LABELS, "on": "o"}],
    }

    def row(number: int, end_ms: int) -> pb.ExamItemRow:
        return pb.ExamItemRow(
            key=str(number),
            data_json=json.dumps({"shown": SOUND, "number": number}),
            label_schema_json=json.dumps(schema),
            right_answer_json=annotation(mark("segment", start_ms=100, end_ms=end_ms)),
            programme_id=programme_id,
        )

    verdicts = await importing(school, "AUDIO_SEGMENT", row(0, 5001), *(row(number, 5000) for number in range(1, 21)))
    assert [one.detail for one in verdicts[1:]] == [""] * 20
    assert verdicts[0].detail.startswith("right_answer_json: results[0].value.end_ms")
    candidate = school.worker(str(new_id()))
    exam = await candidate.StartExam(starting(kind_of("AUDIO_SEGMENT")))
    shown = (await candidate.GetExamAttempt(pb.GetExamAttemptRequest(attempt_id=exam.attempt_id))).items[0]
    assert (shown.programme_id, shown.media[0].media_id, shown.media[0].duration_ms) == (programme_id, SOUND, 5000)


async def test_an_answer_in_the_wrong_form_is_refused_with_its_place(school: School) -> None:
    await school.fill_pool(20)
    candidate = school.worker(str(new_id()))
    exam = await candidate.StartExam(starting(TEXT))
    for answer, name in (
        (pb.ExamAnswer(exam_item_id=exam.items[0].exam_item_id, answer_json=annotation()), "answer_json"),
        (pb.ExamAnswer(exam_item_id=exam.items[0].exam_item_id), "label"),
    ):
        error = await refusal(candidate.SubmitExamAnswers(submitting(exam, [answer], finish=False)))
        assert fields_of(error) == [f"answers[0].{name}"]
