"""What a shift gave: the job as a whole, and each graduate."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ilgam.payments.v1 import payments_service_pb2 as payments_pb
from ilgam.tasks.v1 import tasks_service_pb2 as pb
from rich.console import Console
from rich.table import Table

from services.cli.check.checking import Checked
from services.cli.market.company import items_of
from services.cli.shift.exam import Worker
from services.sdk import Client

PAGE_SIZE = 200


@dataclass(frozen=True)
class Work:
    """One graduate's work on the job.

    Attributes:
        worker: whose.
        states: how many answers are in each verdict state.
        reasons: of the rejected ones.
        paid_krw: won paid.
        balance_krw: won earned, as payments has it.
    """

    worker: Worker
    states: Counter[int]
    reasons: Counter[str]
    paid_krw: int
    balance_krw: int


async def work_of(worker: Worker, job_id: str) -> Work:
    """Read it as the graduate sees it."""
    work = Work(worker, Counter(), Counter(), 0, 0)
    paid, token = 0, ""
    while True:
        request = pb.ListAssignmentsRequest(
            job_id=job_id, state=pb.ASSIGNMENT_STATE_SUBMITTED, page_size=PAGE_SIZE, page_token=token
        )
        page = await worker.person.client.tasks.ListAssignments(request)
        for assignment in page.assignments:
            work.states[assignment.verdict_state] += 1
            paid += assignment.paid_krw
            if assignment.verdict_state == pb.VERDICT_STATE_REJECTED:
                work.reasons[assignment.verdict_reason.lower()] += 1
        token = page.next_page_token
        if not token:
            break
    balance = await worker.person.client.payments.GetBalance(payments_pb.GetBalanceRequest())
    return Work(worker, work.states, work.reasons, paid, balance.available_krw)


async def accuracy_of(operator: Client, job_id: str, truths: Mapping[str, str]) -> tuple[int, int]:
    """How many ordinary items have the right result, of how many.

    Args:
        operator: signed in as an operator.
        job_id: the job.
        truths: key -> label.
    """
    right = total = 0
    async for item in items_of(operator, job_id):
        if not item.gold:
            total += 1
            right += item.result_label == truths[item.key] and not item.result_tie
    return right, total


def show_work(works: Sequence[Work], console: Console) -> None:
    """A line for each graduate."""
    table = Table(title="graduates", title_justify="left")
    table.add_column("name")
    table.add_column("simulated as")
    table.add_column("certificate")
    for name in ("answers", "accepted", "rejected", "pending"):
        table.add_column(name, justify="right")
    table.add_column("why rejected")
    table.add_column("won paid", justify="right")
    for work in works:
        graduate = work.worker.graduate
        table.add_row(
            graduate.name,
            f"{graduate.manner}, {graduate.accuracy:.0%} right",
            work.worker.certificate,
            *(f"{count:,}" for count in _counts(work)),
            ", ".join(f"{reason} {count}" for reason, count in work.reasons.most_common()),
            f"{work.paid_krw:,}"
            if work.paid_krw == work.balance_krw
            else f"{work.paid_krw:,} (ledger: {work.balance_krw:,})",
        )
    console.print(table)


def _counts(work: Work) -> tuple[int, int, int, int]:
    accepted, rejected = work.states[pb.VERDICT_STATE_ACCEPTED], work.states[pb.VERDICT_STATE_REJECTED]
    total = work.states.total()
    return total, accepted, rejected, total - accepted - rejected


def show_job(
    progress: pb.GetJobProgressResponse,
    works: Sequence[Work],
    right: tuple[int, int],
    checked: Checked,
    console: Console,
) -> None:
    """The job as a whole."""
    reasons = sum((work.reasons for work in works), Counter[str]())
    told = ", ".join(f"{reason} {count:,}" for reason, count in reasons.most_common()) or "none"
    table = Table(title="the job", title_justify="left", show_header=False)
    table.add_column("what")
    table.add_column("value")
    for name, value in (
        ("items", f"{progress.item_count:,}"),
        ("answers", f"{progress.submitted_count:,}"),
        ("accepted", f"{progress.accepted_count:,}"),
        ("rejected", f"{progress.rejected_count:,} ({told})"),
        (
            "won paid",
            f"{progress.paid_krw:,} of {progress.reserved_krw:,} reserved; {progress.released_krw:,} gone back",
        ),
        ("results right", f"{right[0]:,} of {right[1]:,} = {right[0] / max(1, right[1]):.2%}"),
        ("claimed confidence", f"{progress.mean_confidence:.2%}"),
        ("check", "clean: accepted = paid, ledger recomputed" if checked.clean else "NOT CLEAN"),
    ):
        table.add_row(name, value)
    console.print(table)
