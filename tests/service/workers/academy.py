"""Courses under test: a programme with a cohort, its trainer, its learners, and documents."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from google.protobuf.timestamp_pb2 import Timestamp
from ilgam.accounts.v1 import accounts_events_pb2
from ilgam.common.v1 import common_pb2
from ilgam.workers.v1 import courses_service_pb2 as pb
from ilgam.workers.v1 import courses_service_pb2_grpc as pb_grpc
from ilgam.workers.v1 import programmes_service_pb2 as programmes_pb
from ilgam.workers.v1 import programmes_service_pb2_grpc as programmes_grpc

from services.core.ids import new_id
from tests.support.identity import TestCaller, operator, trainer, worker
from tests.support.service import ServiceUnderTest

LABELS = ("긍정", "부정")


def local(ko: str, en: str = "") -> dict[str, str]:
    return {"ko": ko, "en": en or f"{ko} (en)"}


def practice_item(key: str, right: str = "긍정") -> dict[str, Any]:
    return {
        "key": key,
        "data": {"text": f"연습 {key} {uuid4()}"},
        "right": {"label": right},
        "hint": local(f"힌트 {key}"),
        "why": local(f"설명 {key}"),
    }


def label_schema() -> dict[str, Any]:
    return {
        "schema": "ilgam.label-config/1",
        "objects": [{"id": "text", "kind": "text", "from": "$.text"}],
        "controls": [
            {
                "id": "feeling",
                "kind": "choice",
                "on": "text",
                "title": local("느낌은 어떤가요?", "How does it sound?"),
                "options": [{"value": value, **local(value), "key": str(n)} for n, value in enumerate(LABELS, 1)],
            }
        ],
    }


def module(module_id: str, *, quiz: bool = True, practice: int = 0) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": module_id,
        "title": local(f"모듈 {module_id}", f"Module {module_id}"),
        "minutes": 10,
        "annotation_type": "TEXT_CHOICE" if practice else None,
        "parts": [{"kind": "text", "body": local("**읽어요.**\n\n- 하나\n- 둘", "**Read.**")}],
    }
    if quiz:
        made["quiz"] = {
            "pass_share": 0.5,
            "questions": [
                {
                    "id": f"q{number}",
                    "text": local(f"질문 {number}"),
                    "options": [{"value": "a", "text": local("가")}, {"value": "b", "text": local("나")}],
                    "right": "a",
                    "why": local(f"까닭 {number}"),
                }
                for number in (1, 2)
            ],
        }
    if practice:
        made["practice"] = {
            "label_schema": label_schema(),
            "instructions": local("글의 느낌을 골라요."),
            "items": [practice_item(f"p{number}", LABELS[number % 2]) for number in range(practice)],
        }
    return made


def document(*modules: dict[str, Any]) -> dict[str, Any]:
    return {"schema": "ilgam.course/1", "modules": list(modules) or [module("first"), module("second", practice=2)]}


def changed(source: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    """A copy of a document with one place changed: modules.0.title.ko; `...` takes the place away."""
    copy = deepcopy(source)
    *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    held: Any = copy
    for part in way:
        held = held[part]
    if value is ...:
        del held[last]
    else:
        held[last] = value
    return copy


def annotation(label: str) -> str:
    return json.dumps(
        {
            "schema": "ilgam.annotation/1",
            "results": [{"control": "feeling", "type": "choice", "value": {"choices": [label]}}],
        }
    )


def request_id() -> str:
    return str(new_id())


def stamp(days: float) -> Timestamp:
    made = Timestamp()
    made.FromDatetime(datetime.now(UTC) + timedelta(days=days))
    return made


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
        terms = programmes_pb.ProgrammeTerms(
            title=common_pb2.LocalText(ko="라벨링 교육", en="Labelling training"),
            weeks=10,
            organisation_id=str(organisation_id),
            waiting_max=10,
        )
        made = await self.programmes(operator()).CreateProgramme(
            programmes_pb.CreateProgrammeRequest(request_id=request_id(), terms=terms)
        )
        return made.programme.programme_id

    async def cohort(self, programme_id: str, number: int = 1) -> str:
        terms = programmes_pb.CohortTerms(
            cohort_no=number,
            seat_count=40,
            start_time=stamp(1),
            end_time=stamp(8),
            open_time=stamp(-1),
            close_time=stamp(0.5),
            online=True,
        )
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
