"""The companies post their jobs: each is found by its title, or made, filled, paid for and published."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass

from ilgam.payments.v1 import payments_service_pb2 as payments_pb
from ilgam.tasks.v1 import tasks_events_pb2 as events_pb
from ilgam.tasks.v1 import tasks_service_pb2 as pb

from services.cli.market.company import create_job, fill, once_known, reach
from services.cli.market.labels import marks_answer
from services.cli.running import CommandError
from services.cli.seed.catalogue import Fate, JobPlan
from services.cli.seed.guides import add_examples
from services.cli.seed.people import Company
from services.cli.seed.stock import Stock, data_json, stock_of
from services.sdk import Client, new_request_id, put_media

PAGE_SIZE = 200
PUTS_AT_ONCE = 4
DEPOSIT_STEP_KRW = 10_000
ASK_SECONDS = 0.1
_DEPOSITS = uuid.UUID("0b6a6c1e-3f0f-4d5e-9d3b-2f1a5c7e9b10")
DRAFT, PUBLISHING = events_pb.JOB_STATE_DRAFT, events_pb.JOB_STATE_PUBLISHING


@dataclass
class Posting:
    """A job of the demo as it is in the system.

    Attributes:
        plan: what it should be.
        company: whose it is.
        job: as tasks has it.
        stock: its items; None until somebody needs to know them.
    """

    plan: JobPlan
    company: Company
    job: pb.Job
    stock: Stock | None = None

    @property
    def job_id(self) -> str:
        """Its id."""
        return self.job.job_id

    async def items(self) -> Stock:
        """Its items; drawing pictures takes some time, so it is done once and beside everything else."""
        if self.stock is None:
            self.stock = await asyncio.to_thread(stock_of, self.plan)
        return self.stock


async def jobs_of(company: Company) -> dict[str, pb.Job]:
    """A company's jobs by title; of several with one title the oldest."""
    return {job.spec.title: job async for job in _listed(company)}


async def post(operator: Client, plan: JobPlan, company: Company, found: pb.Job | None) -> Posting:
    """Find a job or make it, and bring it to the market; one that was cut short is finished.

    Args:
        operator: records the deposit.
        plan: the job.
        company: posts it.
        found: what the company has under that title.
    """
    job = found or await _created(plan, company)
    posting = Posting(plan, company, job)
    if job.state == DRAFT and not job.publish_no and not job.missing_krw:
        await _fill(posting)
        await add_examples(company.client, plan, posting.job_id)
        if plan.fate is Fate.UNFUNDED:
            await _be_refused(posting)
        else:
            await _fund(operator, posting)
            await _publish(posting)
            await reach(operator, job.job_id, events_pb.JOB_STATE_OPEN)
    posting.job = (await company.client.tasks.GetJob(pb.GetJobRequest(job_id=job.job_id))).job
    return posting


async def _listed(company: Company) -> AsyncIterator[pb.Job]:
    token = ""
    while True:
        request = pb.ListJobsRequest(organisation_id=company.organisation_id, page_size=PAGE_SIZE, page_token=token)
        page = await company.client.tasks.ListJobs(request)
        for job in page.jobs:
            yield job
        token = page.next_page_token
        if not token:
            return


async def _created(plan: JobPlan, company: Company) -> pb.Job:
    async def create() -> str:
        return await create_job(company.client, company.organisation_id, plan.spec())

    job_id = await once_known(create)
    return (await company.client.tasks.GetJob(pb.GetJobRequest(job_id=job_id))).job


async def _fill(posting: Posting) -> None:
    """Store the files, import the items; what is there already stays."""
    stock, client = await posting.items(), posting.company.client
    gate = asyncio.Semaphore(PUTS_AT_ONCE)

    async def put(content: bytes, expected: str) -> None:
        async with gate:
            answer = await put_media(client, posting.job_id, content)
        if answer.media_id != expected:
            raise CommandError(f"the file {expected} came back as {answer.media_id}")

    await asyncio.gather(*(put(content, name) for piece in stock.pieces for name, content in piece.media.items()))
    rows = (
        pb.ItemRow(
            key=piece.key,
            data_json=data_json(posting.plan, piece),
            gold_label=piece.label if piece.gold else "",
            gold_answer_json=marks_answer(piece.made.truth) if piece.gold and piece.made else "",
        )
        for piece in stock.pieces
    )
    await fill(client, posting.job_id, rows)


async def _fund(operator: Client, posting: Posting) -> None:
    """Record a deposit that the job can be paid from, once however often it is tried: money's requests are kept."""
    estimate = await posting.company.client.tasks.EstimateJob(pb.EstimateJobRequest(job_id=posting.job_id))
    amount_krw = -(-estimate.budget_krw // DEPOSIT_STEP_KRW) * DEPOSIT_STEP_KRW
    deposit = payments_pb.RecordDepositRequest(
        request_id=str(uuid.uuid5(_DEPOSITS, posting.job_id)),
        organisation_id=posting.company.organisation_id,
        amount_krw=amount_krw,
        bank_reference=f"{posting.company.name} {posting.plan.name[:2]}",
    )
    await once_known(lambda: operator.payments.RecordDeposit(deposit))


async def _publish(posting: Posting) -> None:
    request = pb.PublishJobRequest(request_id=new_request_id(), job_id=posting.job_id)
    await posting.company.client.tasks.PublishJob(request)


async def _be_refused(posting: Posting) -> None:
    """Ask for money that is not there, and wait for the answer."""
    await _publish(posting)
    while True:
        job = (await posting.company.client.tasks.GetJob(pb.GetJobRequest(job_id=posting.job_id))).job
        if job.state != PUBLISHING:
            return
        await asyncio.sleep(ASK_SECONDS)
