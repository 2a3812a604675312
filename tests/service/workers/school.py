"""Workers under test: candidates, an exam pool, and operators."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from ilgam.common.v1 import common_pb2
from ilgam.workers.v1 import workers_service_pb2 as pb
from ilgam.workers.v1 import workers_service_pb2_grpc as pb_grpc
from sqlalchemy import text

from services.core.ids import new_id
from tests.support.identity import TestCaller, operator, worker
from tests.support.service import ServiceUnderTest

TEXT, IMAGE = common_pb2.ANNOTATION_TYPE_TEXT_CHOICE, common_pb2.ANNOTATION_TYPE_IMAGE_CHOICE
LABELS = ("긍정", "부정", "중립")


def request_id() -> str:
    """The id of a new request."""
    return str(new_id())


def right_label(number: int) -> str:
    """The right label of the pool's item with a number."""
    return LABELS[number % len(LABELS)]


def pool_row(number: int) -> pb.ExamItemRow:
    """An exam item; what it shows tells its number."""
    data = json.dumps({"text": f"문장 {number}", "number": number})
    return pb.ExamItemRow(key=f"k{number}", data_json=data, labels=LABELS, right_label=right_label(number))


def granting(
    worker_ids: list[str], annotation_type: common_pb2.AnnotationType.ValueType = TEXT
) -> pb.GrantCertificateRequest:
    """A grant for a reason."""
    return pb.GrantCertificateRequest(
        request_id=request_id(), worker_ids=worker_ids, annotation_type=annotation_type, reason="2020년 수료생"
    )


def starting(annotation_type: common_pb2.AnnotationType.ValueType = TEXT) -> pb.StartExamRequest:
    """A start of an exam."""
    return pb.StartExamRequest(request_id=request_id(), annotation_type=annotation_type)


def answers_to(exam: pb.StartExamResponse, right_count: int) -> list[pb.ExamAnswer]:
    """Answers to all items, so many of them right."""
    answers = []
    for place, item in enumerate(exam.items):
        number = json.loads(item.data_json)["number"]
        label = right_label(number if place < right_count else number + 1)
        answers.append(pb.ExamAnswer(exam_item_id=item.exam_item_id, label=label))
    return answers


def submitting(
    exam: pb.StartExamResponse, answers: list[pb.ExamAnswer], *, finish: bool
) -> pb.SubmitExamAnswersRequest:
    """A submit of answers."""
    return pb.SubmitExamAnswersRequest(
        request_id=request_id(), attempt_id=exam.attempt_id, answers=answers, finish=finish
    )


class School:
    """A running workers service."""

    def __init__(self, service: ServiceUnderTest) -> None:
        self.service = service
        self.open: pb_grpc.WorkersServiceAsyncStub = service.stub(pb_grpc.WorkersServiceStub)
        self.operator = self.as_caller(operator())

    def as_caller(self, caller: TestCaller) -> pb_grpc.WorkersServiceAsyncStub:
        """The stub as somebody."""
        stub: Callable[[Any], pb_grpc.WorkersServiceAsyncStub] = pb_grpc.WorkersServiceStub
        return self.service.stub(stub, caller)

    def worker(self, worker_id: str = "") -> pb_grpc.WorkersServiceAsyncStub:
        """The stub as a worker."""
        return self.as_caller(worker(UUID(worker_id) if worker_id else None))

    async def fill_pool(self, count: int = 40) -> None:
        """Puts so many text items into the exam pool."""
        rows = [pool_row(number) for number in range(count)]
        request = pb.ImportExamItemsRequest(request_id=request_id(), annotation_type=TEXT, rows=rows)
        await self.operator.ImportExamItems(request)

    async def run(self, statement: str, **parameters: object) -> list[Any]:
        """Rows of a statement on the service's own database."""
        async with self.service.database.transaction() as tx:
            result = await tx.connection.execute(text(statement), parameters)
            return list(result.all()) if result.returns_rows else []
