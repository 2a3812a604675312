"""A company and its job: opened, filled, paid for, published, closed."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import TypeVar

from ilgam.accounts.v1 import accounts_service_pb2 as accounts_pb
from ilgam.payments.v1 import payments_service_pb2 as payments_pb
from ilgam.tasks.v1 import tasks_events_pb2 as tasks_events_pb
from ilgam.tasks.v1 import tasks_service_pb2 as tasks_pb

from services.cli.running import CommandError
from services.sdk import Client, IlgamError, import_items, new_request_id

KNOWN_SECONDS = 30.0
STATE_SECONDS = 120.0
ASK_SECONDS = 0.05
PAGE_SIZE = 5000
Answer = TypeVar("Answer")


async def open_company(operator: Client, name: str) -> str:
    """A new organisation's id."""
    request = accounts_pb.CreateOrganisationRequest(request_id=new_request_id(), name=name)
    return (await operator.accounts.CreateOrganisation(request)).organisation_id


async def create_job(operator: Client, organisation_id: str, spec: tasks_pb.JobSpec) -> str:
    """A new draft's id."""
    request = tasks_pb.CreateJobRequest(request_id=new_request_id(), organisation_id=organisation_id, spec=spec)
    return (await operator.tasks.CreateJob(request)).job.job_id


async def fill(
    operator: Client, job_id: str, rows: Iterable[tasks_pb.ItemRow], told: Callable[[int], None] = lambda _: None
) -> int:
    """Import items; tells how many are in now and then.

    Returns:
        How many.

    Raises:
        CommandError: a row was refused.
    """
    count = 0
    async for row, verdict in import_items(operator, job_id, rows):
        if verdict.state == tasks_pb.IMPORT_STATE_REFUSED:
            raise CommandError(f"the item {row.key!r} was refused: {verdict.detail}")
        count += 1
        if count % PAGE_SIZE == 0:
            told(count)
    told(count)
    return count


async def pay_and_publish(operator: Client, organisation_id: str, job_id: str) -> int:
    """Deposit what the job may cost, publish it, wait until it is open.

    Returns:
        The budget in won.
    """
    budget = (await operator.tasks.EstimateJob(tasks_pb.EstimateJobRequest(job_id=job_id))).budget_krw
    deposit = payments_pb.RecordDepositRequest(
        request_id=new_request_id(), organisation_id=organisation_id, amount_krw=budget, bank_reference=f"job {job_id}"
    )
    await once_known(lambda: operator.payments.RecordDeposit(deposit))
    await operator.tasks.PublishJob(tasks_pb.PublishJobRequest(request_id=new_request_id(), job_id=job_id))
    await reach(operator, job_id, tasks_events_pb.JOB_STATE_OPEN)
    return budget


async def once_known(call: Callable[[], Awaitable[Answer]]) -> Answer:
    """Call; a service that has not heard of a new thing yet (NOT_FOUND) gets some time."""
    end = time.monotonic() + KNOWN_SECONDS
    while True:
        try:
            return await call()
        except IlgamError as error:
            if error.reason != "NOT_FOUND" or time.monotonic() >= end:
                raise
        await asyncio.sleep(ASK_SECONDS)


async def reach(operator: Client, job_id: str, state: tasks_events_pb.JobState.ValueType) -> tasks_pb.Job:
    """Wait until the job is in that state.

    Raises:
        CommandError: it is not in time, or its money was refused.
    """
    end = time.monotonic() + STATE_SECONDS
    while True:
        job = (await operator.tasks.GetJob(tasks_pb.GetJobRequest(job_id=job_id))).job
        if job.state == state:
            return job
        if job.missing_krw:
            raise CommandError(f"job {job_id}: {job.missing_krw:,} won are missing")
        if time.monotonic() >= end:
            raise CommandError(
                f"job {job_id} is still {tasks_events_pb.JobState.Name(job.state)} after {STATE_SECONDS:.0f} s"
            )
        await asyncio.sleep(ASK_SECONDS)


async def close_job(operator: Client, job_id: str) -> None:
    """Close the job, unless it did so by itself when its last item was resolved, and wait until it is closed."""
    try:
        await operator.tasks.CloseJob(tasks_pb.CloseJobRequest(request_id=new_request_id(), job_id=job_id))
    except IlgamError as error:
        if error.reason != "JOB_STATE" or not (await is_closing(operator, job_id)):
            raise
    await reach(operator, job_id, tasks_events_pb.JOB_STATE_CLOSED)


async def is_closing(operator: Client, job_id: str) -> bool:
    """Whether the job takes no more claims for good."""
    return (await progress_of(operator, job_id)).state in (
        tasks_events_pb.JOB_STATE_CLOSING,
        tasks_events_pb.JOB_STATE_CLOSED,
    )


async def items_of(operator: Client, job_id: str, *, only_wanting: bool = False) -> AsyncIterator[tasks_pb.Item]:
    """The job's items, page by page."""
    token = ""
    while True:
        request = tasks_pb.ListItemsRequest(
            job_id=job_id, only_wanting=only_wanting, page_size=PAGE_SIZE, page_token=token
        )
        page = await operator.tasks.ListItems(request)
        for item in page.items:
            yield item
        token = page.next_page_token
        if not token:
            return


async def progress_of(operator: Client, job_id: str) -> tasks_pb.GetJobProgressResponse:
    """The job's counts now."""
    return await operator.tasks.GetJobProgress(tasks_pb.GetJobProgressRequest(job_id=job_id))
