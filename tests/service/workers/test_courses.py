"""Courses: what is put, what a learner is shown, and how they come through it."""

import asyncio
import json
from collections.abc import AsyncIterator, Coroutine
from typing import Any
from uuid import uuid4

import grpc
import pytest
from ilgam.common.v1 import common_pb2
from ilgam.workers.v1 import courses_service_pb2 as pb
from ilgam.workers.v1 import workers_events_pb2 as events
from ilgam.workers.v1 import workers_service_pb2 as exams_pb
from ilgam.workers.v1 import workers_service_pb2_grpc as exams_grpc
from sqlalchemy import text

from services.runtime.paging import encode_token
from tests.service.workers.academy import Academy, media, putting, request_id
from tests.service.workers.school import TEXT
from tests.support.courses import annotation, changed, document, module, practice_item
from tests.support.films import film, stored
from tests.support.identity import operator, trainer, worker
from tests.support.pictures import picture
from tests.support.refusals import fields_of, refusal
from tests.support.servers import Servers
from tests.support.service import running

LOCKED, OPEN, FINISHED = pb.MODULE_STATE_LOCKED, pb.MODULE_STATE_OPEN, pb.MODULE_STATE_FINISHED
VTT = "WEBVTT\n\n00:00.000 --> 00:02.000\n안녕하세요\n".encode()


@pytest.fixture
async def academy(servers: Servers) -> AsyncIterator[Academy]:
    async with running("workers", servers, log_level="error") as service:
        made = Academy(service)
        await made.open()
        yield made


async def test_modules_open_in_order_and_a_finished_one_stays_open(academy: Academy) -> None:
    await academy.put(module("first"), module("second"), module("third", quiz=False))
    learner = await academy.enrol()
    before = (await learner.course()).course
    assert [one.state for one in before.modules] == [OPEN, LOCKED, LOCKED]
    assert before.next_module_id == "first"
    locked = await refusal(learner.course("second"))
    assert (locked.code, locked.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "COURSE_LOCKED")
    assert (await refusal(learner.finish("first"))).metadata["missing"] == "quiz"
    await learner.answer("first", "a", "a")
    after = (await learner.finish("first")).course
    assert [one.state for one in after.modules] == [FINISHED, OPEN, LOCKED]
    assert (after.finished_count, after.next_module_id) == (1, "second")
    assert (await learner.course("first")).module_json


async def test_what_is_right_is_said_only_after_the_answer(academy: Academy) -> None:
    await academy.put(module("only", practice=2))
    learner = await academy.enrol()
    shown = await learner.course("only")
    assert {"right", "why"}.isdisjoint(json.loads(shown.module_json)["quiz"]["questions"][0])
    assert "practice" not in json.loads(shown.module_json)
    items = await learner.items("only")
    for message in (shown, items):
        assert "까닭" not in str(message)
        assert "설명" not in str(message)
        assert "힌트" not in str(message)
    result = (await learner.answer("only", "a", "b")).quiz
    assert [(one.right, one.why.ko) for one in result.questions] == [(True, "까닭 1"), (False, "까닭 2")]
    assert (await learner.course("only")).quiz == result


async def test_a_quiz_passes_at_its_share_and_stays_passed(academy: Academy) -> None:
    await academy.put(module("only"))
    learner = await academy.enrol()
    assert not (await learner.answer("only", "b", "b")).quiz.passed
    assert (await learner.answer("only", "a", "b")).quiz.passed
    again = (await learner.answer("only", "b", "b")).quiz
    assert (again.passed, again.right_count) == (True, 0)


async def test_a_quiz_is_answered_whole_and_with_its_own_options(academy: Academy) -> None:
    await academy.put(module("only"))
    learner = await academy.enrol()
    assert fields_of(await refusal(learner.answer("only", "a"))) == ["quiz.answers[1].question_id"]
    assert fields_of(await refusal(learner.answer("only", "a", "z"))) == ["quiz.answers[1].value"]
    assert fields_of(await refusal(learner.answer("only", "a", "b", "a"))) == ["quiz.answers[2].question_id"]


async def test_practice_gives_a_hint_and_then_the_explanation_and_scores_the_first_answer(academy: Academy) -> None:
    await academy.put(module("only", quiz=False, practice=2))
    learner = await academy.enrol()
    first = await learner.check("only", "p0", "부정")
    assert (first.feedback.right, first.feedback.hint.ko, first.feedback.why.ko) == (False, "힌트 p0", "")
    assert (first.left_count, first.feedback.right_answer_json) == (2, "")
    second = await learner.check("only", "p0", "부정")
    assert (second.feedback.done, second.feedback.why.ko) == (True, "설명 p0")
    right = json.loads(second.feedback.right_answer_json)
    assert right["results"][0]["value"] == {"choices": ["긍정"]}
    late = await learner.check("only", "p0", "긍정")
    assert (late.feedback.first_right, late.feedback.try_count) == (False, 2)
    assert (await refusal(learner.finish("only"))).metadata["missing"] == "practice"
    right_at_once = await learner.check("only", "p1", "부정")
    assert (right_at_once.feedback.right, right_at_once.feedback.why.ko) == (True, "설명 p1")
    assert (right_at_once.share.mean, right_at_once.share.count, right_at_once.left_count) == (0.5, 2, 0)
    assert (await learner.finish("only")).course.next_module_id == ""


async def test_practice_answers_are_checked_as_answers_of_jobs_are(academy: Academy) -> None:
    await academy.put(module("only", quiz=False, practice=1))
    learner = await academy.enrol()
    wrong = await refusal(learner.check("only", "p0", "기쁨"))
    assert (wrong.reason, fields_of(wrong)) == ("ANSWER_INVALID", ["answer_json"])
    assert (wrong.metadata["code"], wrong.metadata["mark_no"]) == ("choice", "1")
    assert (await refusal(learner.check("only", "p9", "긍정"))).reason == "NOT_FOUND"
    assert (await refusal(learner.check("nothing", "p0", "긍정"))).reason == "NOT_FOUND"


async def test_progress_survives_a_new_version_by_module(academy: Academy) -> None:
    await academy.put(module("first"), module("second"))
    learner = await academy.enrol()
    await learner.answer("first", "a", "a")
    await learner.finish("first")
    put = await academy.put(module("new"), module("first"), module("second"))
    assert put.version == 2
    states = [(one.module_id, one.state) for one in (await learner.course()).course.modules]
    assert states == [("new", OPEN), ("first", FINISHED), ("second", LOCKED)]


async def test_finishing_is_told_once_and_steps_are_noted(academy: Academy) -> None:
    await academy.put(module("first", quiz=False), module("second", quiz=False))
    learner = await academy.enrol()
    await asyncio.gather(*(learner.finish("first") for _ in range(5)))
    await learner.finish("second")
    told = await academy.service.emitted(events.ModuleFinished, 2)
    assert [(one.module_id, one.finished_count, one.module_count) for one in told] == [
        ("first", 1, 2),
        ("second", 2, 2),
    ]
    async with academy.service.database.transaction() as tx:
        statement = text("SELECT step FROM journey_step WHERE worker_id = :worker_id")
        steps = set((await tx.connection.execute(statement, {"worker_id": learner.person.account_id})).scalars())
    assert {"STARTED", "FINISHED"} <= steps


async def test_only_people_with_a_seat_learn_a_course(academy: Academy) -> None:
    await academy.put(module("only", practice=1))
    stranger = academy.courses(worker())
    wanted = pb.GetCourseRequest(programme_id=academy.programme_id)
    assert (await refusal(stranger.GetCourse(wanted))).reason == "NOT_FOUND"
    items = pb.GetPracticeItemsRequest(programme_id=academy.programme_id, module_id="only")
    assert (await refusal(stranger.GetPracticeItems(items))).reason == "NOT_FOUND"
    assert not (await stranger.ListCourses(pb.ListCoursesRequest())).courses
    learner = await academy.enrol()
    assert [one.programme_id for one in (await learner.stub.ListCourses(pb.ListCoursesRequest())).courses] == [
        academy.programme_id
    ]


async def test_trainers_of_another_company_see_nothing(academy: Academy) -> None:
    await academy.put(module("only"))
    learner = await academy.enrol()
    other = academy.courses(trainer(uuid4()))
    assert not (await other.ListTaughtCohorts(pb.ListTaughtCohortsRequest())).cohorts
    assert not (await other.ListCourses(pb.ListCoursesRequest())).courses
    for call in (
        other.GetCourse(pb.GetCourseRequest(programme_id=academy.programme_id, with_document=True)),
        other.PutCourse(putting(academy, document())),
        stored(other.PutCourseMedia(media(academy.programme_id, VTT))),
        other.ListCohortProgress(pb.ListCohortProgressRequest(cohort_id=academy.cohort_id)),
        other.MarkCompletion(pb.MarkCompletionRequest(request_id=request_id(), enrolment_ids=[learner.enrolment_id])),
    ):
        assert (await refusal(call)).reason == "NOT_FOUND"


async def test_a_trainer_follows_a_cohort_and_marks_completion(academy: Academy) -> None:
    await academy.put(module("first", quiz=False, practice=2), module("second", quiz=False))
    ahead, behind = await academy.enrol(), await academy.enrol()
    await ahead.check("first", "p0", "긍정")
    await ahead.check("first", "p1", "긍정")
    await ahead.check("first", "p1", "부정")
    await ahead.finish("first")
    page = await academy.trainer.ListCohortProgress(pb.ListCohortProgressRequest(cohort_id=academy.cohort_id))
    assert [(one.worker_id, one.finished_count) for one in page.learners] == [
        (ahead.worker_id, 1),
        (behind.worker_id, 0),
    ]
    assert (page.learners[0].practice_share.mean, page.learners[0].last_step) == (0.5, "STARTED")
    assert not page.learners[1].HasField("practice_share")
    marking = pb.MarkCompletionRequest(request_id=request_id(), enrolment_ids=[ahead.enrolment_id])
    assert (await academy.trainer.MarkCompletion(marking)).completed_count == 1
    assert (await academy.trainer.MarkCompletion(marking)).completed_count == 1
    marking.request_id = request_id()
    assert (await academy.trainer.MarkCompletion(marking)).completed_count == 0
    cohort = (await academy.trainer.ListTaughtCohorts(pb.ListTaughtCohortsRequest())).cohorts[0]
    assert (cohort.learner_count, cohort.completed_count, cohort.finished_count, cohort.module_count) == (2, 1, 0, 2)
    told = [notice for one in await academy.service.emitted(events.NoticeDue, 1) for notice in one.notices]
    assert [one.account_id for one in told if one.template == 7] == [ahead.worker_id]
    # A graduate may go on reading.
    assert (await ahead.course("first")).module_json


async def test_completion_is_marked_for_all_or_none(academy: Academy) -> None:
    learner = await academy.enrol()
    marking = pb.MarkCompletionRequest(request_id=request_id(), enrolment_ids=[learner.enrolment_id, str(uuid4())])
    assert (await refusal(academy.trainer.MarkCompletion(marking))).reason == "NOT_FOUND"
    cohort = (await academy.trainer.ListTaughtCohorts(pb.ListTaughtCohortsRequest())).cohorts[0]
    assert cohort.completed_count == 0


async def test_a_cohort_is_followed_page_by_page(academy: Academy) -> None:
    learners = [await academy.enrol() for _ in range(3)]
    seen, token = [], ""
    while True:
        request = pb.ListCohortProgressRequest(cohort_id=academy.cohort_id, page_size=2, page_token=token)
        page = await academy.trainer.ListCohortProgress(request)
        seen += [one.worker_id for one in page.learners]
        if not (token := page.next_page_token):
            break
    assert seen == [one.worker_id for one in learners]
    request.page_token = encode_token(after=10**30)
    assert not (await academy.trainer.ListCohortProgress(request)).learners


async def test_files_are_named_by_content_and_courses_name_only_their_own(academy: Academy) -> None:
    def put(*pieces: bytes) -> Coroutine[Any, Any, common_pb2.MediaFacts]:
        return stored(academy.trainer.PutCourseMedia(media(academy.programme_id, *pieces)))

    captions = await put(VTT[:5], VTT[5:])
    assert captions.media_id.endswith(".vtt")
    assert (await put(VTT)) == captions
    image = await put(picture())
    assert (image.width, image.height) == (8, 6)
    video = await put(film(5, 25))
    assert (video.media_id[-4:], video.duration_ms, video.frame_count) == (".mp4", 200, 5)
    assert (await refusal(put(b"<svg/>"))).reason == "MEDIA_INVALID"
    assert (await refusal(put(b"\0\0\0\x18ftypmp42" + b"\0" * 20))).reason == "MEDIA_INVALID"
    words = {"ko": "그림"}
    parts = [
        {"kind": "picture", "src": image.media_id, "alt": words},
        {"kind": "video", "src": video.media_id, "captions": {"ko": captions.media_id}, "transcript": words},
    ]
    assert (
        await academy.trainer.PutCourse(putting(academy, changed(document(), "modules.0.parts", parts)))
    ).version == 1
    foreign = f"media:{'0' * 64}.png"
    refused = await refusal(
        academy.trainer.PutCourse(
            putting(academy, changed(document(), "modules.0.parts", [parts[0] | {"src": foreign}]))
        )
    )
    assert refused.metadata["rule"].startswith("modules[0].parts[0].src names a file that the course does not have")


async def test_the_same_document_again_stays_the_version_it_is(academy: Academy) -> None:
    source = json.dumps(document())
    assert [(await academy.put_json(source)).version for _ in range(2)] == [1, 1]


async def test_what_is_practised_is_not_examined_and_the_other_way_round(academy: Academy) -> None:
    stub: exams_grpc.WorkersServiceAsyncStub = academy.service.stub(exams_grpc.WorkersServiceStub, operator())
    known = practice_item("known")
    row = exams_pb.ExamItemRow(
        key="k", data_json=json.dumps(known["data"]), labels=["긍정", "부정"], right_label="긍정"
    )
    importing = exams_pb.ImportExamItemsRequest(request_id=request_id(), annotation_type=TEXT, rows=[row])
    assert (await stub.ImportExamItems(importing)).verdicts[0].state == exams_pb.EXAM_IMPORT_STATE_ACCEPTED
    source = changed(document(), "modules.1.practice.items.1", known)
    refused = await refusal(academy.trainer.PutCourse(putting(academy, source)))
    assert refused.metadata["rule"].startswith("modules[1].practice.items[1].data is an exam item")
    source = document()
    await academy.trainer.PutCourse(putting(academy, source))
    row.data_json = json.dumps(source["modules"][1]["practice"]["items"][0]["data"])
    row.key = "k2"
    importing = exams_pb.ImportExamItemsRequest(request_id=request_id(), annotation_type=TEXT, rows=[row])
    assert (await stub.ImportExamItems(importing)).verdicts[0].state == exams_pb.EXAM_IMPORT_STATE_REFUSED


async def test_a_double_click_on_an_answer_counts_once(academy: Academy) -> None:
    await academy.put(module("only", quiz=False, practice=1))
    learner = await academy.enrol()
    request = pb.CheckPracticeRequest(
        request_id=request_id(),
        programme_id=academy.programme_id,
        module_id="only",
        key="p0",
        answer_json=annotation("부정"),
    )
    answers = await asyncio.gather(*(learner.stub.CheckPractice(request) for _ in range(4)))
    assert {one.feedback.try_count for one in answers} == {1}
