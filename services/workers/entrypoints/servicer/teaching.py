"""The RPCs for those who teach: courses put, cohorts followed, completion marked."""

from __future__ import annotations

import grpc.aio
from ilgam.workers.v1 import courses_service_pb2 as pb

from services.core.clock import utc_now
from services.core.errors import NotFoundError
from services.runtime.auth import current_caller
from services.runtime.database import Database, Transaction
from services.runtime.paging import cursor_of, encode_token, page_size
from services.runtime.requests import run_once
from services.runtime.wire import uuid_of
from services.workers.entrypoints import convert_courses as convert
from services.workers.store.queries import cohorts_taught as store
from services.workers.use_cases.find_course import scope_of, teaches
from services.workers.use_cases.mark_completion import mark_completion
from services.workers.use_cases.put_course import put_course

Context = grpc.aio.ServicerContext[object, object]

_COHORTS_PER_PAGE = 50
_LEARNERS_PER_PAGE = 100
_NUMBER_MAX = 2**63 - 1


class TeachingRpcs:
    """The teachers' part of CoursesService."""

    _database: Database

    async def PutCourse(self, request: pb.PutCourseRequest, _context: Context) -> pb.PutCourseResponse:
        """Stores a new version of a programme's course."""
        caller, programme_id = current_caller(), uuid_of(request.programme_id)

        async def act(tx: Transaction) -> pb.PutCourseResponse:
            version, course = await put_course(tx, caller, programme_id, request.course_json, utc_now())
            return pb.PutCourseResponse(version=version, module_count=len(course.modules))

        return await run_once(self._database, request, pb.PutCourseResponse, act)

    async def ListTaughtCohorts(
        self, request: pb.ListTaughtCohortsRequest, _context: Context
    ) -> pb.ListTaughtCohortsResponse:
        """The cohorts of the organisations that the caller teaches for."""
        count = page_size(request.page_size, _COHORTS_PER_PAGE)
        before = cursor_of(request.page_token, convert.before_of) or convert.FIRST_PAGE
        async with self._database.transaction() as tx:
            found = await store.cohorts_taught(tx.connection, scope_of(current_caller()), before, count + 1)
        token = ""
        if len(found) > count:
            last = found[count - 1]
            token = encode_token(before=last.start_time.isoformat(), id=str(last.cohort_id))
        cohorts = [convert.cohort_message(cohort) for cohort in found[:count]]
        return pb.ListTaughtCohortsResponse(cohorts=cohorts, next_page_token=token)

    async def ListCohortProgress(
        self, request: pb.ListCohortProgressRequest, _context: Context
    ) -> pb.ListCohortProgressResponse:
        """How far the people of a cohort are."""
        count = page_size(request.page_size, _LEARNERS_PER_PAGE)
        after = cursor_of(request.page_token, lambda values: min(int(values["after"]), _NUMBER_MAX)) or 0
        async with self._database.transaction() as tx:
            cohort = await store.cohort_taught(tx.connection, uuid_of(request.cohort_id))
            if cohort is None or not teaches(current_caller(), cohort.organisation_id):
                raise NotFoundError("cohort")
            found = await store.learners_of(tx.connection, cohort, after, count + 1)
        token = encode_token(after=found[count - 1].enrolment_no) if len(found) > count else ""
        return pb.ListCohortProgressResponse(
            cohort=convert.cohort_message(cohort),
            learners=[convert.learner_message(learner) for learner in found[:count]],
            next_page_token=token,
        )

    async def MarkCompletion(self, request: pb.MarkCompletionRequest, _context: Context) -> pb.MarkCompletionResponse:
        """Marks enrolments as completed."""
        caller, enrolment_ids = current_caller(), [uuid_of(one) for one in request.enrolment_ids]

        async def act(tx: Transaction) -> pb.MarkCompletionResponse:
            return pb.MarkCompletionResponse(completed_count=await mark_completion(tx, caller, enrolment_ids))

        return await run_once(self._database, request, pb.MarkCompletionResponse, act)
