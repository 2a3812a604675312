"""Exams as people come to them: which are open, what they ask, how they go on, what is told of them."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import AsyncIterator

import grpc
import pytest
from ilgam.common.v1 import common_pb2
from ilgam.workers.v1 import workers_events_pb2 as events
from ilgam.workers.v1 import workers_service_pb2 as pb

from services.core.ids import new_id
from services.workers.domain.exam import right_needed
from services.workers.domain.item_use import digest_of
from tests.service.workers.academy import Academy
from tests.service.workers.school import (
    LABELS,
    TEXT,
    School,
    answers_to,
    granting,
    pool_row,
    request_id,
    starting,
    submitting,
)
from tests.support.courses import module
from tests.support.refusals import fields_of, refusal
from tests.support.servers import Servers
from tests.support.service import running


@pytest.fixture
async def both(servers: Servers) -> AsyncIterator[tuple[School, Academy]]:
    """The exams and the courses of one service."""
    async with running("workers", servers, log_level="error") as service:
        academy = Academy(service)
        await academy.open()
        yield School(service), academy


async def listed(school: School, worker_id: str) -> pb.Exam:
    """The one exam there is, as a worker sees it."""
    (exam,) = (await school.worker(worker_id).ListExams(pb.ListExamsRequest())).exams
    return exam


def guiding(guide: pb.ExamGuide) -> pb.SetExamGuideRequest:
    return pb.SetExamGuideRequest(request_id=request_id(), annotation_type=TEXT, guide=guide)


async def test_the_list_follows_a_person_from_the_open_exam_to_the_certificate(school: School) -> None:
    await school.fill_pool()
    worker_id = str(new_id())
    candidate = school.worker(worker_id)
    exam = await listed(school, worker_id)
    assert (exam.state, exam.item_count, exam.time_limit_minutes, exam.right_needed) == (pb.EXAM_STATE_OPEN, 20, 30, 19)
    assert not exam.HasField("last_result")
    begun = await candidate.StartExam(starting())
    exam = await listed(school, worker_id)
    assert (exam.state, exam.attempt_id, exam.end_time) == (pb.EXAM_STATE_RUNNING, begun.attempt_id, begun.end_time)
    await candidate.SubmitExamAnswers(submitting(begun, answers_to(begun, 18), finish=True))
    exam = await listed(school, worker_id)
    assert (exam.state, exam.last_result.right_count, exam.last_result.passed) == (pb.EXAM_STATE_TOO_SOON, 18, False)
    assert exam.retry_time == exam.last_result.retry_time
    await school.run("UPDATE exam_attempt SET finish_time = finish_time - interval '1 day'")
    assert (await listed(school, worker_id)).state == pb.EXAM_STATE_OPEN
    again = await candidate.StartExam(starting())
    await candidate.SubmitExamAnswers(submitting(again, answers_to(again, 20), finish=True))
    exam = await listed(school, worker_id)
    assert (exam.state, exam.last_result.certificate_id) == (pb.EXAM_STATE_CERTIFIED, exam.certificate_id)


async def test_an_attempt_shows_its_items_while_it_runs_and_its_result_afterwards(school: School) -> None:
    await school.fill_pool()
    worker_id = str(new_id())
    candidate = school.worker(worker_id)
    begun = await candidate.StartExam(starting())
    await candidate.SubmitExamAnswers(submitting(begun, answers_to(begun, 20)[:5], finish=False))
    asked = pb.GetExamAttemptRequest(attempt_id=begun.attempt_id)
    running_now = await candidate.GetExamAttempt(asked)
    assert [item.exam_item_id for item in running_now.items] == [item.exam_item_id for item in begun.items]
    assert sum(1 for item in running_now.items if item.saved_label) == 5
    assert 29 * 60 < running_now.seconds_left <= 30 * 60
    assert (await refusal(school.worker().GetExamAttempt(asked))).reason == "NOT_FOUND"
    await school.run("UPDATE exam_attempt SET end_time = now()")
    over = await candidate.GetExamAttempt(asked)
    assert (list(over.items), over.seconds_left) == ([], 0)
    result = over.result
    assert (result.right_count, result.answered_count, result.ran_out, result.passed) == (5, 5, True, False)
    assert result.score.mean == pytest.approx(0.25)


async def test_an_operators_guide_sets_length_time_question_and_words(school: School) -> None:
    await school.fill_pool(60)
    text = common_pb2.LocalText(ko="어떤 느낌인가요?", en="What feeling is it?")
    words = pb.LabelText(label="긍정", text=common_pb2.LocalText(ko="좋은 말", en="good"))
    await school.operator.SetExamGuide(
        guiding(pb.ExamGuide(question=text, label_texts=[words], item_count=50, time_limit_minutes=60))
    )
    worker_id = str(new_id())
    exam = await listed(school, worker_id)
    assert (exam.item_count, exam.time_limit_minutes, exam.right_needed) == (50, 60, right_needed(50))
    assert exam.guide.question == text
    begun = await school.worker(worker_id).StartExam(starting())
    assert len(begun.items) == 50
    shown = await school.worker(worker_id).GetExamAttempt(pb.GetExamAttemptRequest(attempt_id=begun.attempt_id))
    assert 59 * 60 < shown.seconds_left <= 60 * 60
    assert list(shown.guide.label_texts) == [words]
    # A guide that changes later leaves the attempt as it is.
    await school.operator.SetExamGuide(guiding(pb.ExamGuide(item_count=10, time_limit_minutes=5)))
    again = await school.worker(worker_id).StartExam(starting())
    assert (again.attempt_id, again.end_time, len(again.items)) == (begun.attempt_id, begun.end_time, 50)
    (pool,) = (await school.operator.ListExamPools(pb.ListExamPoolsRequest())).pools
    assert (pool.pool_item_count, pool.guide.item_count, sorted(pool.labels)) == (60, 10, sorted(LABELS))


async def test_a_guide_that_nobody_could_pass_is_refused(school: School) -> None:
    for guide, field in (
        (pb.ExamGuide(item_count=8), "guide.item_count"),
        (pb.ExamGuide(time_limit_minutes=4), "guide.time_limit_minutes"),
        (pb.ExamGuide(question=common_pb2.LocalText(ko="가" * 301)), "guide.question.ko"),
        (pb.ExamGuide(question=common_pb2.LocalText(en="What?")), "guide.question.ko"),
    ):
        error = await refusal(school.operator.SetExamGuide(guiding(guide)))
        assert (error.code, fields_of(error)) == (grpc.StatusCode.INVALID_ARGUMENT, [field])


async def test_what_came_in_the_last_two_attempts_comes_last(school: School) -> None:
    await school.fill_pool(60)
    candidate = school.worker()
    seen = []
    for _ in range(4):
        begun = await candidate.StartExam(starting())
        seen.append({item.exam_item_id for item in begun.items})
        await candidate.SubmitExamAnswers(submitting(begun, [], finish=True))
        await school.run("UPDATE exam_attempt SET finish_time = finish_time - interval '2 days'")
    assert not seen[1] & seen[0]
    assert not seen[2] & (seen[0] | seen[1])
    # Sixty items are three exams: the fourth is the first one's items again, not those of the last two.
    assert seen[3] == seen[0]


async def test_people_are_told_of_results_and_certificates_without_anything_personal(school: School) -> None:
    await school.fill_pool()
    passing, failing = str(new_id()), str(new_id())
    for worker_id, right_count in ((passing, 20), (failing, 3)):
        begun = await school.worker(worker_id).StartExam(starting())
        await school.worker(worker_id).SubmitExamAnswers(submitting(begun, answers_to(begun, right_count), finish=True))
    (granted,) = (await school.operator.GrantCertificate(granting([failing]))).certificates
    await school.operator.RevokeCertificate(
        pb.RevokeCertificateRequest(request_id=request_id(), certificate_id=granted.certificate_id, reason="비밀")
    )
    told = [notice for event in await school.service.emitted(events.NoticeDue) for notice in event.notices]
    names = [(one.account_id, common_pb2.NoticeTemplate.Name(one.template)[16:]) for one in told]
    assert names == [
        (passing, "CERTIFICATE_ISSUED"),
        (passing, "EXAM_PASSED"),
        (failing, "EXAM_FAILED"),
        (failing, "CERTIFICATE_ISSUED"),
        (failing, "CERTIFICATE_REVOKED"),
    ]
    failed = told[2]
    assert failed.parameters["annotation_type"] == "ANNOTATION_TYPE_TEXT_CHOICE"
    assert (failed.parameters["right_count"], failed.parameters["item_count"]) == ("3", "20")
    assert failed.parameters["retry_time"].endswith("Z")
    assert "비밀" not in str(told)
    steps = {(who, step) for who, step in await school.run("SELECT worker_id::text, step FROM journey_step")}
    assert steps == {(passing, "CERTIFIED"), (passing, "PASSED"), (failing, "CERTIFIED")}


async def test_what_people_practise_with_comes_in_no_exam(both: tuple[School, Academy]) -> None:
    school, academy = both
    course = module("first", practice=1)
    await academy.put(course)
    practised = course["practice"]["items"][0]
    rows = [
        pool_row(1),
        pb.ExamItemRow(key="x", data_json=json.dumps(practised["data"]), labels=LABELS, right_label=LABELS[0]),
    ]
    request = pb.ImportExamItemsRequest(request_id=request_id(), annotation_type=TEXT, rows=rows)
    verdicts = (await school.operator.ImportExamItems(request)).verdicts
    assert [one.state for one in verdicts] == [pb.EXAM_IMPORT_STATE_ACCEPTED, pb.EXAM_IMPORT_STATE_REFUSED]
    assert "practise" in verdicts[1].detail


def test_a_picture_is_the_same_inside_an_item_and_stored() -> None:
    picture = b"some picture"
    inside = {"image": f"data:image/png;base64,{base64.b64encode(picture).decode()}", "n": 1}
    stored = {"n": 1, "image": f"media:{hashlib.sha256(picture).hexdigest()}.png"}
    assert digest_of(inside) == digest_of(stored) != digest_of({"n": 1})


async def test_the_exam_opens_when_a_course_that_teaches_it_is_finished(both: tuple[School, Academy]) -> None:
    school, academy = both
    await school.fill_pool()
    outsider = str(new_id())
    assert (await listed(school, outsider)).state == pb.EXAM_STATE_OPEN
    await academy.put(module("first", quiz=False) | {"annotation_type": "TEXT_CHOICE"}, module("second", quiz=False))
    learner = await academy.enrol()
    for worker_id in (outsider, learner.worker_id):
        assert (await listed(school, worker_id)).state == pb.EXAM_STATE_COURSE_LOCKED
        error = await refusal(school.worker(worker_id).StartExam(starting()))
        assert (error.code, error.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "COURSE_LOCKED")
    await learner.finish("first")
    assert (await listed(school, learner.worker_id)).state == pb.EXAM_STATE_COURSE_LOCKED
    await learner.finish("second")
    assert (await listed(school, learner.worker_id)).state == pb.EXAM_STATE_OPEN
    assert (await school.worker(learner.worker_id).StartExam(starting())).items
    # Whoever held the certificate before needs no course.
    await school.operator.GrantCertificate(granting([outsider]))
    await school.run("UPDATE certificate SET expire_time = now()")
    assert (await listed(school, outsider)).state == pb.EXAM_STATE_OPEN
