"""What a bench works on: an Ilgam of its own, certified workers, jobs full of items."""

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from ilgam.common.v1 import common_pb2
from ilgam.tasks.v1 import tasks_events_pb2 as events_pb
from ilgam.tasks.v1 import tasks_service_pb2 as pb

from deploy.local.stack import Stack
from services.cli.bench.cpu import Meter
from services.cli.market.company import create_job, fill, open_company, pay_and_publish
from services.cli.market.labels import choice_answer, choice_schema
from services.cli.market.people import Person, bring_in, certify
from services.cli.progress import Teller
from services.sdk import Client, Password, new_request_id
from services.sdk.claims import claim_items

ANSWER = choice_answer("yes")
SUBMIT_MAX = 100
PRICE_KRW = 50


@dataclass(frozen=True)
class Field:
    """A running Ilgam with workers.

    Attributes:
        stack: the processes.
        operator: signed in.
        company: an organisation.
        people: certified workers.
        meter: reads the processes' CPU.
    """

    stack: Stack
    operator: Client
    company: str
    people: Sequence[Person]
    meter: Meter


@asynccontextmanager
async def prepared(worker_count: int, teller: Teller) -> AsyncIterator[Field]:
    """A field in a temporary folder that goes away afterwards."""
    teller.step("starting an Ilgam of its own")
    with tempfile.TemporaryDirectory(prefix="ilgam-") as folder:
        async with (
            Stack(Path(folder)) as stack,
            await Client.connect(stack.target, Password(*stack.operator)) as operator,
        ):
            teller.step(f"bringing {worker_count} workers in")
            company = await open_company(operator, "Bench")
            people = await bring_in(
                operator, [f"worker {number}" for number in range(worker_count)], "bench.ilgam.localhost"
            )
            await certify(operator, people, common_pb2.ANNOTATION_TYPE_TEXT_CHOICE, "bench")
            yield Field(stack, operator, company, people, Meter(stack.pids))


async def open_job(field: Field, name: str, item_count: int, teller: Teller, *, overlap: int = 1) -> str:
    """An open job whose items say where they are from: {"text": "<name>/<number>"}; all answers are accepted."""
    spec = pb.JobSpec(
        title=name,
        annotation_type=common_pb2.ANNOTATION_TYPE_TEXT_CHOICE,
        label_schema_json=choice_schema(["yes", "no"]),
        policy=events_pb.POLICY_ALL,
        price_krw=PRICE_KRW,
        overlap_min=overlap,
        overlap_max=overlap,
        claim_mode=pb.CLAIM_MODE_QUEUE,
        appeal_seconds=0,
    )
    job_id = await create_job(field.operator, field.company, spec)
    await fill(field.operator, job_id, _rows(name, item_count), teller.count)
    await pay_and_publish(field.operator, field.company, job_id)
    return job_id


def _rows(name: str, count: int) -> Iterator[pb.ItemRow]:
    for number in range(count):
        yield pb.ItemRow(key=str(number), data_json=json.dumps({"text": f"{name}/{number}"}))


async def claim(person: Person, job_id: str, count: int) -> Sequence[pb.Assignment]:
    """The next items of a queue."""
    request = pb.ClaimItemsRequest(request_id=new_request_id(), job_id=job_id, count=count)
    return (await claim_items(person.client, request)).assignments


async def submit(person: Person, assignment_ids: Sequence[str]) -> int:
    """Answer them all; how many answers were taken."""
    taken = 0
    for start in range(0, len(assignment_ids), SUBMIT_MAX):
        answers = [
            pb.Answer(assignment_id=assignment_id, answer_json=ANSWER)
            for assignment_id in assignment_ids[start : start + SUBMIT_MAX]
        ]
        response = await person.client.tasks.SubmitAnswers(pb.SubmitAnswersRequest(answers=answers))
        taken += sum(verdict.taken for verdict in response.verdicts)
    return taken


async def paid_count(field: Field, job_id: str) -> int:
    """How many answers of a job tasks knows to be paid."""
    return (await field.operator.tasks.GetJobProgress(pb.GetJobProgressRequest(job_id=job_id))).paid_count


async def all_paid(field: Field, job_id: str, count: int) -> None:
    """Wait until so many answers of a job are paid."""
    pause = 0.02
    while await paid_count(field, job_id) < count:
        await asyncio.sleep(pause)
        pause = min(0.5, pause * 1.5)
