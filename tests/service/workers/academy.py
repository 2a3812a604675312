"""Courses under test: a programme with a cohort, its trainer and its learners."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import UUID, uuid4

from ilgam.accounts.v1 import accounts_events_pb2
from ilgam.workers.v1 import courses_service_pb2 as pb
from ilgam.workers.v1 import courses_service_pb2_grpc as pb_grpc
from ilgam.workers.v1 import programmes_service_pb2 as programmes_pb
from ilgam.workers.v1 import programmes_service_pb2_grpc as programmes_grpc

from services.core.ids import new_id
from tests.support.courses import annotation, document
from tests.support.identity import TestCaller, operator, trainer, worker
from tests.support.programmes import at, cohort_terms, programme_terms
from tests.support.service import ServiceUnderTest


def request_id() -> str:
    return str(new_id())


def media(programme_id: str, *pieces: bytes) -> AsyncIterator[pb.PutCourseMediaRequest]:
    """A file in pieces, as the service takes it."""

    async def messages() -> AsyncIterator[pb.PutCourseMediaRequest]:
        yield pb.PutCourseMediaRequest(programme_id=programme_id)
        for piece in pieces:
            yield pb.PutCourseMediaRequest(chunk=piece)

    return messages()


def putting(academy: Academy, source: object) -> pb.PutCourseRequest:
    """A document for the academy's programme."""
    return pb.PutCourseRequest(
        request_id=request_id(), programme_id=academy.programme_id, course_json=json.dumps(source)
    )


class Academy:
    """A running workers service with a programme that a company teaches."""

    def __init__(self, service: ServiceUnderTest) -> None:
        self.service = service
        self.organisation_id = uuid4()
        self.operator = self.courses(operator())
        self.trainer = self.courses(trainer(self.organisation_id))
        self.programme_id = ""
        self.cohort_id = ""

    def courses(self, caller: TestCaller) -> pb_grpc.CoursesServiceAsyncStub:
        stub: Callable[[Any], pb_grpc.CoursesServiceAsyncStub] = pb_grpc.CoursesServiceStub
        return self.service.stub(stub, caller)

    def programmes(self, caller: TestCaller) -> programmes_grpc.ProgrammesServiceAsyncStub:
        stub: Callable[[Any], programmes_grpc.ProgrammesServiceAsyncStub] = programmes_grpc.ProgrammesServiceStub
        return self.service.stub(stub, caller)

    async def open(self) -> None:
        """Makes the programme and a cohort that takes applications."""
        self.programme_id = await self.programme(self.organisation_id)
        self.cohort_id = await self.cohort(self.programme_id)

    async def programme(self, organisation_id: UUID) -> str:
        terms = programme_terms(organisation_id=str(organisation_id))
        made = await self.programmes(operator()).CreateProgramme(
            programmes_pb.CreateProgrammeRequest(request_id=request_id(), terms=terms)
        )
        return made.programme.programme_id

    async def cohort(self, programme_id: str, number: int = 1) -> str:
        soon = {"close_time": at(days=0.5), "start_time": at(days=1), "end_time": at(days=8)}
        terms = cohort_terms(number, 40, **soon)
        made = await self.programmes(operator()).CreateCohort(
            programmes_pb.CreateCohortRequest(request_id=request_id(), programme_id=programme_id, terms=terms)
        )
        return made.cohort.cohort_id

    async def put(self, *modules: dict[str, Any]) -> pb.PutCourseResponse:
        """Puts a course made of these modules."""
        return await self.put_json(json.dumps(document(*modules), ensure_ascii=False))

    async def put_json(self, course_json: str) -> pb.PutCourseResponse:
        request = pb.PutCourseRequest(request_id=request_id(), programme_id=self.programme_id, course_json=course_json)
        return await self.trainer.PutCourse(request)

    async def enrol(self, person: TestCaller | None = None) -> Learner:
        """Somebody new with a seat."""
        person = person or worker()
        granted = accounts_events_pb2.RoleGranted(account_id=str(person.account_id), role="worker", revision=1)
        await self.service.deliver(granted)
        made = await self.programmes(person).EnrolInCohort(
            programmes_pb.EnrolInCohortRequest(
                request_id=request_id(), cohort_id=self.cohort_id, residence_declared=True
            )
        )
        return Learner(self, person, made.enrolment.enrolment_id)


class Learner:
    """Somebody with a seat."""

    def __init__(self, academy: Academy, person: TestCaller, enrolment_id: str) -> None:
        self.person = person
        self.enrolment_id = enrolment_id
        self.worker_id = str(person.account_id)
        self.programme_id = academy.programme_id
        self.stub = academy.courses(person)

    async def course(self, module_id: str = "") -> pb.GetCourseResponse:
        return await self.stub.GetCourse(pb.GetCourseRequest(programme_id=self.programme_id, module_id=module_id))

    async def answer(self, module_id: str, *values: str) -> pb.RecordProgressResponse:
        answers = [pb.QuizAnswer(question_id=f"q{n}", value=value) for n, value in enumerate(values, 1)]
        return await self.stub.RecordProgress(
            pb.RecordProgressRequest(
                request_id=request_id(),
                programme_id=self.programme_id,
                module_id=module_id,
                quiz=pb.QuizAnswers(answers=answers),
            )
        )

    async def finish(self, module_id: str) -> pb.RecordProgressResponse:
        return await self.stub.RecordProgress(
            pb.RecordProgressRequest(
                request_id=request_id(), programme_id=self.programme_id, module_id=module_id, finished=True
            )
        )

    async def items(self, module_id: str) -> pb.GetPracticeItemsResponse:
        return await self.stub.GetPracticeItems(
            pb.GetPracticeItemsRequest(programme_id=self.programme_id, module_id=module_id)
        )

    async def check(self, module_id: str, key: str, label: str) -> pb.CheckPracticeResponse:
        return await self.stub.CheckPractice(
            pb.CheckPracticeRequest(
                request_id=request_id(),
                programme_id=self.programme_id,
                module_id=module_id,
                key=key,
                answer_json=annotation(label),
            )
        )
