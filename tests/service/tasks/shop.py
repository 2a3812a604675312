"""A company that has jobs done, through the public API; payments is played by its events."""

import json
from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import UUID, uuid4

import grpc
from google.protobuf import any_pb2
from google.rpc import error_details_pb2, status_pb2
from ilgam.common.v1 import common_pb2
from ilgam.payments.v1 import payments_events_pb2 as payments_pb
from ilgam.tasks.v1 import tasks_events_pb2 as events_pb
from ilgam.tasks.v1 import tasks_service_pb2 as pb
from ilgam.tasks.v1 import tasks_service_pb2_grpc as pb_grpc

from services.core.ids import new_id
from tests.service.tasks.seed import SCHEMA_JSON, answer_json, certify
from tests.support.identity import TestCaller, company, operator, worker
from tests.support.service import ServiceUnderTest, eventually

State = events_pb.JobState


def row(key: str, gold_label: str = "", **data: object) -> pb.ItemRow:
    """A row of an import that fits the schema of `seed`."""
    return pb.ItemRow(key=key, data_json=json.dumps(data or {"text": f"text of {key}"}), gold_label=gold_label)


def rows(count: int, *, gold: int = 0) -> list[pb.ItemRow]:
    """So many ordinary rows, then gold ones."""
    return [row(f"item-{n}") for n in range(count)] + [row(f"gold-{n}", "cat") for n in range(gold)]


def spec(**changed: Any) -> pb.JobSpec:
    """A job of choosing animals."""
    asked: dict[str, Any] = {
        "title": "Animals",
        "annotation_type": common_pb2.ANNOTATION_TYPE_TEXT_CHOICE,
        "label_schema_json": SCHEMA_JSON,
        "policy": events_pb.POLICY_ALL,
        "price_krw": 100,
    }
    return pb.JobSpec(**(asked | changed))


class Shop:
    """One company (or operator) and the service."""

    def __init__(self, service: ServiceUnderTest, caller: TestCaller | None = None) -> None:
        self.organisation_id = uuid4()
        self.service = service
        self.stub: Any = service.stub(pb_grpc.TasksServiceStub, caller or company(self.organisation_id))
        self.operator: Any = service.stub(pb_grpc.TasksServiceStub, operator())

    async def create(self, **changed: Any) -> pb.Job:
        """A draft."""
        request = pb.CreateJobRequest(
            request_id=str(new_id()), organisation_id=str(self.organisation_id), spec=spec(**changed)
        )
        job: pb.Job = (await self.stub.CreateJob(request)).job
        return job

    async def get(self, job_id: str) -> pb.Job:
        job: pb.Job = (await self.stub.GetJob(pb.GetJobRequest(job_id=job_id))).job
        return job

    async def bring(self, job_id: str, *batches: Sequence[pb.ItemRow], stub: Any = None) -> list[pb.ItemVerdict]:
        """Imports rows, a message per batch."""

        async def messages() -> AsyncIterator[pb.ImportItemsRequest]:
            for number, batch in enumerate(batches):
                yield pb.ImportItemsRequest(job_id=job_id if number == 0 else "", rows=batch)

        return [one async for answer in (stub or self.stub).ImportItems(messages()) for one in answer.verdicts]

    async def ask(self, name: str, job_id: str, **fields: Any) -> pb.Job:
        """One of the RPCs that move a job: PublishJob, PauseJob..."""
        request = getattr(pb, f"{name}Request")(job_id=job_id, **({"request_id": str(new_id())} | fields))
        job: pb.Job = (await getattr(self.stub, name)(request)).job
        return job

    async def reserve(self, job_id: str, publish_no: int, budget_krw: int = 1) -> None:
        """Payments has the money."""
        await self.service.deliver(
            payments_pb.FundsReserved(job_id=job_id, publish_no=publish_no, budget_krw=budget_krw)
        )

    async def open(self, items: Sequence[pb.ItemRow], **changed: Any) -> pb.Job:
        """A job that takes claims."""
        job = await self.create(**changed)
        await self.bring(job.job_id, items)
        await self.ask("PublishJob", job.job_id)
        await self.reserve(job.job_id, 1)
        opened = await self.get(job.job_id)
        assert opened.state == events_pb.JOB_STATE_OPEN
        return opened

    async def progress(self, job_id: str) -> pb.GetJobProgressResponse:
        shown: pb.GetJobProgressResponse = await self.stub.GetJobProgress(pb.GetJobProgressRequest(job_id=job_id))
        return shown

    async def hire(self) -> "Hand":
        """A certified worker."""
        worker_id = uuid4()
        await certify(self.service.database, worker_id)
        return Hand(self.service, worker_id)

    async def ended(self, job_id: str) -> pb.Job:
        """The job once it is closed."""

        async def is_closed() -> pb.Job:
            job = await self.get(job_id)
            assert job.state == events_pb.JOB_STATE_CLOSED, State.Name(job.state)
            return job

        job: pb.Job = await eventually(is_closed)
        return job


class Hand:
    """A worker."""

    def __init__(self, service: ServiceUnderTest, worker_id: UUID) -> None:
        self.worker_id = worker_id
        self.stub: Any = service.stub(pb_grpc.TasksServiceStub, worker(worker_id))

    async def claim(self, job_id: str, count: int) -> list[pb.Assignment]:
        request = pb.ClaimItemsRequest(request_id=str(new_id()), job_id=job_id, count=count)
        return list((await self.stub.ClaimItems(request)).assignments)

    async def submit(self, assignments: Sequence[pb.Assignment], label: str = "cat") -> None:
        answers = [pb.Answer(assignment_id=one.assignment_id, answer_json=answer_json(label)) for one in assignments]
        verdicts = (await self.stub.SubmitAnswers(pb.SubmitAnswersRequest(answers=answers))).verdicts
        assert all(verdict.taken for verdict in verdicts), verdicts


class Refused:
    """What a refused call says: `async with`-free, use `await refused(call)`."""

    def __init__(self, error: grpc.aio.AioRpcError) -> None:
        self.code = error.code()
        self.words = error.details() or ""
        self.reason = ""
        self.metadata: dict[str, str] = {}
        self.fields: dict[str, str] = {}
        for key, value in error.trailing_metadata() or ():
            if key == "grpc-status-details-bin":
                for detail in status_pb2.Status.FromString(value).details:
                    self._read(detail)

    def _read(self, detail: any_pb2.Any) -> None:
        info, bad = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
        if detail.Unpack(info):
            self.reason, self.metadata = info.reason, dict(info.metadata)
        elif detail.Unpack(bad):
            self.fields = {one.field: one.description for one in bad.field_violations}


async def refused(call: Any) -> Refused:
    """The refusal of a call that must fail."""
    try:
        answer = await call
    except grpc.aio.AioRpcError as error:
        return Refused(error)
    raise AssertionError(f"was not refused: {answer}")
