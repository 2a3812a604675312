"""CoursesService: courses, practice, progress."""

from __future__ import annotations

import grpc.aio
from ilgam.workers.v1 import courses_service_pb2 as pb
from ilgam.workers.v1 import courses_service_pb2_grpc as pb_grpc
from obstore.store import ObjectStore

from services.core.clock import utc_now
from services.core.errors import invalid_field
from services.labelling.facts import media_named
from services.runtime.auth import current_caller
from services.runtime.database import Database, Transaction
from services.runtime.paging import cursor_of, encode_token, page_size
from services.runtime.requests import run_once
from services.runtime.uploads import Uploads
from services.runtime.wire import uuid_of
from services.workers.domain.quiz import result_of
from services.workers.entrypoints import convert_courses as convert
from services.workers.entrypoints.servicer.course_media import CourseMediaRpcs
from services.workers.entrypoints.servicer.teaching import TeachingRpcs
from services.workers.events import interval_message
from services.workers.store.queries import courses as store
from services.workers.store.queries.course_media import media_facts
from services.workers.use_cases import find_course
from services.workers.use_cases.check_practice import check_practice, practised
from services.workers.use_cases.find_course import Seen, learned_course, open_module, scope_of, seen_course
from services.workers.use_cases.record_progress import answer_quiz, finish_module

Context = grpc.aio.ServicerContext[object, object]

_COURSES_PER_PAGE = 20


class CoursesServicer(TeachingRpcs, CourseMediaRpcs, pb_grpc.CoursesServiceServicer):
    """What a cohort learns, and how far each person has come."""

    def __init__(self, database: Database, media: ObjectStore | None) -> None:
        self._database = database
        self._media = media
        self._uploads = Uploads()

    async def GetCourse(self, request: pb.GetCourseRequest, _context: Context) -> pb.GetCourseResponse:
        """A course as the caller may see it."""
        async with self._database.transaction() as tx:
            seen = await seen_course(tx.connection, current_caller(), uuid_of(request.programme_id))
        answer = pb.GetCourseResponse(course=convert.course_message(seen))
        if request.with_document and not seen.learns:
            answer.course_json = seen.stored.course_json
        if request.module_id:
            _add_module(answer, seen, request.module_id)
        return answer

    async def ListCourses(self, request: pb.ListCoursesRequest, _context: Context) -> pb.ListCoursesResponse:
        """The courses that the caller learns or teaches."""
        count = page_size(request.page_size, _COURSES_PER_PAGE)
        before = cursor_of(request.page_token, convert.before_of) or convert.FIRST_PAGE
        caller = current_caller()
        async with self._database.transaction() as tx:
            found = await store.courses_in(tx.connection, scope_of(caller), before, count + 1)
            seen = [await find_course.seen(tx.connection, caller, stored) for stored in found[:count]]
        token = ""
        if len(found) > count:
            last = found[count - 1]
            token = encode_token(before=last.create_time.isoformat(), id=str(last.programme_id))
        return pb.ListCoursesResponse(courses=[convert.course_message(one) for one in seen], next_page_token=token)

    async def RecordProgress(self, request: pb.RecordProgressRequest, _context: Context) -> pb.RecordProgressResponse:
        """Answers a module's quiz, or finishes the module."""
        caller, programme_id = current_caller(), uuid_of(request.programme_id)

        async def act(tx: Transaction) -> pb.RecordProgressResponse:
            result = None
            if not request.HasField("quiz") and not request.finished:
                await learned_course(tx.connection, caller, programme_id)  # who has no seat learns nothing of it
                raise invalid_field("quiz", "answer the quiz or finish the module")
            if request.HasField("quiz"):
                answers = [(one.question_id, one.value) for one in request.quiz.answers]
                result = await answer_quiz(tx, caller, programme_id, request.module_id, answers)
            if request.finished:
                await finish_module(tx, caller, programme_id, request.module_id, utc_now())
            seen = await learned_course(tx.connection, caller, programme_id)
            passed = seen.progress_in(open_module(seen, request.module_id)).quiz_passed
            quiz = convert.quiz_message(result, passed=passed) if result else None
            return pb.RecordProgressResponse(quiz=quiz, course=convert.course_message(seen))

        return await run_once(self._database, request, pb.RecordProgressResponse, act)

    async def GetPracticeItems(
        self, request: pb.GetPracticeItemsRequest, _context: Context
    ) -> pb.GetPracticeItemsResponse:
        """The practice items of a module, without what is right."""
        async with self._database.transaction() as tx:
            seen = await learned_course(tx.connection, current_caller(), uuid_of(request.programme_id))
            found = practised(seen, request.module_id)
            named = {name for item in found.practice.items for name in media_named(found.practice.schema, item.data)}
            known = await media_facts(tx.connection, seen.stored.programme_id, named)
        return convert.practice_message(found, known)

    async def CheckPractice(self, request: pb.CheckPracticeRequest, _context: Context) -> pb.CheckPracticeResponse:
        """Checks an answer to a practice item."""
        caller, programme_id = current_caller(), uuid_of(request.programme_id)

        async def act(tx: Transaction) -> pb.CheckPracticeResponse:
            feedback, state = await check_practice(
                tx, caller, programme_id, request.module_id, key=request.key, answer_json=request.answer_json
            )
            return pb.CheckPracticeResponse(
                feedback=convert.feedback_message(feedback),
                share=interval_message(state.share),
                left_count=state.left_count,
            )

        return await run_once(self._database, request, pb.CheckPracticeResponse, act)


def _add_module(answer: pb.GetCourseResponse, seen: Seen, module_id: str) -> None:
    module = open_module(seen, module_id)
    answer.module_json = convert.module_json(module, learns=seen.learns)
    progress = seen.progress_in(module)
    if module.quiz is not None and progress.quiz_answers:
        result = result_of(module.quiz, progress.quiz_answers)
        answer.quiz.CopyFrom(convert.quiz_message(result, passed=progress.quiz_passed))
