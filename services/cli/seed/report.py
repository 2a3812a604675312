"""What the demo holds: its jobs, and its graduates."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ilgam.payments.v1 import payments_service_pb2 as payments_pb
from ilgam.tasks.v1 import tasks_events_pb2 as events_pb
from ilgam.tasks.v1 import tasks_service_pb2 as pb
from rich.console import Console
from rich.table import Table

from services.cli.seed.people import People, Worker
from services.cli.seed.posting import Posting, jobs_of
from services.sdk.demo import SIGN_INS

REASONS_READ = 200


@dataclass(frozen=True)
class Work:
    """One graduate's work, as they see it.

    Attributes:
        worker: whose.
        summary: counts.
        reasons: of the rejected answers, the newest ones.
        earned_krw: won earned, as payments has it.
    """

    worker: Worker
    summary: pb.GetWorkSummaryResponse
    reasons: Counter[str]
    earned_krw: int


async def show_jobs(people: People, postings: Sequence[Posting], console: Console) -> None:
    """A line for each job, as its company sees it."""
    table = Table("job", "company", "state", title="jobs", title_justify="left")
    for name in ("won", "items", "resolved", "answers", "accepted", "rejected", "won paid"):
        table.add_column(name, justify="right")
    found = {name: await jobs_of(company) for name, company in people.companies.items()}
    for posting in postings:
        job = found[posting.company.name][posting.plan.title]
        state = events_pb.JobState.Name(job.state).removeprefix("JOB_STATE_").lower()
        counts = job.counts
        table.add_row(
            posting.plan.title,
            posting.company.name,
            f"{state}, {job.missing_krw:,} won missing" if job.missing_krw else state,
            *(
                f"{count:,}"
                for count in (
                    job.spec.price_krw,
                    job.item_count,
                    counts.resolved_count,
                    counts.submitted_count,
                    counts.accepted_count,
                    counts.rejected_count,
                    counts.paid_krw,
                )
            ),
        )
    console.print(table)


async def show_work(people: People, console: Console) -> None:
    """A line for each graduate."""
    table = Table("name", "simulated as", title="graduates", title_justify="left")
    for name in ("answers", "accepted", "rejected", "pending"):
        table.add_column(name, justify="right")
    table.add_column("why rejected")
    table.add_column("won earned", justify="right")
    works = await asyncio.gather(*(_work_of(worker) for worker in [*people.workers, people.demo_worker]))
    for work in works:
        graduate, summary = work.worker.graduate, work.summary
        counts = (summary.accepted_count, summary.rejected_count, summary.pending_count)
        table.add_row(
            graduate.name,
            "you" if work.worker is people.demo_worker else f"{graduate.manner}, {graduate.accuracy:.0%} right",
            *(f"{count:,}" for count in (sum(counts), *counts)),
            ", ".join(f"{reason} {count}" for reason, count in work.reasons.most_common()),
            f"{work.earned_krw:,}",
        )
    console.print(table)


async def _work_of(worker: Worker) -> Work:
    rejected = pb.ListAssignmentsRequest(verdict_state=pb.VERDICT_STATE_REJECTED, page_size=REASONS_READ)
    summary, page, balance = await asyncio.gather(
        worker.client.tasks.GetWorkSummary(pb.GetWorkSummaryRequest()),
        worker.client.tasks.ListAssignments(rejected),
        worker.client.payments.GetBalance(payments_pb.GetBalanceRequest()),
    )
    reasons = Counter(assignment.verdict_reason.lower() for assignment in page.assignments)
    return Work(worker, summary, reasons, balance.available_krw)


def show_sign_ins(address: str, console: Console) -> None:
    """Where to go, and as whom."""
    table = Table("role", "name", "e-mail", "password", title=f"open http://{address}/", title_justify="left")
    for one in SIGN_INS:
        table.add_row(one.role, one.name, one.email, one.password)
    console.print(table)
