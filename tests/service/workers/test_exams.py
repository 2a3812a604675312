"""The exam: what is shown, what is saved, what passes, and when it may be tried again."""

import asyncio
import json

import grpc
import pytest
from ilgam.workers.v1 import workers_events_pb2 as events
from ilgam.workers.v1 import workers_service_pb2 as pb

from services.core.ids import new_id
from services.workers.use_cases.finish_exams import finish_overdue_attempts
from tests.service.workers.school import (
    IMAGE,
    LABELS,
    TEXT,
    School,
    answers_to,
    pool_row,
    request_id,
    starting,
    submitting,
)
from tests.support.refusals import fields_of, refusal

ACCEPTED, DUPLICATE, REFUSED = (
    pb.EXAM_IMPORT_STATE_ACCEPTED,
    pb.EXAM_IMPORT_STATE_DUPLICATE,
    pb.EXAM_IMPORT_STATE_REFUSED,
)


async def test_every_exam_item_gets_its_own_verdict(school: School) -> None:
    good = pool_row(1)
    rows = [
        good,
        good,
        pb.ExamItemRow(key="", data_json="{}", labels=LABELS, right_label="긍정"),
        pb.ExamItemRow(key="x", data_json="{", labels=LABELS, right_label="긍정"),
        pb.ExamItemRow(key="x", data_json="[1]", labels=LABELS, right_label="긍정"),
        pb.ExamItemRow(key="x", data_json='{"text": "a"}', labels=["긍정"], right_label="긍정"),
        pb.ExamItemRow(key="x", data_json='{"text": "a"}', labels=["긍정", "긍정"], right_label="긍정"),
        pb.ExamItemRow(key="x", data_json='{"text": "a"}', labels=LABELS, right_label="기쁨"),
        pool_row(2),
    ]
    request = pb.ImportExamItemsRequest(request_id=request_id(), annotation_type=TEXT, rows=rows)
    verdicts = (await school.operator.ImportExamItems(request)).verdicts
    assert [one.state for one in verdicts] == [ACCEPTED, DUPLICATE, *[REFUSED] * 6, ACCEPTED]
    assert [one.detail.split(":")[0] for one in verdicts[2:8]] == [
        "key",
        "data_json",
        "data_json",
        "labels",
        "labels",
        "right_label",
    ]
    request.request_id = request_id()
    again = (await school.operator.ImportExamItems(request)).verdicts
    assert [one.state for one in again] == [DUPLICATE, DUPLICATE, *[REFUSED] * 6, DUPLICATE]


async def test_an_exam_shows_twenty_different_items_and_never_the_right_label(school: School) -> None:
    await school.fill_pool(30)
    exam = await school.worker().StartExam(starting())
    assert len({item.exam_item_id for item in exam.items}) == 20
    for item in exam.items:
        assert set(json.loads(item.data_json)) == {"text", "number"}
        assert list(item.labels) == list(LABELS)
        assert item.saved_label == ""
    names = {field.name for field in pb.ExamItem.DESCRIPTOR.fields}
    assert names == {"exam_item_id", "data_json", "labels", "saved_label"} | {
        *("label_schema_json", "saved_answer_json", "programme_id", "media")
    }
    # Nor do ids tell in which order, and so perhaps with which label, items were imported.
    numbers = [json.loads(i.data_json)["number"] for i in sorted(exam.items, key=lambda i: i.exam_item_id)]
    assert numbers != sorted(numbers)
    assert exam.required_lower == pytest.approx(0.7)


async def test_a_small_pool_gives_no_exam(school: School) -> None:
    await school.fill_pool(19)
    for annotation_type in (TEXT, IMAGE):
        error = await refusal(school.worker().StartExam(starting(annotation_type)))
        assert (error.code, error.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "EXAM_POOL_SMALL")


async def test_a_running_attempt_comes_back_with_what_was_saved(school: School) -> None:
    await school.fill_pool()
    candidate = school.worker()
    first, twin = await asyncio.gather(candidate.StartExam(starting()), candidate.StartExam(starting()))
    assert first == twin
    saved = answers_to(first, 20)[:7]
    answer = await candidate.SubmitExamAnswers(submitting(first, saved, finish=False))
    assert (answer.finished, answer.item_count) == (False, 20)
    again = await candidate.StartExam(starting())
    assert again.attempt_id == first.attempt_id
    assert [item.saved_label for item in again.items] == [one.label for one in saved] + [""] * 13
    rest = answers_to(first, 20)[7:]
    answer = await candidate.SubmitExamAnswers(submitting(first, rest, finish=True))
    assert (answer.finished, answer.passed, answer.right_count) == (True, True, 20)


async def test_the_lower_bound_decides_and_nineteen_of_twenty_pass(school: School) -> None:
    await school.fill_pool()
    for right_count, passes in ((20, True), (19, True), (18, False), (0, False)):
        worker_id = str(new_id())
        candidate = school.worker(worker_id)
        exam = await candidate.StartExam(starting())
        result = await candidate.SubmitExamAnswers(submitting(exam, answers_to(exam, right_count), finish=True))
        assert (result.passed, result.right_count, result.item_count) == (passes, right_count, 20)
        assert (result.score.lower >= exam.required_lower) == passes
        assert result.HasField("certificate") == passes
        assert result.HasField("retry_time") != passes
        profile = await candidate.GetWorkerProfile(pb.GetWorkerProfileRequest())
        assert list(profile.certificates) == ([result.certificate] if passes else [])
    finished = await school.service.emitted(events.ExamFinished)
    assert [(event.right_count, event.passed) for event in finished] == [
        (20, True),
        (19, True),
        (18, False),
        (0, False),
    ]
    issued = await school.service.emitted(events.CertificateIssued)
    assert [event.score.mean for event in issued] == [1.0, 0.95]
    assert [(event.annotation_type, event.revision) for event in issued] == [(TEXT, 1)] * 2


async def test_a_failed_exam_may_be_tried_again_after_a_day_with_other_items_first(school: School) -> None:
    await school.fill_pool(40)
    candidate = school.worker()
    first = await candidate.StartExam(starting())
    await candidate.SubmitExamAnswers(submitting(first, [], finish=True))
    error = await refusal(candidate.StartExam(starting()))
    assert (error.code, error.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "EXAM_TOO_SOON")
    assert 0 < int(error.metadata["retry_seconds"]) <= 24 * 3600
    await school.run("UPDATE exam_attempt SET finish_time = finish_time - interval '1 day'")
    second = await candidate.StartExam(starting())
    assert not {item.exam_item_id for item in first.items} & {item.exam_item_id for item in second.items}


async def test_holders_of_a_valid_certificate_need_no_exam(school: School) -> None:
    await school.fill_pool()
    candidate = school.worker()
    exam = await candidate.StartExam(starting())
    await candidate.SubmitExamAnswers(submitting(exam, answers_to(exam, 20), finish=True))
    assert (await refusal(candidate.StartExam(starting()))).reason == "EXAM_STATE"
    await school.run("UPDATE certificate SET expire_time = now()")
    assert (await candidate.StartExam(starting())).attempt_id != exam.attempt_id


async def test_what_was_saved_in_time_counts_and_what_comes_late_does_not(school: School) -> None:
    await school.fill_pool()
    candidate = school.worker()
    exam = await candidate.StartExam(starting())
    answers = answers_to(exam, 20)
    await candidate.SubmitExamAnswers(submitting(exam, answers[:19], finish=False))
    await school.run("UPDATE exam_attempt SET end_time = now()")
    late = await candidate.SubmitExamAnswers(submitting(exam, answers[19:], finish=False))
    assert (late.finished, late.right_count, late.passed) == (True, 19, True)
    later = await candidate.SubmitExamAnswers(submitting(exam, answers[19:], finish=True))
    assert (later.right_count, later.certificate) == (19, late.certificate)
    assert len(await school.service.emitted(events.ExamFinished)) == 1


async def test_an_attempt_left_alone_is_scored_when_its_time_is_over(school: School) -> None:
    await school.fill_pool()
    stubs = [school.worker() for _ in range(3)]
    exams = [await stub.StartExam(starting()) for stub in stubs]
    for stub, exam, right_count in zip(stubs, exams, (20, 5, 0), strict=True):
        await stub.SubmitExamAnswers(submitting(exam, answers_to(exam, right_count), finish=False))
    await school.run("UPDATE exam_attempt SET end_time = now()")
    await asyncio.gather(*(finish_overdue_attempts(school.service.database) for _ in range(2)))
    finished = await school.service.emitted(events.ExamFinished, 3)
    assert sorted((event.right_count, event.passed) for event in finished) == [(0, False), (5, False), (20, True)]
    assert len(await school.service.emitted(events.CertificateIssued)) == 1
    assert (await refusal(stubs[1].StartExam(starting()))).reason == "EXAM_TOO_SOON"


async def test_starting_again_after_the_time_scores_the_old_attempt_first(school: School) -> None:
    await school.fill_pool()
    candidate = school.worker()
    await candidate.StartExam(starting())
    await school.run("UPDATE exam_attempt SET end_time = now()")
    assert (await refusal(candidate.StartExam(starting()))).reason == "EXAM_TOO_SOON"
    assert [event.right_count for event in await school.service.emitted(events.ExamFinished)] == [0]


async def test_wrong_answers_to_an_exam_are_named_and_nothing_of_the_call_is_saved(school: School) -> None:
    await school.fill_pool()
    candidate = school.worker()
    exam = await candidate.StartExam(starting())
    good, other = answers_to(exam, 20)[:2]
    cases = (
        ([good, pb.ExamAnswer(exam_item_id=str(new_id()), label="긍정")], "answers[1].exam_item_id"),
        ([good, pb.ExamAnswer(exam_item_id=other.exam_item_id, label="기쁨")], "answers[1].label"),
        ([good, good], "answers[1].exam_item_id"),
        ([pb.ExamAnswer(exam_item_id="x", label="긍정")], "answers[0].exam_item_id"),
    )
    for answers, field in cases:
        error = await refusal(candidate.SubmitExamAnswers(submitting(exam, answers, finish=True)))
        assert (error.code, fields_of(error)) == (grpc.StatusCode.INVALID_ARGUMENT, [field])
    assert await school.run("SELECT 1 FROM exam_attempt_item WHERE saved_label IS NOT NULL") == []
    stranger = school.worker()
    assert (await refusal(stranger.SubmitExamAnswers(submitting(exam, [good], finish=True)))).reason == "NOT_FOUND"


async def test_a_finished_attempt_takes_no_more_answers_and_the_same_submit_gets_the_same_answer(
    school: School,
) -> None:
    await school.fill_pool()
    candidate = school.worker()
    exam = await candidate.StartExam(starting())
    request = submitting(exam, answers_to(exam, 18), finish=True)
    result = await candidate.SubmitExamAnswers(request)
    assert await candidate.SubmitExamAnswers(request) == result
    request.answers[0].label = next(label for label in LABELS if label != answers_to(exam, 18)[0].label)
    assert (await refusal(candidate.SubmitExamAnswers(request))).reason == "REQUEST_REUSED"
    error = await refusal(candidate.SubmitExamAnswers(submitting(exam, answers_to(exam, 20), finish=True)))
    assert (error.code, error.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "EXAM_STATE")
    assert (await candidate.SubmitExamAnswers(submitting(exam, [], finish=False))).right_count == 18
